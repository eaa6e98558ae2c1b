import ADCCalculus
import ADCKit
import ADCMachine
import ADCTraining
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Models for libraries of arrays beside the machine, where `ADC_PYTHON` names a Python that has
/// them.
@Suite(.enabled(if: getenv("ADC_PYTHON") != nil))
struct TranslationInPythonTests {
  private let folder = Folder()

  /// A program that reads arguments by their names, computes each model and tells what failed.
  private static func program(_ compute: String) -> String {
    #"""
    import importlib, inspect, sys
    import numpy as np

    def read(model):
        values = {}
        real = np.float32 if model.endswith("_single") else np.float64
        for line in open(model + ".in"):
            name, shape, numbers = line.rstrip("\n").split("|")
            if shape == "size":
                values[name] = np.array(int(numbers))
                continue
            numbers = [float.fromhex(x) for x in numbers.split()]
            values[name] = np.array(numbers, real).reshape([int(x) for x in shape.split()])
        return values, real

    """# + compute + #"""

      failed = False
      for model in sys.argv[1:]:
          try:
              compute(model)
          except Exception as error:
              print(model, repr(error)[:400], file=sys.stderr)
              failed = True
      sys.exit(failed)
      """#
  }

  /// Calls what there is, and prints the numbers.
  private static let driver = program(
    #"""
    def show(model, name, value):
        print(model, name, *[float(x).hex() for x in np.asarray(value, float).ravel()])

    def compute(model):
        values, real = read(model)
        for name, value in values.items():
            isPlain = real is np.float64 or name in ("step", "epoch", "training", "seed")
            if value.ndim == 0 and (isPlain or value.dtype == int):
                values[name] = value.item()
        module = importlib.import_module(model)
        def call(name, values=values):
            function = getattr(module, name)
            names = inspect.signature(function).parameters
            arguments = [module.start() if n == "state" else values[n] for n in names]
            return function(*arguments)
        parameters = [x[6:] for x in values if x.startswith("param:")]
        states = [x[6:] for x in values if x.startswith("state:")]
        outputs = [x[7:] for x in values if x.startswith("output:")]
        if hasattr(module, "loss"):
            show(model, "loss.", call("loss"))
            loss, gradient = call("loss_and_gradient")
            show(model, "gradient.", loss)
            for name, value in zip(parameters, gradient):
                show(model, "gradient." + name, np.broadcast_to(value, np.shape(values[name])))
        if hasattr(module, "step"):
            loss, new, *rest = call("step")
            show(model, "step.", loss)
            for name, value in zip(parameters, new):
                show(model, "step." + name, np.broadcast_to(value, np.shape(values[name])))
            for name, value in zip(states, rest[0] if rest else []):
                show(model, "step." + name, value)
        if hasattr(module, "train"):
            # One step with all rows is that of `step` at the start.
            names = list(inspect.signature(module.train).parameters)
            given = {n: values[n] for n in names if n in values and n != "seed"}
            given["parameters"] = [values[n] for n in parameters]
            loss, new = module.train(**given, epochs=1, **({"batch": None} if "batch" in names else {}))
            run = {"step": 0.0, "epoch": 0.0, "seed": 0.0, "training": 1.0}
            first, wanted, *_ = call("step", values | run)
            same = zip([loss, *new], [first, *wanted])
            worst = max(np.max(np.abs(np.subtract(x, y)) / (1 + np.abs(y))) for x, y in same)
            assert worst < (1e-5 if real is np.float32 else 1e-9), (model, "train", worst)
        if outputs:
            found = call(next(w for w in ("predict", "hessian", "jvp") if hasattr(module, w)))
            for name, value in zip(outputs, found if len(outputs) > 1 else [found]):
                # Models of second derivatives have outputs alone, the first of them the loss.
                isLoss = name == "loss" and not hasattr(module, "loss")
                show(model, "predict." + ("" if isLoss else name), value)

    """#)

  @Test(arguments: [EmissionLanguage.python, .jax, .tensorflow])
  func allModelsGiveTheNumbersOfTheMachine(language: EmissionLanguage) throws {
    let (cases, found) = try run(
      language, suffix: "py", Self.driver, "-W ignore", limit: 400)
    for model in cases {
      try EmissionComparison.compare(model, found[model.name] ?? [:], isExact: false)
    }
  }

  /// Every operator is written and computes what the machine does, or is refused when it is
  /// written.
  @Test(arguments: [EmissionLanguage.python, .jax, .tensorflow, .onnx])
  func operatorsAreAsTheMachineHasThemOrRefused(language: EmissionLanguage) throws {
    let isOnnx = language == .onnx
    let requests = try EmissionCase.operatorRequests(folder)
    let (cases, found) = try run(
      language, suffix: isOnnx ? "onnx" : "py", isOnnx ? Self.onnxDriver : Self.driver,
      isOnnx ? "" : "-W ignore", limit: 400, requests: requests, mayLack: true)
    #expect(cases.count > requests.count * 3 / 5)
    for model in cases {
      try EmissionComparison.compare(
        model, found[model.name] ?? [:], isExact: false,
        functions: isOnnx ? ["predict"] : ["loss", "gradient", "predict"])
    }
  }

  @Test func twoProcessesTrainTheDigitsAsOneDoes() {
    let run = Executable.script(
      """
      ADC=\(Executable.adc.path) PYTHON=\(getenv("ADC_PYTHON").map { String(cString: $0) } ?? "python3") \
        sh \(Folder.package)/Samples/distributed/digits.sh
      """, in: folder, limit: 400)
    #expect(run.status == 0, "\(run.errors.suffix(3000))")
    let results = run.output.split(separator: "\n").filter { $0.hasPrefix("largest difference") }
    #expect(results.count == 2, "\(run.output)")
  }

  @Test(arguments: ["kalman", "lstm", "convolution"])
  func whatMixesRowsIsNotSharedAmongWorkers(name: String) throws {
    let task = try ModelTask(
      path: "\(Folder.package)/Samples/\(name).ad", options: TaskOptions())
    var options = EmissionOptions(language: .tensorflow)
    options.isDistributed = true
    let failure = #expect(throws: TaskFailure.self) { try task.emitted(options) }
    #expect(failure?.text.contains("a share of the rows") == true)
  }

  /// Emits the models and gives what the driver says of each.
  private func run(
    _ language: EmissionLanguage, suffix: String, _ driver: String, _ flags: String,
    limit: Double, requests: [EmissionCase.Request]? = nil, mayLack: Bool = false,
    where isWanted: (EmissionCase) -> Bool = { _ in true }
  ) throws -> (cases: [EmissionCase], found: [String: [String: [Double]]]) {
    var cases: [EmissionCase] = []
    for request in try requests ?? EmissionCase.allRequests(folder) {
      let model = request.model
      guard isWanted(model), !EmissionCase.isForLoops(model.name) else { continue }
      var options = EmissionOptions(language: language)
      options.parts = request.parts
      do throws(TaskFailure) {
        for file in try request.task.emitted(options) {
          folder.write(file.bytes, to: "\(model.name).\(suffix)")
        }
      } catch {
        let isLack = error.text.contains(" has no `")
        if !(mayLack && isLack) { Issue.record("\(request.path): \(error.text)") }
        continue
      }
      folder.write(try Self.numbers(model), to: model.name + ".in")
      cases.append(model)
    }
    folder.write(driver, to: "driver.py")
    let python = getenv("ADC_PYTHON").map { String(cString: $0) } ?? "python3"
    let names = cases.map(\.name).joined(separator: " ")
    let run = Executable.script("\(python) \(flags) driver.py \(names)", in: folder, limit: limit)
    #expect(run.status == 0, "\(run.errors.suffix(8000))")
    return (cases, CDriver.results(run.output))
  }

  /// Reads inputs by their names and predicts.
  private static let onnxDriver = program(
    #"""
    import onnx, onnxruntime

    def compute(model):
        onnx.checker.check_model(onnx.load(model + ".onnx"), full_check=True)
        session = onnxruntime.InferenceSession(model + ".onnx")
        values, _ = read(model)
        wanted = {x.name: values[x.name] for x in session.get_inputs()}
        derived = any(part in model for part in ("hessian", "jvp", "gradient"))
        for output, found in zip(session.get_outputs(), session.run(None, wanted)):
            name = "" if derived and output.name == "loss" else output.name
            print(model, "predict." + name, *[float(x).hex() for x in np.ravel(found)])

    """#)

  @Test func whatOnnxComputesIsWhatTheMachineDoes() throws {
    let (cases, found) = try run(
      .onnx, suffix: "onnx", Self.onnxDriver, "", limit: 300,
      requests: try EmissionCase.allRequests(folder) + EmissionCase.gradientRequests(folder),
      mayLack: true
    ) { model in
      !model.task.model.description.outputs.isEmpty
    }
    // Functions of matrices are what it has not.
    for name in ["lstm_gradient", "sorting", "sorting_single", "convolution_gradient"] {
      #expect(cases.contains { $0.name == name }, "\(name)")
    }
    for model in cases {
      try EmissionComparison.compare(
        model, found[model.name] ?? [:], isExact: false, functions: ["predict"])
    }
  }

  private static func numbers(_ model: EmissionCase) throws -> String {
    var text = ""
    func add(_ name: String, _ symbol: Int) {
      let shape = model.task.model.program.symbols[symbol].shape
      let sizes = shape.dimensions.map { "\($0.value(model.sizes) ?? 1)" }.joined(separator: " ")
      text += "\(name)|\(sizes)|"
      text += model.values(symbol).map { "\($0)" }.map(hexadecimal).joined(separator: " ") + "\n"
    }
    for (name, size) in model.sizes { text += "\(name)|size|\(size)\n" }
    for (name, symbol) in model.inputs { add(name, symbol) }
    for (name, symbol) in model.parameters { add(name, symbol) }
    for (name, symbol) in model.task.model.description.environment { add(name, symbol) }
    for (name, symbol) in model.parameters { add("param:" + name, symbol) }
    for (name, symbol) in model.states { add("state:" + name, symbol) }
    for output in model.task.model.description.outputs { text += "output:\(output)||0x0p0\n" }
    return text
  }

  private static func hexadecimal(_ text: String) -> String {
    let value = Double(text) ?? 0
    let digits = String(value.significandBitPattern, radix: 16)
    if value == 0 { return "0x0p0" }
    return (value < 0 ? "-" : "") + "0x1." + String(repeating: "0", count: 13 - digits.count)
      + digits + "p\(value.exponent)"
  }
}
