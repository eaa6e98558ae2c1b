import ADCCalculus
import FoundationEssentials
import TestSupport
import Testing

/// Random expressions over the whole catalogue; every fifth has loops and equations too.
/// `ADC_RANDOM=100000` in the environment runs so many seeds, `ADC_RANDOM_FROM=500` starts at
/// another; each is a case of its own.
@Suite("Random expressions over the catalogue")
struct RandomExpressionTests {
  @Test(
    "printed and parsed, simplified and not, differentiated, executed",
    arguments: RandomSeeds.parts(240))
  func agreement(seeds: Range<Int>) throws {
    for seed in seeds {
      let start = ContinuousClock.now
      let problems = try RandomCase.problems(seed: seed)
      for problem in problems { Issue.record("\(problem)") }
      let time = ContinuousClock.now - start
      if time > .seconds(20) { Issue.record("seed \(seed) took \(time)") }
    }
  }

  @Test("hold every operator that stands on its own", arguments: RandomExpression.candidates)
  func coverage(id: OperatorID) {
    let isUsed = (0..<40).contains { seed in
      var random = RandomExpression(seed: UInt64(seed), operations: 4, .catalogue)
      return random.addUse(of: id)
    }
    #expect(isUsed, "\(Catalogue.operators[id.index].name) never fits")
  }
}
