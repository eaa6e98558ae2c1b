import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax

extension PromptSession {
  /// `:plot f -3..3`.
  func plot(_ typed: TypedCommand) throws(PromptFailure) -> String { "" }
}
