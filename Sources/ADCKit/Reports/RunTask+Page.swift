import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

extension RunTask {
  /// The run as one page of HTML that needs nothing else.
  ///
  /// All that it says is computed at the run's parameters, but for the losses of the epochs.
  package func page() throws(TaskFailure) -> String {
    let session = try session()
    let name = task.path.split(separator: "/").last.map(String.init) ?? task.path
    let fit = RecordedFit(file)
    let view = FitView(task.model, session, errors: FitErrors(file))
    var body = "<header>\n<h1>\(Markup.escaped(name))</h1>\n\(try summary(session))</header>\n"
    if let symbolic = task.model.symbolic {
      var document = symbolic.equations(.latex)
      body += HTML.section("Model", document.markup)
      document.removeRows()
      symbolic.appendGradient(to: &document)
      body += HTML.section("Gradient", document.rows.isEmpty ? "" : document.markup)
    }
    body += HTML.section("Data", dataTable(session))
    body += HTML.section("Training", pictures(trainingCharts(session)))
    if let fit {
      body += HTML.section("Estimates", estimates(fit))
    } else {
      body += HTML.section("Parameters", try parameterTable(session))
    }
    body += HTML.section("Values", furtherValues())
    if let view { body += HTML.section("Fit", pictures(view.reportCharts)) }
    if let symbolic = task.model.symbolic {
      let source = String(decoding: symbolic.source.bytes, as: UTF8.self)
      body += HTML.section("Source", "<pre>\(Markup.escaped(source))</pre>\n")
    }
    body += "<footer>made by adc; model \(Markup.escaped(file.model))</footer>\n"
    return HTML.page(title: name, body: body)
  }

  private func pictures(_ charts: [Chart]) -> String {
    let drawn = charts.filter { !$0.isEmpty }.map(\.inlineSVG)
    return drawn.isEmpty ? "" : "<div class=\"charts\">\n\(drawn.joined())</div>\n"
  }

  private func trainingCharts(_ session: Session) -> [Chart] {
    guard let run = file.run, !run.epochs.isEmpty else { return [] }
    let schedules = task.scheduleCharts(rows: session.allRows.count) ?? []
    return run.charts + schedules
  }

  /// What is said of the whole, in a few lines.
  private func summary(_ session: Session) throws(TaskFailure) -> String {
    let description = task.model.description
    var pairs: [(String, String)] = []
    let function: BoundFunction
    do throws(RunError) {
      function = try session.evaluate(FunctionName.loss, rows: session.allRows)
    } catch {
      throw TaskFailure(error)
    }
    pairs.append(
      (description.isMaximized ? "loss, negated" : "loss", function.scalar(ofOutput: 0).brief))
    let count = file.parameters.reduce(0) { $0 + $1.array.values.count }
    let names = file.parameters.map(\.name).joined(separator: ", ")
    pairs.append(("parameters", "\(count) in \(names)"))
    if !session.allRows.isEmpty { pairs.append(("rows", "\(session.allRows.count)")) }
    if let last = file.run?.epochs.last {
      pairs.append(("epochs", last["epoch"]?.number()?.brief ?? ""))
      if let held = last["validation"]?.number() {
        pairs.append(("validation loss", held.brief))
      }
    }
    pairs += file.run?.ending ?? []
    if let use = task.model.symbolic?.model.training.optimizer {
      let arguments = Schedules(task.model)?.arguments.map { "\($0.name): \($0.text)" } ?? []
      pairs.append(("optimizer", "\(use.name)(\(arguments.joined(separator: ", ")))"))
    }
    return HTML.list(pairs)
  }

  /// Every input with its size and its spread.
  private func dataTable(_ session: Session) -> String {
    var rows: [[String]] = []
    for array in session.dataset.arrays {
      guard let input = task.model.description.inputs.first(where: { $0.symbol == array.symbol })
      else { continue }
      let spread = array.values.doubles.withUnsafeBufferPointer { Spread($0) }
      let shape = task.model.program.symbols[array.symbol].shape.description
      rows.append(
        [input.name, shape, "\(array.values.count)"]
          + [spread.mean, spread.deviation, spread.least, spread.greatest].map(\.brief))
    }
    let files = task.tables + task.options.inputs.map { "\($0.name) from \($0.path)" }
    let from =
      rows.isEmpty || files.isEmpty
      ? "" : "<p>from \(Markup.escaped(files.joined(separator: ", ")))</p>\n"
    return from
      + HTML.table(["input", "shape", "numbers", "mean", "deviation", "least", "greatest"], rows)
  }

  private func parameterTable(_ session: Session) throws(TaskFailure) -> String {
    let gradient: BoundFunction
    do throws(RunError) {
      gradient = try session.evaluate(FunctionName.gradient, rows: session.allRows)
    } catch {
      throw TaskFailure(error)
    }
    let rows = file.parameters.enumerated().map { place, entry in
      let spread = entry.array.values.withUnsafeBufferPointer { Spread($0) }
      let slope = gradient.values(ofOutput: place + 1).withUnsafeBufferPointer { Spread($0) }
      let sizes = entry.array.shape.map(\.description).joined(separator: ", ")
      return [entry.name, sizes.isEmpty ? "a number" : "[\(sizes)]"]
        + [spread.mean, spread.deviation, spread.least, spread.greatest, slope.magnitude]
        .map(\.brief) + meaning(entry.name)
    }
    return HTML.table(
      ["parameter", "shape", "mean", "deviation", "least", "greatest", "largest slope"], rows)
  }
}

/// A few numbers that say how others lie.
struct Spread {
  var mean = Double.nan
  /// Divided by the count.
  var deviation = Double.nan
  var least = Double.nan
  var greatest = Double.nan
  var magnitude = 0.0

  /// In two passes, so that the deviation of numbers far from 0 keeps its digits.
  init(_ values: UnsafeBufferPointer<Double>) {
    guard !values.isEmpty else { return }
    let count = Double(values.count)
    mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = (squares / count).squareRoot()
    least = values.min() ?? .nan
    greatest = values.max() ?? .nan
    magnitude = max(least.magnitude, greatest.magnitude)
  }
}
