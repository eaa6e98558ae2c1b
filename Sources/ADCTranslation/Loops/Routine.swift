import ADCCalculus
import ADCMachine

/// Why a model cannot be written in a language.
package struct TranslationError: Error, Sendable {
  /// A phrase for people, without a full stop.
  package var message: String

  /// Takes the phrase as it is shown.
  package init(_ message: String) { self.message = message }

  /// The model has none of some parts.
  init(nothingOf parts: Set<TranslatedPart>) {
    switch parts {
    case [.step]: message = "the model has no optimizer, so there is no step"
    case [.predict]: message = "the model has no outputs: write `output …`"
    case [.step, .predict]: message = "the model has neither an optimizer nor outputs"
    default: message = "the model has no objective: write `minimize …`"
    }
  }
}

/// A function as statements, with what its caller gives it.
struct Routine {
  /// An array of the workspace.
  struct Room {
    var name: String
    var count: Quantity
    var shape: String
    /// Whether it is of doubles in a program in single precision.
    var isWide = false
  }

  /// What the caller gives: in the order of the function's signature.
  struct Parameter {
    enum Kind {
      case input, parameter, state, environment, output
    }

    var name: String
    var kind: Kind
    var shape: Shape
    /// Whether the function writes to it.
    var isWritten: Bool
    /// The place among the program's symbols; -1 for an output.
    var symbol: Int
    var isUsed = true
  }

  var name: String
  var parameters: [Parameter] = []
  var rooms: [Room] = []
  var body: [Statement] = []
  /// What is returned.
  var result: Value?

  /// The arrays of one of the workspaces.
  func rooms(isWide: Bool) -> [Room] { rooms.filter { $0.isWide == isWide } }

  /// The numbers of a workspace.
  func count(isWide: Bool) -> Quantity {
    rooms(isWide: isWide).reduce(.zero) { $0 + $1.count }
  }
}

/// Names that are free in the routines of one language.
final class NameTable {
  private var taken: Set<String>
  private let style: (String) -> String

  init(reserved: Set<String>, style: @escaping (String) -> String) {
    taken = reserved
    self.style = style
  }

  init(copy other: NameTable) {
    taken = other.taken
    style = other.style
  }

  /// A name that nothing has, from a word.
  func fresh(_ word: String) -> String {
    // A temporary of a model that was written is one here, too.
    if word.first == "t", word.count > 1, word.dropFirst().allSatisfy(\.isNumber) {
      return temporary()
    }
    let base = style(word)
    if taken.insert(base).inserted { return base }
    let stem = base.last?.isNumber == true ? base + "_" : base
    var number = 2
    while !taken.insert(style("\(stem)\(number)")).inserted { number += 1 }
    return style("\(stem)\(number)")
  }

  /// A counter's name, given back with `release`; a word, where that is free.
  func counter(_ word: String = "") -> String {
    if !word.isEmpty, taken.insert(style(word)).inserted { return style(word) }
    for letter in ["i", "j", "k", "l"] where taken.insert(letter).inserted { return letter }
    return fresh("i")
  }

  func release(_ name: String) { taken.remove(name) }

  /// What is done with names that nothing has afterwards.
  func scope<Result>(_ body: () throws(TranslationError) -> Result) throws(TranslationError)
    -> Result
  {
    let outer = (taken, next)
    defer { (taken, next) = outer }
    return try body()
  }

  /// The next of `t1`, `t2`, …
  func temporary() -> String {
    next += 1
    while taken.contains("t\(next)") { next += 1 }
    taken.insert("t\(next)")
    return "t\(next)"
  }

  private var next = 0
}

/// What is known beside the program: names of the model, and where its lines are.
package struct TranslationNames: Sendable {
  /// The names of lets by the node of the lowered graph.
  package var nodes: [Int32: String]
  /// The same for derivatives by parameters.
  package var gradient: [Int32: String]

  /// Without names, variables are numbered.
  package init(nodes: [Int32: String] = [:], gradient: [Int32: String] = [:]) {
    self.nodes = nodes
    self.gradient = gradient
  }

  /// All of them as names of nodes, for code where derivatives are no outputs.
  var ofAll: TranslationNames {
    TranslationNames(nodes: nodes.merging(gradient) { own, _ in own })
  }
}

/// Where the elements of a root are in the code.
struct Home {
  enum Place {
    case local(String)
    case array(String, isScalar: Bool)
    case number(Double)
    /// The elements are their own numbers.
    case counting
    /// An expression that is written where it is used.
    case value(Value)
  }

  var place: Place
  var offset = Quantity.zero
  /// Nil for row-major order without gaps.
  var strides: [Quantity]?
}

/// What all functions of one routine share.
final class RoutineContext {
  let program: Program
  let names: NameTable
  let sizes: [String: String]
  let labels: TranslationNames
  var rooms: [Routine.Room] = []
  /// Constant arrays that the routine reads, by their place in the program.
  var tables: [Int: String]
  /// Arrays of a chunk that are free for the next loop.
  private var parts: [String] = []

  init(
    _ program: Program, names: NameTable, sizes: [String: String], labels: TranslationNames,
    tables: [Int: String]
  ) {
    self.program = program
    self.names = names
    self.sizes = sizes
    self.labels = labels
    self.tables = tables
  }

  func quantity(_ dimension: Dimension) -> Quantity { Quantity(dimension, sizes) }
  func quantities(_ shape: Shape) -> [Quantity] { shape.dimensions.map { quantity($0) } }

  /// An array of the workspace.
  func room(
    _ word: String, _ count: Quantity, shape: String = "", isWide: Bool = false
  ) -> String {
    let name = names.fresh(word)
    rooms.append(
      Routine.Room(
        name: name, count: count, shape: shape, isWide: isWide && program.precision == .single))
    return name
  }

  /// Room for what a call needs while it runs, which all calls share.
  func scratch(_ word: String, _ count: Quantity, isWide: Bool = false) -> Pointer {
    if let name = scratches[word], let place = rooms.firstIndex(where: { $0.name == name }) {
      rooms[place].count = Quantity.bound([rooms[place].count, count])
      return Pointer(array: name, place: .zero)
    }
    let name = room(word, count, isWide: isWide)
    scratches[word] = name
    return Pointer(array: name, place: .zero)
  }

  private var scratches: [String: String] = [:]

  /// Room for the elements of a chunk, by number.
  func part(_ number: Int) -> String {
    while parts.count <= number { parts.append(room("part", Quantity(chunk), shape: "")) }
    return parts[number]
  }
}

/// The elements that the machine sums at a time.
let chunk = 256
