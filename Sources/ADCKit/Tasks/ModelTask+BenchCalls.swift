import ADCMachine
import ADCTraining

extension ModelTask {
  /// Loss and gradient at the first parameters, by the library's calls.
  func benchCalls() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    let session = try session(for: [FunctionName.gradient, FunctionName.loss])
    let evaluator: Evaluator
    do throws(RunError) {
      evaluator = try Evaluator(session, of: model)
    } catch {
      throw TaskFailure(error)
    }
    let point = evaluator.start
    var gradient = [Double](repeating: 0, count: evaluator.count)
    var loss = 0.0
    let (seconds, evaluations) = try timedRepeatedly { times throws(TaskFailure) in
      do throws(ModelError) {
        for _ in 0..<times {
          loss = try evaluator.valueAndGradient(at: point, into: &gradient)
        }
      } catch {
        throw TaskFailure(error.description, code: "AD0702")
      }
    }
    return report("call", loss: loss, seconds: seconds, evaluations: evaluations)
  }
}
