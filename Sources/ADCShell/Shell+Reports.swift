import ADCKit
import ADCPlatform

extension Shell {
  /// `adc plot MODEL` and `adc plot RUN`.
  mutating func plot(_ arguments: Arguments) throws(TaskFailure) {
    let operand = arguments.operands[0]
    if let path = arguments.value("-o") { try ModelTask.checkPicture(path) }
    let subject = try arguments.value("--what").map { word throws(TaskFailure) in
      guard let subject = PlotSubject(rawValue: word) else {
        throw TaskFailure(
          "`--what` takes `schedule`, `training` or `fit`, and not `\(word)`", code: "AD1003",
          fault: .commandLine)
      }
      return subject
    }
    let isModel = operand.hasSuffix(".ad") || operand.hasSuffix(".adb")
    let from = arguments.value("--from")
    let charts: [Chart]
    if isModel, from == nil {
      try refuse(
        subject == nil || subject == .schedule ? [] : ["--what"], of: arguments,
        because: "before a run there is its schedule alone; name the file of a run with `--from`")
      charts = try task(arguments).schedulePlots()
    } else {
      if !isModel { try refuse(["--from"], of: arguments, because: "it is a run itself") }
      let run = try RunTask(
        path: from ?? operand, model: isModel ? operand : nil, options: try options(arguments))
      charts = try run.plots(subject)
    }
    if let path = arguments.value("-o") {
      try ModelTask.write(Array(Chart.file(of: charts).utf8), to: path)
    } else {
      draw(charts)
    }
  }

  /// `adc report RUN`.
  mutating func report(_ arguments: Arguments) throws(TaskFailure) {
    let model = arguments.operands.count > 1 ? arguments.operands[1] : nil
    let run = try RunTask(
      path: arguments.operands[0], model: model, options: try options(arguments))
    let page = try run.page()
    if let path = arguments.value("-o") {
      try ModelTask.write(Array(page.utf8), to: path)
    } else {
      console.output(page)
    }
  }

  /// Charts in characters, under each other.
  mutating func draw(_ charts: [Chart]) {
    for (place, chart) in charts.enumerated() {
      let lines = console.drawing(of: chart)
      if lines.isEmpty { continue }
      console.output((place > 0 ? "\n" : "") + lines.joined(separator: "\n") + "\n")
    }
  }
}
