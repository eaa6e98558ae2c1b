import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// An array literal of any rank: a table where all entries are numbers, else stacked rows.
  mutating func array(_ entries: [Expression], at range: SourceRange) throws(Reported) -> NodeID {
    guard !entries.isEmpty else {
      throw report("AD0304", "an array needs at least one entry", at: range)
    }
    if let table = literalTable(entries) {
      let node = graph.table(table)
      record(range)
      return node
    }
    var nodes: [NodeID] = []
    nodes.reserveCapacity(entries.count)
    for entry in entries {
      let node = try elaborate(entry)
      if let first = nodes.first, graph.shape(first) != graph.shape(node) {
        throw ragged(entries[0], graph.shape(first), entry, graph.shape(node), nodes.count)
      }
      nodes.append(node)
    }
    return try apply(Known.stack, nodes, .axis(0), at: range)
  }

  private mutating func ragged(
    _ first: Expression, _ firstShape: Shape, _ entry: Expression, _ shape: Shape, _ place: Int
  ) -> Reported {
    let message: String
    if firstShape.rank == 1, shape.rank == 1 {
      message =
        "the rows of an array must be equally long: entry 0 has \(firstShape.dimensions[0]), "
        + "entry \(place) has \(shape.dimensions[0])"
    } else {
      message =
        "the entries of an array must have one shape: entry 0 has \(firstShape), "
        + "entry \(place) has \(shape)"
    }
    return report(
      "AD0304", message, at: entry.range,
      notes: [Diagnostic.Note("entry 0", at: first.range)])
  }

  /// The table of entries that are all numbers, with or without a sign; nil where one is not or
  /// the rows are ragged.
  func literalTable(_ entries: [Expression]) -> Table? {
    var values: [Double] = []
    guard let shape = Self.collect(entries, into: &values), !values.isEmpty else { return nil }
    return Table(shape: Shape(shape.map { Dimension($0) }), values: values)
  }

  private static func collect(_ entries: [Expression], into values: inout [Double]) -> [Int]? {
    var inner: [Int]?
    for entry in entries {
      let shape: [Int]
      switch entry.form {
      case .number(let value):
        values.append(value)
        shape = []
      case .prefix(.minus, let count, let operand):
        guard case .number(let value) = operand.form else { return nil }
        values.append(count.isMultiple(of: 2) ? value : -value)
        shape = []
      case .array(let row):
        guard let found = collect(row, into: &values) else { return nil }
        shape = found
      default: return nil
      }
      if let inner, inner != shape { return nil }
      inner = shape
    }
    return inner.map { [entries.count] + $0 }
  }
}
