import ADCKit
import Testing

/// What NaN does in operators that compare: stated in Grammar/language.md.
@Suite struct OrderingTests {
  @Test func notANumber() throws {
    let found = try Model(
      parsing: """
        param x = [3, 0, 1, 2]
        param zero = 0
        let y = x + [0, log(zero - 1), inf, 0]
        let z = [3, log(zero - 1), 1]
        output sort(y) as sorted
        output median(z) as middle
        output quantile(z, 0) as least
        output quantile(z, 1) as greatest
        output max(y) as top
        output min(z) as bottom
        output max(z, 0) as each
        output argmax(z) as place
        output argmin(z) as other
        output sum(z) as total
        """
    ).predict()
    func values(_ name: String) throws -> [Double] { try #require(found[name]).values }
    let sorted = try values("sorted")
    #expect(sorted[..<3] == [2, 3, .infinity] && sorted[3].isNaN)
    for name in ["middle", "least", "greatest", "top", "bottom", "total"] {
      #expect(try values(name)[0].isNaN, "\(name)")
    }
    let each = try values("each")
    #expect(each[0] == 3 && each[1].isNaN && each[2] == 1)
    #expect(try values("place") == [1] && values("other") == [1])
  }

  @Test func ties() throws {
    let found = try Model(
      parsing: """
        param x = [2, 2, 1]
        output grad(max(x), x) as top
        output grad(median(x), x) as middle
        output jacobian(sort(x), x) as order
        """
    ).predict()
    // Equal greatest elements share the derivative; sorting takes equal ones in their order.
    #expect(found["top"] == [0.5, 0.5, 0])
    #expect(found["middle"]?.values.reduce(0, +) == 1)
    #expect(found["order"]?.values == [0, 0, 1, 1, 0, 0, 0, 1, 0])
  }
}
