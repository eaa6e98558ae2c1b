package struct NonFiniteOrigin: Sendable {
  package var operation: String
  package var operands: [Double]
  package var result: Double
  package var row: Int?
  package var tag: SourceTag?
}
extension BoundFunction {
  package func firstNonFinite(_ symbols: SymbolMemory) -> NonFiniteOrigin? { nil }
}
