/// Text within XML and HTML.
package enum Markup {
  /// A text as it stands between tags or within double quotes; control characters other than line
  /// ends and tabs, which no document may have, are left out.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default: if scalar.value >= 32 { result.unicodeScalars.append(scalar) }
      }
    }
    return result
  }
}
