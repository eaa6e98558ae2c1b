import ADCModel
import ADCPlatform
import ADCSyntax

/// What a text at a prompt could go on with.
package struct PromptCompletion: Sendable {
  /// One way to go on.
  package struct Candidate: Sendable {
    /// What a list of candidates shows.
    package var name: String
    /// What is inserted, which begins with the name.
    package var insertion: String
    package var description: String
  }

  /// The characters at the end of the text that a candidate takes the place of.
  package var replaced = 0
  /// What fits; empty where nothing does.
  package var candidates: [Candidate] = []
  /// What is known of the call that the text stands in.
  package var hint: String?
}

extension PromptSession {
  /// What the text before the cursor could go on with: commands, names and functions.
  package func completion(of text: String) -> PromptCompletion {
    var completion = PromptCompletion()
    if PromptLines.isCommand(text), !text.contains(" ") {
      let word = text.dropFirst()
      completion.replaced = text.count
      completion.candidates = Self.commands.filter { $0.name.hasPrefix(word) }.map { command in
        PromptCompletion.Candidate(
          name: ":" + command.name,
          insertion: ":" + command.name + (command.operands.isEmpty ? "" : " "),
          description: ":\(command.form)  \(command.summary)")
      }
      return completion
    }
    if PromptLines.isCommand(text), let files = fileCompletion(of: text) { return files }
    let word = String(text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
    completion.replaced = word.count
    if word.isEmpty || word.first?.isNumber == true {
      completion.replaced = 0
      completion.hint = openCall(in: text).flatMap { signature(of: $0) }
      return completion
    }
    completion.candidates = KnownName.completing(word, among: knownNames).map { known in
      let isCall = known.signature.hasPrefix(known.name + "(")
      return PromptCompletion.Candidate(
        name: known.name, insertion: known.name + (isCall ? "(" : ""),
        description: known.summary.isEmpty
          ? known.signature : "\(known.signature)  \(known.summary)")
    }
    return completion
  }

  /// What a command that takes a file, or the name of a command, could go on with.
  private func fileCompletion(of text: String) -> PromptCompletion? {
    guard let space = text.firstIndex(of: " "),
      let command = Self.command(named: String(text[..<space].dropFirst()))
    else { return nil }
    let operand = String(text[space...].drop { $0 == " " })
    var completion = PromptCompletion()
    switch command.name {
    case "graph" where operand.contains(" "): return nil
    case "emit":
      completion.replaced = operand.count
      completion.candidates = EmissionLanguage.allCases.map(\.rawValue).filter {
        $0.hasPrefix(operand)
      }.map { PromptCompletion.Candidate(name: $0, insertion: $0, description: $0) }
    case "load", "save", "graph":
      let folder = operand.lastIndex(of: "/").map { String(operand[...$0]) } ?? ""
      let rest = String(operand.dropFirst(folder.count))
      completion.replaced = rest.count
      let names = FileSystem.names(in: folder, beginningWith: rest)
      completion.candidates = names.filter { !$0.hasPrefix(".") || rest.hasPrefix(".") }.map {
        PromptCompletion.Candidate(name: $0, insertion: $0, description: $0)
      }
    case "help":
      let all = Self.commands.map { known in
        PromptCompletion.Candidate(
          name: known.name, insertion: known.name, description: ":\(known.form)  \(known.summary)")
      }
      completion.replaced = operand.count
      completion.candidates = all.filter { $0.name.hasPrefix(operand) }
      if operand.isEmpty || completion.candidates.isEmpty { return nil }
    default: return nil
    }
    return completion
  }

  /// Every name that has a meaning here, those of the session first.
  private var knownNames: [KnownName] {
    var names: [KnownName] = []
    for definition in scope.definitions {
      for name in definition.names { names.append(known(name.text)) }
    }
    if let loaded {
      names += KnownName.declared(in: loaded.symbolic.file, checked: loaded.model)
      if loaded.model.objective != nil {
        names.append(
          KnownName(name: "loss", kind: .binding, signature: "loss", summary: "The objective."))
      }
    }
    var seen: Set<String> = []
    return (names + KnownName.ofExpressions).filter { seen.insert($0.name).inserted }
  }

  private func known(_ name: String) -> KnownName {
    if let formals = scope.arguments(of: name) {
      let list = formals.map(\.name.text).joined(separator: ", ")
      return KnownName(name: name, kind: .function, signature: "\(name)(\(list))")
    }
    return KnownName(name: name, kind: .binding, signature: name)
  }

  private func signature(of name: String) -> String? {
    guard let known = knownNames.first(where: { $0.name == name }) else { return nil }
    return known.summary.isEmpty ? known.signature : "\(known.signature)  \(known.summary)"
  }

  /// The function whose parenthesis is open at the end of a text.
  private func openCall(in text: String) -> String? {
    var depth = 0
    var rest = text[...]
    while let last = rest.popLast() {
      if last == ")" || last == "]" { depth += 1 }
      if last == "(" || last == "[" { depth -= 1 }
      guard depth < 0 else { continue }
      let word = rest.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed()
      return last == "(" && !word.isEmpty ? String(word) : nil
    }
    return nil
  }
}
