import ADCCalculus

extension ProgramFile {
  /// The bytes of a file.
  /// - Parameter metadata: what others want to keep with the program; the machine does not look
  ///   into it.
  package static func write(_ program: Program, metadata: [UInt8] = []) -> [UInt8] {
    var writer = ProgramWriter()
    let symbols = writer.symbols(program.symbols)
    let tables = writer.tables(program.tables)
    let tags = writer.tags(program.tags)
    let functions = writer.functions(program.functions)
    var contents: [(Section, [UInt8])] = [
      (.strings, writer.stringTable()), (.operators, writer.operatorTable()),
      (.shapes, writer.shapeTable()), (.symbols, symbols), (.tables, tables), (.tags, tags),
      (.functions, functions), (.metadata, metadata),
    ]
    var file = ByteWriter()
    file.bytes += magic
    let format = precisions.first { $0.precision == program.precision } ?? precisions[0]
    if format.version > 1 { contents.append((.precision, [format.byte])) }
    file.fixed(format.version)
    let length = contents.reduce(headerLength + checksumLength) { $0 + 9 + $1.1.count }
    file.fixed(UInt64(length))
    for (section, content) in contents {
      file.bytes.append(section.rawValue)
      file.fixed(UInt64(content.count))
      file.bytes += content
    }
    file.fixed(checksum(file.bytes[...]))
    return file.bytes
  }
}

/// Appends numbers in the encodings of the file.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func fixed<T: FixedWidthInteger>(_ value: T) {
    for index in 0..<T.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
    }
  }

  mutating func count(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func signed(_ value: Int) { count((value << 1) ^ (value >> (Int.bitWidth - 1))) }

  mutating func number(_ value: Double) { fixed(value.bitPattern) }

  mutating func list<T>(_ values: [T], _ write: (inout ByteWriter, T) -> Void) {
    count(values.count)
    for value in values { write(&self, value) }
  }
}

/// Writes sections; strings, operators and shapes are stored once, and by number elsewhere.
private struct ProgramWriter {
  private var strings = Places<String>()
  private var operators = Places<OperatorID>()
  private var shapes = Places<Shape>()

  private struct Places<Value: Hashable> {
    var values: [Value] = []
    private var places: [Value: Int] = [:]

    mutating func place(_ value: Value) -> Int {
      if let known = places[value] { return known }
      places[value] = values.count
      values.append(value)
      return values.count - 1
    }
  }

  // MARK: Shared parts

  func stringTable() -> [UInt8] {
    var writer = ByteWriter()
    writer.list(strings.values) { writer, text in
      writer.list(Array(text.utf8)) { $0.bytes.append($1) }
    }
    return writer.bytes
  }

  /// Asks for the names of operators, so it comes before `stringTable` is written.
  mutating func operatorTable() -> [UInt8] {
    var writer = ByteWriter()
    writer.list(operators.values) { writer, op in
      writer.list(Array(Catalogue.operators[op.index].name.utf8)) { $0.bytes.append($1) }
    }
    return writer.bytes
  }

  func shapeTable() -> [UInt8] {
    var writer = ByteWriter()
    writer.list(shapes.values) { writer, shape in
      writer.list(shape.dimensions) { dimension(&$0, $1) }
    }
    return writer.bytes
  }

  /// Names of dimensions are written out: there are few, and the shapes that hold them are shared.
  private func dimension(_ writer: inout ByteWriter, _ dimension: Dimension) {
    writer.signed(dimension.constant)
    writer.list(dimension.terms) { writer, term in
      writer.list(Array(term.name.utf8)) { $0.bytes.append($1) }
      writer.signed(term.coefficient)
    }
  }

  private mutating func shape(_ writer: inout ByteWriter, _ shape: Shape) {
    writer.count(shapes.place(shape))
  }

  private mutating func string(_ writer: inout ByteWriter, _ text: String) {
    writer.count(strings.place(text))
  }

  // MARK: Sections

  mutating func symbols(_ symbols: [Symbol]) -> [UInt8] {
    var writer = ByteWriter()
    writer.count(symbols.count)
    for symbol in symbols {
      string(&writer, symbol.name)
      string(&writer, symbol.role.rawValue)
      shape(&writer, symbol.shape)
    }
    return writer.bytes
  }

  mutating func tables(_ tables: [Table]) -> [UInt8] {
    var writer = ByteWriter()
    writer.count(tables.count)
    for table in tables {
      shape(&writer, table.shape)
      writer.list(table.values) { $0.number($1) }
    }
    return writer.bytes
  }

  mutating func tags(_ tags: [SourceTag]) -> [UInt8] {
    var writer = ByteWriter()
    writer.count(tags.count)
    for tag in tags {
      writer.signed(tag.line)
      writer.signed(tag.column)
      string(&writer, tag.text)
    }
    return writer.bytes
  }

  mutating func functions(_ functions: [Function]) -> [UInt8] {
    var writer = ByteWriter()
    writer.count(functions.count)
    for function in functions { self.function(&writer, function) }
    return writer.bytes
  }

  private mutating func function(_ writer: inout ByteWriter, _ function: Function) {
    string(&writer, function.name)
    writer.count(function.buffers.count)
    for buffer in function.buffers { shape(&writer, buffer) }
    writer.count(function.views.count)
    for view in function.views { self.view(&writer, view) }
    writer.count(function.instructions.count)
    for (instruction, tag) in zip(function.instructions, function.tags) {
      writer.signed(Int(tag))
      self.instruction(&writer, instruction)
    }
    writer.count(function.outputs.count)
    for output in function.outputs {
      string(&writer, output.name)
      writer.count(output.view)
    }
    writer.list(function.updates) { writer, update in
      writer.count(update.symbol)
      writer.count(update.view)
    }
  }

  private mutating func steps(_ writer: inout ByteWriter, _ loop: StepLoop) {
    function(&writer, loop.body)
    shape(&writer, Shape([loop.steps]))
    writer.all(loop.isReversed ? 1 : 0, loop.index)
    writer.list(loop.states) { $0.all($1.symbol, $1.initial) }
    writer.list(loop.rows) { $0.all($1.symbol, $1.view) }
    writer.list(loop.shared) { $0.all($1.symbol, $1.view) }
    writer.list(loop.last) { $0.all($1.output, $1.to) }
    writer.list(loop.collected) { $0.all($1.output, $1.to) }
    writer.count(loop.replays.count)
    for replay in loop.replays {
      steps(&writer, replay.loop)
      writer.list(replay.feeds) { $0.all($1.symbol, $1.state) }
    }
  }

  private mutating func view(_ writer: inout ByteWriter, _ view: ArrayView) {
    switch view.source {
    case .root(.symbol(let place)): writer.head(0, place)
    case .root(.table(let place)): writer.head(1, place)
    case .root(.buffer(let place)): writer.head(2, place)
    case .view(let source, .transpose): writer.head(3, source)
    case .view(let source, .reshape): writer.head(4, source)
    case .view(let source, .broadcast): writer.head(5, source)
    case .view(let source, .diagonal): writer.head(6, source)
    case .view(let source, .slice(let starts)):
      writer.head(7, source)
      shape(&writer, Shape(starts))
    case .view(let source, .permute(let order)):
      writer.head(8, source)
      writer.list(order) { $0.count($1) }
    case .view(let source, .windows(let strides)):
      writer.head(60, source)
      writer.list(strides) { $0.count($1) }
    case .view(let source, .reversed(let axis)):
      writer.head(61, source)
      writer.count(axis)
    }
    shape(&writer, view.shape)
  }

  private mutating func instruction(_ writer: inout ByteWriter, _ instruction: Instruction) {
    switch instruction {
    case .loop(let kernel):
      writer.count(0)
      loop(&writer, kernel)
    case .copy(let view, let to): writer.all(1, view, to)
    case .matrixProduct(let a, let b, let to): writer.all(2, a, b, to)
    case .pad(let view, let starts, let to):
      writer.all(3, view, to)
      shape(&writer, Shape(starts))
    case .concatenation(let views, let axis, let to):
      writer.all(4, axis, to)
      writer.list(views) { $0.count($1) }
    case .gather(let table, let index, 0, let to): writer.all(5, table, index, to)
    case .scatterAdd(let rows, let index, 0, let to): writer.all(6, rows, index, to)
    case .gather(let table, let index, let batch, let to):
      writer.all(12, table, index, batch, to)
    case .scatterAdd(let rows, let index, let batch, let to):
      writer.all(13, rows, index, batch, to)
    case .cumulativeSum(let view, let axis, let reversed, let to):
      writer.all(7, view, axis, reversed ? 1 : 0, to)
    case .extremeIndex(let view, let axis, let maximum, let to):
      writer.all(8, view, axis, maximum ? 1 : 0, to)
    case .iota(let to): writer.all(9, to)
    case .size(let size, let to):
      writer.all(10, to)
      shape(&writer, Shape([size]))
    case .steps(let loop):
      writer.count(14)
      steps(&writer, loop)
    case .uniform(let seed, let step, let place, let to):
      writer.all(11, seed, step, to)
      writer.signed(place)
    case .matrixFunction(let function, let views, let to):
      writer.all(60, to)
      string(&writer, function.rawValue)
      writer.list(views) { $0.count($1) }
    case .sort(let view, let axis, let indices, let to):
      writer.all(61, view, axis, indices ? 1 : 0, to)
    case .takeAlong(let view, let index, let axis, let to): writer.all(62, view, index, axis, to)
    case .putAlong(let view, let index, let axis, let to): writer.all(63, view, index, axis, to)
    case .overlapAdd(let view, let strides, let to):
      writer.all(64, view, to)
      writer.list(strides) { $0.count($1) }
    case .formula(let formula, let inputs, let to):
      writer.all(formula.isExacting ? 41 : 40, to)
      writer.list(inputs) { $0.count($1) }
      self.formula(&writer, formula)
    }
  }

  private mutating func formula(_ writer: inout ByteWriter, _ formula: ScalarFormula) {
    writer.count(formula.steps.count)
    for step in formula.steps {
      switch step {
      case .input(let place): writer.all(0, place)
      case .number(let value):
        writer.count(1)
        writer.number(value)
      case .apply(let op, let operands):
        writer.count(operators.place(op) + 2)
        writer.list(operands) { $0.count($1) }
      }
    }
    writer.list(formula.outputs) { $0.count($1) }
  }

  private mutating func loop(_ writer: inout ByteWriter, _ kernel: LoopKernel) {
    shape(&writer, kernel.space)
    writer.count(kernel.inputs.count)
    for input in kernel.inputs {
      switch input {
      case .number(let value):
        writer.count(0)
        writer.number(value)
      case .size(let size):
        writer.count(1)
        shape(&writer, Shape([size]))
      case .view(let view): writer.head(2, view)
      }
    }
    writer.list(kernel.stores) { $0.count($1) }
    writer.count(kernel.registerCount)
    writer.count(kernel.reductions.count)
    for reduction in kernel.reductions {
      string(&writer, reduction.kind.rawValue)
      writer.list(reduction.axes) { $0.count($1) }
      writer.count(reduction.to)
    }
    writer.count(kernel.steps.count)
    for (step, tag) in zip(kernel.steps, kernel.tags) {
      writer.signed(Int(tag))
      switch step {
      case .reduce(let slot, let index): writer.all(0, Int(slot), Int(index))
      case .apply(let op, let to, let a, let b, let c):
        writer.count(operators.place(op) + 1)
        writer.count(Int(to))
        for slot in [a, b, c].prefix(step.arity) { writer.count(Int(slot)) }
      }
    }
  }
}

extension ByteWriter {
  mutating func head(_ kind: Int, _ place: Int) { all(kind, place) }

  mutating func all(_ values: Int...) {
    for value in values { count(value) }
  }
}
