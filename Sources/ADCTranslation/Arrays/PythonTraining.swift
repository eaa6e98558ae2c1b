import ADCCalculus

/// The loop over batches around `step`, on one machine or on several.
struct PythonTraining {
  let inputs: [String]
  /// Those of the inputs that have a row for each row of the data.
  let hasRows: [Bool]
  let parameters: [String]
  let hasStates: Bool
  /// What `step` takes of the run: its number and that of the epoch.
  let environment: [String]
  let language: ArrayLanguage
  let precision: Precision
  var tensorType: String { precision == .single ? "tf.float32" : "tf.float64" }
  /// Whether `step` is compiled before it runs.
  let isTraced: Bool
  let epochs: Int
  let batch: Int?

  private var type: String { ArrayLanguage.numpy.real(precision) }

  /// The number of an epoch, where something asks for it.
  var epoch: String { environment.contains("epoch") ? "epoch" : "_" }

  func tuple(_ names: [String]) -> String {
    "(" + names.joined(separator: ", ") + (names.count == 1 ? ",)" : ")")
  }

  /// A step in a loop.
  func update(_ arrays: [String], indent: Int) -> String {
    // A number of Python is a constant of what TensorFlow compiles, and not an argument.
    let makesTensor = language == .tensorflow && isTraced
    let run = environment.map { name in
      func number(_ name: String) -> String {
        makesTensor ? "tf.constant(\(name), \(tensorType))" : "float(\(name))"
      }
      return switch name {
      case "step": number("number")
      case "epoch": number("epoch")
      case "training": "1.0"
      default: number("seed")
      }
    }
    let all = arrays + ["*parameters"] + (hasStates ? ["state"] : []) + run
    return Self.statement(
      "\(results) = update(\(all.joined(separator: ", ")))", indent: indent)
  }

  /// A statement as lines of a function.
  static func statement(_ text: String, indent: Int) -> String {
    PythonLines.broken(text, width: ArrayExpressions.width - indent)
      .joined(separator: "\n" + String(repeating: " ", count: indent))
  }

  /// What calls `train` with the arrays of a file.
  var trainCall: String {
    let arrays = inputs.map { "arrays[\"\($0)\"]" } + ["[arrays[name] for name in names]"]
    return Self.statement(
      "loss, parameters = train(\(arrays.joined(separator: ", ")))", indent: 4)
  }

  var results: String { hasStates ? "loss, parameters, state" : "loss, parameters" }

  /// The first array that has rows.
  var first: String { zip(inputs, hasRows).first { $0.1 }?.0 ?? inputs.first ?? "" }

  func rows(_ function: (String) -> String) -> [String] {
    zip(inputs, hasRows).map { $1 ? function($0) : $0 }
  }

  /// What `train` takes.
  var head: String {
    let size = batch.map(String.init) ?? "None"
    var arguments = inputs + ["parameters", "epochs=\(epochs)"]
    if hasRows.contains(true) { arguments.append("batch=\(size)") }
    if environment.contains("seed") { arguments.append("seed=0") }
    return PythonLines.broken("def train(\(arguments.joined(separator: ", "))):", width: 88)
      .joined(separator: "\n")
  }

  /// A function that trains on one machine.
  var onOne: String {
    let about = """
      \(head)
          \"\"\"Trains\(hasRows.contains(true) ? " on batches of rows in their order" : ""); the last loss \
      and the parameters.

          parameters: \(tuple(parameters))
          \"\"\"
          update = \(!isTraced ? "step" : language == .jax ? "jax.jit(step)" : "tf.function(step)")
          \(hasStates ? "state = start()\n    " : "")
      """
    guard hasRows.contains(true) else {
      let body = update(inputs, indent: 8)
      return about + """
        number = 0
            for \(epoch) in range(epochs):
                \(body)
                number += 1
            return loss, parameters
        """
    }
    return about + """
      number, count = 0, len(\(first))
          for \(epoch) in range(epochs):
              for begin in range(0, count, batch or count):
                  rows = slice(begin, begin + (batch or count))
                  \(update(rows { "\($0)[rows]" }, indent: 12))
                  number += 1
          return loss, parameters
      """
  }

  /// A function that trains with the rows of every batch spread over the devices of all processes,
  /// and what makes a process of the file.
  var onDevices: String {
    return """
      \(head)
          \"\"\"Trains on batches of rows in their order; the last loss and the parameters.

          The rows of a batch are spread over the devices of all processes, whose parameters
          stay the same; XLA adds up what they find. A batch that does not divide is computed
          by each.

          parameters: \(tuple(parameters))
          \"\"\"
          automatic = jax.sharding.AxisType.Auto
          mesh = jax.make_mesh((jax.device_count(),), ("rows",), axis_types=(automatic,))
          spread = jax.NamedSharding(mesh, jax.P("rows"))
          everywhere = jax.NamedSharding(mesh, jax.P())

          def shared(x):
              return jax.make_array_from_process_local_data(everywhere, np.asarray(x, \(type)))

          def taken(x):
              if len(x) % jax.device_count():
                  return shared(x)
              part = len(x) // jax.process_count()
              first = jax.process_index() * part
              mine = x[first : first + part]
              return jax.make_array_from_process_local_data(spread, np.asarray(mine, \(type)))

          update = jax.jit(step, out_shardings=everywhere)
          parameters = jax.tree.map(shared, tuple(parameters))
          \(hasStates ? "state = jax.tree.map(shared, start())\n    " : "")number, count = 0, len(\(first))
          for \(epoch) in range(epochs):
              for begin in range(0, count, batch or count):
                  rows = slice(begin, begin + (batch or count))
                  \(update(rows { "taken(\($0)[rows])" }, indent: 12))
                  number += 1
          return loss, jax.tree.map(np.asarray, parameters)


      def main():
          \"\"\"One of them: python FILE COORDINATOR PROCESSES NUMBER DATA.npz RESULT.npz

          DATA.npz holds the inputs and the first parameters by their names; the process with
          the number 0 writes the trained ones.
          \"\"\"
          coordinator, processes, number, data, result = sys.argv[1:]
          jax.config.update("jax_cpu_collectives_implementation", "gloo")
          jax.distributed.initialize(coordinator, int(processes), int(number))
          arrays = np.load(data)
          names = \(tuple(parameters.map { "\"\($0)\"" }))
          \(trainCall)
          if jax.process_index() == 0:
              np.savez(result, **dict(zip(names, parameters)))
              print("loss", float(loss))
          jax.distributed.shutdown()


      if __name__ == "__main__":
          main()
      """
  }
}
