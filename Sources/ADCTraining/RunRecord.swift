/// What a file of parameters tells of the run that made them, so that it can be shown later.
///
/// Nothing in it depends on the clock, nor on how often the run was interrupted and resumed.
package struct RunRecord: Equatable, Sendable {
  /// The model's path, as it was given.
  package var model: String
  /// What the command said beside it: `--data`, `--input NAME=FILE`, `--set NAME=VALUE`.
  package var data: [String] = []
  /// `NAME=FILE`, one for each input with a file of its own.
  package var inputs: [String] = []
  /// `NAME=VALUE`, one for each value that was set.
  package var values: [String] = []
  /// What was given in place of the model's optimizer; nil for the model's own.
  package var optimizer: String?
  /// What was said after epochs, the oldest first: all of them, or of a long run every second,
  /// fourth and so on, and the last.
  package private(set) var epochs: [JSONValue] = []
  private var stride = 1
  /// How it ended, and what a fit says of its parameters: an object as it is printed, without what
  /// depends on the clock.
  package var result: JSONValue?

  /// More epochs than these are thinned out.
  package static let most = 1000

  /// The record of a run that has not begun.
  package init(model: String) { self.model = model }

  /// Adds what was said after an epoch, an object with its number as `epoch`.
  package mutating func add(_ epoch: JSONValue) {
    if let last = epochs.last, !isKept(last) { epochs.removeLast() }
    let epoch = JSONValue.object((epoch.members ?? []).filter { $0.name != "event" })
    epochs.append(epoch)
    guard epochs.count > Self.most else { return }
    stride *= 2
    epochs = epochs.dropLast().filter(isKept) + [epoch]
  }

  /// Takes over the epochs of the run that this one goes on from.
  package mutating func resume(_ earlier: RunRecord) {
    epochs = earlier.epochs
    stride = earlier.stride
  }

  private func isKept(_ epoch: JSONValue) -> Bool {
    guard let number = epoch["epoch"]?.number() else { return false }
    return (number - 1).truncatingRemainder(dividingBy: Double(stride)) == 0
  }

  /// An object as the file of parameters holds it, without members that say nothing.
  package var json: JSONValue {
    var members: [JSONValue.Member] = [.init("model", .string(model))]
    func add(_ name: String, _ texts: [String]) {
      if !texts.isEmpty { members.append(.init(name, .array(texts.map { .string($0) }))) }
    }
    add("data", data)
    add("inputs", inputs)
    add("values", values)
    if let optimizer { members.append(.init("optimizer", .string(optimizer))) }
    if stride > 1 { members.append(.init("stride", .number(Double(stride)))) }
    members.append(.init("epochs", .array(epochs)))
    if let result { members.append(.init("result", result)) }
    return .object(members)
  }

  /// Reads a record; nil where it is none.
  package init?(_ json: JSONValue) {
    func texts(_ name: String) -> [String]? {
      guard let value = json[name] else { return [] }
      guard case .array(let elements) = value else { return nil }
      let texts = elements.compactMap(\.text)
      return texts.count == elements.count ? texts : nil
    }
    guard let model = json["model"]?.text, let data = texts("data"), let inputs = texts("inputs"),
      let values = texts("values"), case .array(let epochs)? = json["epochs"],
      epochs.count <= Self.most, epochs.allSatisfy({ $0["epoch"]?.number() != nil })
    else { return nil }
    self.model = model
    self.data = data
    self.inputs = inputs
    self.values = values
    optimizer = json["optimizer"]?.text
    let stride = json["stride"]?.number() ?? 1
    guard stride >= 1, stride <= 0x1p40, stride.rounded() == stride else { return nil }
    self.stride = Int(stride)
    self.epochs = epochs
    result = json["result"]
  }
}
