import ADCTraining

/// An array of numbers of any rank, row-major; a number alone has the shape `[]`.
///
/// A value: copies share their storage until one is changed. Literals make numbers and vectors:
/// `2.5`, `[1, 2, 3]`.
public struct Tensor: Sendable, Hashable {
  /// The sizes of the axes, outermost first.
  public let shape: [Int]
  /// The elements, the last index running fastest; as many as the product of `shape`.
  public let values: [Double]

  /// A number.
  public init(_ number: Double) {
    shape = []
    values = [number]
  }

  /// A vector.
  public init(_ vector: [Double]) {
    shape = [vector.count]
    values = vector
  }

  /// An array of any shape.
  ///
  /// - Throws: `ModelError` where `values` are not as many as `shape` has places for.
  public init(shape: [Int], values: [Double]) throws(ModelError) {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, size >= 0 else {
        throw ModelError("AD0708", "\(shape) is no shape of an array")
      }
      count = product
    }
    guard count == values.count else {
      throw ModelError(
        "AD0708", "the shape \(shape) has \(count) places, and there are \(values.count) values")
    }
    self.shape = shape
    self.values = values
  }

  /// A matrix from its rows; no rows make the shape `[0, 0]`.
  ///
  /// - Throws: `ModelError` where the rows differ in length.
  public init(rows: [[Double]]) throws(ModelError) {
    let width = rows.first?.count ?? 0
    if let place = rows.firstIndex(where: { $0.count != width }) {
      throw ModelError(
        "AD0708", "row \(place) has \(rows[place].count) values, and row 0 has \(width)")
    }
    shape = [rows.count, width]
    values = rows.flatMap { $0 }
  }

  /// The value of a tensor of one element; nil for every other.
  public var number: Double? { values.count == 1 ? values[0] : nil }

  init(_ array: ShapedValues) {
    shape = array.shape
    values = array.values
  }

  var shaped: ShapedValues { ShapedValues(shape: shape, values: values) }
}

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral
{
  /// A number.
  public init(floatLiteral value: Double) { self.init(value) }

  /// A number.
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  /// A vector.
  public init(arrayLiteral elements: Double...) { self.init(elements) }
}

extension Tensor: CustomStringConvertible {
  /// The elements in brackets, to six digits; the shape and the extremes of what is long.
  public var description: String { shaped.brief }
}
