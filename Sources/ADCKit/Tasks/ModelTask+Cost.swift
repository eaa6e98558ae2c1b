import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// What the parts of a model cost, line by line.
package struct CostReport: Sendable {
  /// Of one function on one line.
  struct Cell: Sendable {
    var operations = 0.0
    var bytes = 0.0
  }

  struct Row: Sendable {
    /// 0 for what belongs to no line.
    var line: Int
    var text: String
    /// By function.
    var cells: [Cell]
  }

  /// `loss`, `gradient`, `hessian-vector product`.
  var functions: [String] = []
  /// The bytes that each function holds at most, beside data and parameters.
  var memory: [Double] = []
  var rows: [Row] = []
  /// What the figures are for.
  var note: String

  mutating func add(_ name: String, _ function: BoundFunction) {
    let place = functions.count
    functions.append(name)
    memory.append(Double(function.bytes))
    for row in rows.indices { rows[row].cells.append(Cell()) }
    for cost in function.costs {
      let line = cost.tag?.line ?? 0
      let row: Int
      if let known = rows.firstIndex(where: { $0.line == line }) {
        row = known
      } else {
        let cells = [Cell](repeating: Cell(), count: functions.count)
        rows.append(
          Row(line: line, text: cost.tag?.text ?? "shared by several lines", cells: cells))
        row = rows.count - 1
      }
      rows[row].cells[place].operations += cost.operations
      rows[row].cells[place].bytes += cost.bytes
    }
  }

  private func total(_ place: Int) -> Cell {
    rows.reduce(into: Cell()) { sum, row in
      sum.operations += row.cells[place].operations
      sum.bytes += row.cells[place].bytes
    }
  }

  /// A table: a line of the model each, the operations and bytes of each function in columns.
  package var text: String {
    var table = [["line"] + functions.flatMap { [$0, "bytes"] } + [""]]
    for row in rows.sorted(by: { $0.line < $1.line }) {
      table.append(
        [row.line == 0 ? "-" : "\(row.line)"]
          + row.cells.flatMap { [Self.short($0.operations), Self.short($0.bytes)] }
          + [String(row.text.prefix(56))])
    }
    let totals = functions.indices.map { total($0) }
    table.append(
      ["all"] + totals.flatMap { [Self.short($0.operations), Self.short($0.bytes)] } + [""])
    table.append(["held"] + memory.flatMap { ["", Self.short($0)] } + [""])
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for row in table {
      var line = ""
      for (column, cell) in row.enumerated() {
        let blank = String(repeating: " ", count: widths[column] - cell.count)
        line += column == row.count - 1 ? "  " + cell : (column == 0 ? "" : "  ") + blank + cell
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text + "\n" + note + "\n"
  }

  /// Three digits and a prefix: 1.23M.
  private static func short(_ value: Double) -> String {
    for (size, letter) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")] where value >= size {
      let scaled = value / (size == 1e4 ? 1e3 : size)
      let rounded =
        scaled >= 100
        ? scaled.rounded()
        : scaled >= 10 ? (scaled * 10).rounded() / 10 : (scaled * 100).rounded() / 100
      return rounded.brief + letter
    }
    return value.rounded().brief
  }

  var json: JSONValue {
    .object([
      .init(
        "functions",
        .array(
          functions.indices.map { place in
            .object([
              .init("name", .string(functions[place])),
              .init("operations", .number(total(place).operations)),
              .init("bytes", .number(total(place).bytes)), .init("memory", .number(memory[place])),
            ])
          })),
      .init(
        "lines",
        .array(
          rows.sorted { $0.line < $1.line }.map { row in
            .object([
              .init("line", .number(Double(row.line))), .init("source", .string(row.text)),
              .init("operations", .array(row.cells.map { .number($0.operations) })),
              .init("bytes", .array(row.cells.map { .number($0.bytes) })),
            ])
          })), .init("note", .string(note)),
    ])
  }
}

extension ModelTask {
  /// Operations, bytes and memory of loss, gradient and Hessian-vector product, by line.
  package func cost() throws(TaskFailure) -> CostReport {
    try requireObjective()
    var report = CostReport(note: "")
    if let session = try? session(for: [FunctionName.gradient, FunctionName.loss]) {
      session.feed(rows: session.allRows)
      do throws(RunError) {
        let rows = session.allRows.count
        report.note =
          "operations and bytes of one evaluation" + (rows > 0 ? " on \(rows) rows" : "")
        report.add("loss", try session.function(FunctionName.loss, rows: rows))
        report.add("gradient", try session.function(FunctionName.gradient, rows: rows))
      } catch {
        throw TaskFailure(error)
      }
      if let symbolic = model.symbolic, let product = try? HessianProduct(symbolic, session) {
        report.add("H*v", product.function)
      }
      return withNote(report)
    }
    let rows = model.description.settings.batch ?? 1000
    var sizes: [String: Int] = [:]
    if let dimension = model.description.rowDimension { sizes[dimension] = rows }
    do throws(MachineError) {
      for name in [FunctionName.loss, FunctionName.gradient] {
        report.add(name, try BoundFunction(model.program, function: name, sizes: sizes))
      }
    } catch {
      throw TaskFailure(error.description, code: "AD0702", file: path)
    }
    report.note = "operations and bytes of one evaluation on \(rows) rows, as no data are there"
    return withNote(report)
  }

  private func withNote(_ report: CostReport) -> CostReport {
    var report = report
    report.note += "; held: the memory of a function beside data and parameters"
    return report
  }

  /// `cost`, as people and as programs read it.
  package func costReport() throws(TaskFailure) -> TaskReport {
    let report = try cost()
    return TaskReport(text: report.text, json: report.json)
  }
}
