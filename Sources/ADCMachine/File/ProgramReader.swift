import ADCCalculus

extension ProgramFile {
  /// Reads and verifies a file.
  ///
  /// Looks at the mark, the version, the length and the checksum first, in this order. Time and
  /// memory grow with the length of the file.
  package static func read(
    _ bytes: [UInt8]
  ) throws(ProgramFileError) -> (program: Program, metadata: [UInt8]) {
    let sections = try sections(bytes)
    var reader = ProgramReader()
    for section in Section.allCases {
      guard let range = sections[section] else {
        if section == .precision { continue }
        throw .invalid("the part of the file with its \(section) is missing")
      }
      try reader.read(section, ByteReader(bytes, range))
    }
    try Verifier(reader.program).verify()
    return (reader.program, reader.metadata)
  }

  private static func sections(_ bytes: [UInt8]) throws(ProgramFileError) -> [Section: Range<Int>] {
    let known = min(bytes.count, magic.count)
    guard known > 0, bytes[..<known] == magic[..<known] else { throw .notAProgram }
    var header = ByteReader(bytes, magic.count..<bytes.count)
    guard bytes.count >= headerLength else { throw .truncated(at: bytes.count) }
    let version = try header.fixed(UInt32.self)
    guard version <= UInt32(Self.version) else { throw .newerVersion(Int(version)) }
    let length = try header.fixed(UInt64.self)
    guard UInt64(bytes.count) >= length else { throw .truncated(at: bytes.count) }
    let content = bytes.count - checksumLength
    guard version >= 1, length == UInt64(bytes.count), content >= headerLength else {
      throw .damaged
    }
    var tail = ByteReader(bytes, content..<bytes.count)
    guard try tail.fixed(UInt64.self) == checksum(bytes[..<content]) else { throw .damaged }
    var result: [Section: Range<Int>] = [:]
    var reader = ByteReader(bytes, headerLength..<content)
    while !reader.isAtEnd {
      let number = try reader.byte()
      let length = try reader.fixed(UInt64.self)
      guard length <= UInt64(reader.remaining) else {
        throw reader.malformed("a section is longer than the file")
      }
      let start = reader.position
      if let section = Section(rawValue: number) {
        guard result[section] == nil else { throw reader.malformed("a section comes twice") }
        result[section] = start..<start + Int(length)
      }
      reader = ByteReader(bytes, start + Int(length)..<content)
    }
    return result
  }
}

/// Reads the sections in their order.
private struct ProgramReader {
  private(set) var program = Program()
  private(set) var metadata: [UInt8] = []
  private var strings: [String] = []
  private var operators: [OperatorID] = []
  private var shapes: [Shape] = []

  /// More axes than any model has, few enough to walk.
  private static let greatestRank = 32
  private static let mostTerms = 16

  mutating func read(
    _ section: ProgramFile.Section, _ content: ByteReader
  ) throws(ProgramFileError) {
    var reader = content
    switch section {
    case .strings: strings = try reader.list { (r) throws(ProgramFileError) in try r.text() }
    case .operators: try readOperators(&reader)
    case .shapes: try readShapes(&reader)
    case .symbols: try readSymbols(&reader)
    case .tables: try readTables(&reader)
    case .tags: try readTags(&reader)
    case .functions: try readFunctions(&reader)
    case .metadata: metadata = reader.rest()
    case .precision: program.precision = try ProgramFile.precision(reader.byte())
    }
    guard reader.isAtEnd else { throw reader.malformed("a section is longer than its content") }
  }

  private func string(_ reader: inout ByteReader) throws(ProgramFileError) -> String {
    let place = try reader.count()
    guard place < strings.count else { throw reader.malformed("no such text") }
    return strings[place]
  }

  private func shape(_ reader: inout ByteReader) throws(ProgramFileError) -> Shape {
    let place = try reader.count()
    guard place < shapes.count else { throw reader.malformed("no such shape") }
    return shapes[place]
  }

  private func dimension(_ reader: inout ByteReader) throws(ProgramFileError) -> Dimension {
    guard let first = try shape(&reader).dimensions.first else {
      throw reader.malformed("a dimension is expected")
    }
    return first
  }

  private mutating func readOperators(_ reader: inout ByteReader) throws(ProgramFileError) {
    for _ in 0..<(try reader.listCount()) {
      let name = try reader.text()
      guard let op = Catalogue.id(named: name) else {
        throw .invalid("it needs the operator `\(name)`, which this version does not know")
      }
      operators.append(op)
    }
  }

  private mutating func readShapes(_ reader: inout ByteReader) throws(ProgramFileError) {
    for _ in 0..<(try reader.listCount()) {
      let rank = try reader.listCount(bytesEach: 2)
      guard rank <= Self.greatestRank else { throw reader.malformed("a shape of \(rank) axes") }
      var dimensions: [Dimension] = []
      for _ in 0..<rank {
        var dimension = Dimension(try reader.signed())
        let terms = try reader.listCount(bytesEach: 2)
        guard terms <= Self.mostTerms else { throw reader.malformed("a size of \(terms) terms") }
        for _ in 0..<terms {
          let name = try reader.text()
          dimension = dimension + Dimension(named: name) * (try reader.signed())
        }
        dimensions.append(dimension)
      }
      shapes.append(Shape(dimensions))
    }
  }

  private mutating func readSymbols(_ reader: inout ByteReader) throws(ProgramFileError) {
    for _ in 0..<(try reader.listCount(bytesEach: 3)) {
      let name = try string(&reader)
      guard let role = Symbol.Role(rawValue: try string(&reader)) else {
        throw reader.malformed("an unknown role")
      }
      program.symbols.append(Symbol(name: name, role: role, shape: try shape(&reader)))
    }
  }

  private mutating func readTables(_ reader: inout ByteReader) throws(ProgramFileError) {
    for _ in 0..<(try reader.listCount(bytesEach: 2)) {
      let shape = try shape(&reader)
      let values = try reader.list(bytesEach: 8) { (r) throws(ProgramFileError) in try r.number() }
      program.tables.append(Table(shape: shape, values: values))
    }
  }

  private mutating func readTags(_ reader: inout ByteReader) throws(ProgramFileError) {
    for _ in 0..<(try reader.listCount(bytesEach: 3)) {
      let (line, column) = (try reader.signed(), try reader.signed())
      program.tags.append(SourceTag(line: line, column: column, text: try string(&reader)))
    }
  }

  private mutating func readFunctions(_ reader: inout ByteReader) throws(ProgramFileError) {
    for _ in 0..<(try reader.listCount(bytesEach: 6)) {
      program.functions.append(try function(&reader, depth: 0))
    }
  }

  /// - Parameter depth: how many loops the function is the body of, one within the other.
  private func function(
    _ reader: inout ByteReader, depth: Int
  ) throws(ProgramFileError) -> Function {
    guard depth <= Verifier.deepestLoop else { throw reader.malformed("loops within loops") }
    var function = Function(name: try string(&reader))
    for _ in 0..<(try reader.listCount()) { function.buffers.append(try shape(&reader)) }
    for _ in 0..<(try reader.listCount(bytesEach: 3)) {
      function.views.append(try view(&reader))
    }
    for _ in 0..<(try reader.listCount(bytesEach: 3)) {
      function.tags.append(try tag(&reader))
      function.instructions.append(try instruction(&reader, depth: depth))
    }
    for _ in 0..<(try reader.listCount(bytesEach: 2)) {
      let name = try string(&reader)
      function.outputs.append(Function.Output(name: name, view: try reader.count()))
    }
    for _ in 0..<(try reader.listCount(bytesEach: 2)) {
      let symbol = try reader.count()
      function.updates.append(Function.Update(symbol: symbol, view: try reader.count()))
    }
    return function
  }

  private func steps(
    _ reader: inout ByteReader, depth: Int
  ) throws(ProgramFileError) -> StepLoop {
    let body = try function(&reader, depth: depth + 1)
    let count = try dimension(&reader)
    let isReversed = try flag(&reader)
    var loop = StepLoop(
      body: body, steps: count, isReversed: isReversed, index: try reader.count())
    typealias Reading = ProgramFileError
    loop.states = try reader.list(bytesEach: 2) { (r) throws(Reading) in
      StepLoop.State(symbol: try r.count(), initial: try r.count())
    }
    loop.rows = try reader.list(bytesEach: 2) { (r) throws(Reading) in try feed(&r) }
    loop.shared = try reader.list(bytesEach: 2) { (r) throws(Reading) in try feed(&r) }
    loop.last = try reader.list(bytesEach: 2) { (r) throws(Reading) in try result(&r) }
    loop.collected = try reader.list(bytesEach: 2) { (r) throws(Reading) in try result(&r) }
    if try flag(&reader) {
      let forward = try steps(&reader, depth: depth + 1)
      let feeds = try reader.list(bytesEach: 2) { (r) throws(Reading) in
        StepLoop.StateFeed(symbol: try r.count(), state: try r.count())
      }
      loop.replays = [StepLoop.Replay(loop: forward, feeds: feeds)]
    }
    return loop
  }

  private func feed(_ reader: inout ByteReader) throws(ProgramFileError) -> StepLoop.Feed {
    StepLoop.Feed(symbol: try reader.count(), view: try reader.count())
  }

  private func result(_ reader: inout ByteReader) throws(ProgramFileError) -> StepLoop.Result {
    StepLoop.Result(output: try reader.count(), to: try reader.count())
  }

  private func tag(_ reader: inout ByteReader) throws(ProgramFileError) -> Int32 {
    let place = try reader.signed()
    guard place >= -1, place < program.tags.count else { throw reader.malformed("no such line") }
    return Int32(place)
  }

  private func view(_ reader: inout ByteReader) throws(ProgramFileError) -> ArrayView {
    let kind = try reader.count()
    let place = try reader.count()
    let source: ArrayView.Source
    switch kind {
    case 0: source = .root(.symbol(place))
    case 1: source = .root(.table(place))
    case 2: source = .root(.buffer(place))
    case 3: source = .view(place, .transpose)
    case 4: source = .view(place, .reshape)
    case 5: source = .view(place, .broadcast)
    case 6: source = .view(place, .diagonal)
    case 7: source = .view(place, .slice(try shape(&reader).dimensions))
    case 8:
      let order = try reader.list { (r) throws(ProgramFileError) in try r.count() }
      source = .view(place, .permute(order))
    case 60:
      let strides = try reader.list { (r) throws(ProgramFileError) in try r.count() }
      source = .view(place, .windows(strides))
    case 61: source = .view(place, .reversed(try reader.count()))
    default: throw reader.malformed("an unknown view")
    }
    return ArrayView(source, try shape(&reader))
  }

  private func flag(_ reader: inout ByteReader) throws(ProgramFileError) -> Bool {
    switch try reader.count() {
    case 0: false
    case 1: true
    default: throw reader.malformed("neither yes nor no")
    }
  }

  private func instruction(
    _ reader: inout ByteReader, depth: Int
  ) throws(ProgramFileError) -> Instruction {
    let code = try reader.count()
    switch code {
    case 0: return .loop(try loop(&reader))
    case 1: return .copy(try reader.count(), to: try reader.count())
    case 2: return .matrixProduct(try reader.count(), try reader.count(), to: try reader.count())
    case 3:
      let (view, to) = (try reader.count(), try reader.count())
      return .pad(view, starts: try shape(&reader).dimensions, to: to)
    case 4:
      let (axis, to) = (try reader.count(), try reader.count())
      let views = try reader.list { (r) throws(ProgramFileError) in try r.count() }
      return .concatenation(views, axis: axis, to: to)
    case 5, 12:
      let (table, index) = (try reader.count(), try reader.count())
      let batch = code == 5 ? 0 : try reader.count()
      return .gather(table: table, index: index, batch: batch, to: try reader.count())
    case 6, 13:
      let (rows, index) = (try reader.count(), try reader.count())
      let batch = code == 6 ? 0 : try reader.count()
      return .scatterAdd(rows: rows, index: index, batch: batch, to: try reader.count())
    case 7:
      return .cumulativeSum(
        try reader.count(), axis: try reader.count(), reversed: try flag(&reader),
        to: try reader.count())
    case 8:
      return .extremeIndex(
        try reader.count(), axis: try reader.count(), maximum: try flag(&reader),
        to: try reader.count())
    case 9: return .iota(to: try reader.count())
    case 10:
      let to = try reader.count()
      return .size(try dimension(&reader), to: to)
    case 11:
      let (seed, step, to) = (try reader.count(), try reader.count(), try reader.count())
      return .uniform(seed: seed, step: step, place: try reader.signed(), to: to)
    case 60:
      let to = try reader.count()
      guard let function = MatrixFunction(rawValue: try string(&reader)) else {
        throw reader.malformed("an unknown function of matrices")
      }
      let views = try reader.list { (r) throws(ProgramFileError) in try r.count() }
      return .matrixFunction(function, views, to: to)
    case 61:
      return .sort(
        try reader.count(), axis: try reader.count(), indices: try flag(&reader),
        to: try reader.count())
    case 62:
      return .takeAlong(
        try reader.count(), index: try reader.count(), axis: try reader.count(),
        to: try reader.count())
    case 63:
      return .putAlong(
        try reader.count(), index: try reader.count(), axis: try reader.count(),
        to: try reader.count())
    case 64:
      let (view, to) = (try reader.count(), try reader.count())
      let strides = try reader.list { (r) throws(ProgramFileError) in try r.count() }
      return .overlapAdd(view, strides: strides, to: to)
    case 40, 41:
      let to = try reader.count()
      let inputs = try reader.list { (r) throws(ProgramFileError) in try r.count() }
      var formula = try formula(&reader, inputs: inputs.count)
      formula.isExacting = code == 41
      return .formula(formula, inputs: inputs, to: to)
    case 14: return .steps(try steps(&reader, depth: depth))
    default: throw reader.malformed("an unknown instruction")
    }
  }

  private func formula(
    _ reader: inout ByteReader, inputs: Int
  ) throws(ProgramFileError) -> ScalarFormula {
    var steps: [ScalarFormula.Step] = []
    for _ in 0..<(try reader.listCount(bytesEach: 2)) {
      let code = try reader.count()
      switch code {
      case 0: steps.append(.input(try reader.count()))
      case 1: steps.append(.number(try reader.number()))
      default:
        guard code - 2 < operators.count else { throw reader.malformed("no such operator") }
        let operands = try reader.list { (r) throws(ProgramFileError) in try r.count() }
        steps.append(.apply(operators[code - 2], operands))
      }
    }
    let outputs = try reader.list { (r) throws(ProgramFileError) in try r.count() }
    return ScalarFormula(steps: steps, outputs: outputs, inputCount: inputs)
  }

  private func loop(_ reader: inout ByteReader) throws(ProgramFileError) -> LoopKernel {
    var kernel = LoopKernel(space: try shape(&reader))
    for _ in 0..<(try reader.listCount(bytesEach: 2)) {
      switch try reader.count() {
      case 0: kernel.inputs.append(.number(try reader.number()))
      case 1: kernel.inputs.append(.size(try dimension(&reader)))
      case 2: kernel.inputs.append(.view(try reader.count()))
      default: throw reader.malformed("an unknown operand")
      }
    }
    kernel.stores = try reader.list { (r) throws(ProgramFileError) in try r.count() }
    kernel.registerCount = try reader.count()
    for _ in 0..<(try reader.listCount(bytesEach: 3)) {
      guard let kind = ADCCalculus.Reduction(rawValue: try string(&reader)) else {
        throw reader.malformed("an unknown reduction")
      }
      let axes = try reader.list { (r) throws(ProgramFileError) in try r.count() }
      kernel.reductions.append(
        LoopKernel.Reduction(kind: kind, axes: axes, to: try reader.count()))
    }
    for _ in 0..<(try reader.listCount(bytesEach: 3)) {
      kernel.tags.append(try tag(&reader))
      kernel.steps.append(try step(&reader))
    }
    return kernel
  }

  private func step(_ reader: inout ByteReader) throws(ProgramFileError) -> LoopKernel.Step {
    let code = try reader.count()
    if code == 0 {
      return .reduce(Int32(try reader.count()), index: Int32(try reader.count()))
    }
    guard code <= operators.count else { throw reader.malformed("no such operator") }
    let to = Int32(try reader.count())
    let arity = LoopKernel.Step.apply(operators[code - 1], to: 0, a: 0, b: 0, c: 0).arity
    var slots: [Int32] = [0, 0, 0]
    for place in 0..<arity { slots[place] = Int32(try reader.count()) }
    return .apply(operators[code - 1], to: to, a: slots[0], b: slots[1], c: slots[2])
  }
}
