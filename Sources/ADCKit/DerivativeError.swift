import ADCCalculus

/// Why a derivative of a model could not be made or computed.
struct DerivativeError: Error {
  var code: String
  var message: String
}

extension DerivativeError {
  init(_ error: SparsityError) {
    switch error {
    case .missingSize(let name):
      self.init(code: "AD0702", message: "the size of dimension `\(name)` is not known")
    case .tooLarge:
      self.init(
        code: "AD0702",
        message: "the pattern of the derivatives has too many elements on its way")
    }
  }
}
