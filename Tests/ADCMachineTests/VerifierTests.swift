import ADCCalculus
import ADCMachine
import Testing

@Suite("Programs that break the rules are refused")
struct VerifierTests {
  /// x of [4] doubled, and its sum: one loop with an input of each kind, a store and a reduction.
  private func sound() throws -> Program {
    var sketch = Sketch()
    let x = sketch.symbol("x", [4])
    let doubled = try sketch.apply("multiply", [x, sketch.number(2)])
    let sum = try sketch.apply("sum", [doubled], .axes([0], keep: false))
    return try Program.lower(
      sketch.graph, [FunctionRequest(name: "f", outputs: [("d", doubled), ("s", sum)])])
  }

  private func refuses(_ program: Program, _ comment: Comment) {
    #expect(throws: ProgramFileError.self, comment) {
      try ProgramFile.read(ProgramFile.write(program))
    }
  }

  private func changed(_ change: (inout LoopKernel) -> Void) throws -> Program {
    var program = try sound()
    guard case .loop(var kernel) = program.functions[0].instructions[0] else { return program }
    change(&kernel)
    program.functions[0].instructions[0] = .loop(kernel)
    return program
  }

  @Test("the program that the others are made from is sound")
  func soundness() throws {
    let program = try sound()
    #expect(try ProgramFile.read(ProgramFile.write(program)).program.functions.count == 1)
    #expect(try changed { _ in }.functions[0].instructions.count == 1)
  }

  @Test("steps that touch what they must not")
  func steps() throws {
    let multiply = try #require(Catalogue.id(named: "multiply"))
    let sum = try #require(Catalogue.id(named: "sum"))
    refuses(
      try changed { $0.steps[0] = .apply(multiply, to: 0, a: 0, b: 1, c: 0) }, "writes an input")
    refuses(
      try changed { $0.steps[0] = .apply(multiply, to: 99, a: 0, b: 1, c: 0) }, "no such slot")
    refuses(
      try changed { $0.steps[0] = .apply(multiply, to: 2, a: 0, b: 77, c: 0) }, "no such operand")
    refuses(
      try changed { $0.steps[0] = .apply(multiply, to: 2, a: 2, b: 1, c: 0) },
      "reads before it is set")
    refuses(try changed { $0.steps[0] = .apply(sum, to: 2, a: 0, b: 1, c: 0) }, "not elementwise")
    refuses(try changed { $0.steps[1] = .reduce(2, index: 5) }, "no such reduction")
    refuses(
      try changed {
        $0.steps.append($0.steps[1])
        $0.tags.append(-1)
      }, "reduces twice")
    refuses(try changed { $0.registerCount = 1 << 30 }, "registers without steps")
  }

  @Test("buffers, shapes and axes that do not fit")
  func arrays() throws {
    refuses(try changed { $0.stores[0] = 9 }, "no such buffer")
    refuses(try changed { $0.stores[0] = $0.reductions[0].to }, "a buffer written twice")
    refuses(try changed { $0.space = Shape([8]) }, "a space that is not the store's")
    refuses(try changed { $0.reductions[0].axes = [1] }, "no such axis")
    refuses(try changed { $0.reductions[0].axes = [0, 0] }, "an axis twice")
    refuses(try changed { $0.inputs[0] = .view(50) }, "no such view")

    var program = try sound()
    program.functions[0].views[0].source = .view(0, .reshape)
    refuses(program, "a view of itself")
    program = try sound()
    program.functions[0].views[0].shape = Shape([1_000_000])
    refuses(program, "a view larger than its symbol")
    program = try sound()
    program.functions[0].outputs[0].view = 40
    refuses(program, "an output of nothing")
    program = try sound()
    program.functions[0].updates = [Function.Update(symbol: 3, view: 0)]
    refuses(program, "an update of no symbol")
    program = try sound()
    program.functions[0].instructions.insert(.copy(1, to: 0), at: 0)
    program.functions[0].tags.insert(-1, at: 0)
    refuses(program, "reads what is not computed yet, or writes twice")
    program = try sound()
    program.tables.append(Table(shape: Shape([3]), values: [1]))
    refuses(program, "a table without values")
  }

  @Test("what only sizes tell is refused when a function is bound")
  func binding() throws {
    var program = try sound()
    guard case .loop(let kernel) = program.functions[0].instructions[0] else {
      Issue.record("the program does not begin with a loop")
      return
    }
    program.functions[0].buffers[kernel.reductions[0].to] = Shape([3])
    for (index, view) in program.functions[0].views.enumerated()
    where view.source == .root(.buffer(kernel.reductions[0].to)) {
      program.functions[0].views[index].shape = Shape([3])
    }
    let read = try ProgramFile.read(ProgramFile.write(program)).program
    #expect(throws: MachineError.self) { try BoundFunction(read, function: "f", sizes: [:]) }
  }
}
