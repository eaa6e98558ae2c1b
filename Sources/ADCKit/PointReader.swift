import ADCTraining

/// Reads points of the command line, `x=1,v=[1, 2]`.
package enum PointReader {
  /// Names with numbers or nested arrays of numbers, between commas.
  package static func point(_ text: String) throws(TaskFailure) -> [DerivativeTask.Coordinate] {
    var result: [DerivativeTask.Coordinate] = []
    for part in parts(of: text) {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let array = array(trimmed(sides[1])) else {
        throw TaskFailure(
          "`--at` takes `x=1,y=2`, and `\(part)` is no name and number", code: "AD1003",
          fault: .commandLine)
      }
      result.append(
        DerivativeTask.Coordinate(
          name: trimmed(sides[0]), shape: array.shape, values: array.values))
    }
    return result
  }

  /// The text between commas that are in no bracket.
  private static func parts(of text: String) -> [Substring] {
    var parts: [Substring] = []
    var depth = 0
    var start = text.startIndex
    for place in text.indices {
      switch text[place] {
      case "[": depth += 1
      case "]": depth -= 1
      case "," where depth == 0:
        parts.append(text[start..<place])
        start = text.index(after: place)
      default: break
      }
    }
    parts.append(text[start...])
    return parts.filter { !$0.isEmpty }
  }

  private static func array(_ text: String) -> ShapedValues? {
    if let number = Double(text) { return ShapedValues(shape: [], values: [number]) }
    if !text.hasPrefix("["), let formula = try? Formula(text), let number = try? formula.value() {
      return ShapedValues(shape: [], values: [number])
    }
    guard text.hasPrefix("["), let json = try? JSONValue.parse(Array(text.utf8), file: "--at")
    else {
      return nil
    }
    return try? json.shapedValues(nonFinite: true)
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
