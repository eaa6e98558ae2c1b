import Testing

/// Data and sizes that do not go with a model, and tables without names.
@Suite struct DataMistakeTests {
  private let folder = Folder()

  private func adc(_ arguments: String...) -> Outcome {
    Executable.adc.run(arguments, in: folder)
  }

  /// The bad index is in the seventh row of the data, whatever the order of the batches.
  @Test(arguments: [["--batch", "3", "--seed", "5"], ["--batch", "8"], []])
  func indicesOutOfRange(options: [String]) {
    folder.write(
      """
      input user: [n]
      input y: [n]
      param taste = [0, 0, 0, 0]
      minimize mean((taste[user] - y)^2)
      train { data "u.csv"; optimizer sgd(rate: 0.1); epochs 2 }

      """, to: "u.ad")
    folder.write("user,y\n0,1\n1,1\n2,1\n3,1\n0,1\n1,1\n4,1\n2,1\n", to: "u.csv")
    let outcome = Executable.adc.run(["train", "u.ad"] + options, in: folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "error AD0701: input `user`, data row 7: 4 is no index of a table with the rows 0..<4\n")
  }

  @Test func indicesInSeveralColumns() {
    folder.write(
      """
      input pair: [n, 2] from "a", "b"
      param taste = [0, 0, 0]
      minimize sum(taste[pair[:, 1]]^2)

      """, to: "p.ad")
    folder.write("a,b\n9,0\n9,1\n0,1.5\n", to: "p.csv")
    let outcome = adc("gradient", "p.ad", "--data", "p.csv")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("input `pair`, data row 3: 1.5 is no index"), "\(outcome.errors)")
  }

  /// An index that is computed has no place in the data, but one in the model.
  @Test func computedIndices() {
    folder.write("param t = [1, 2]\ninput k: [n]\nminimize sum(t[k + 1])\n", to: "k.ad")
    folder.write("k\n0\n1\n", to: "k.csv")
    let outcome = adc("gradient", "k.ad", "--data", "k.csv")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("element 1 of an index is 2"), "\(outcome.errors)")
    #expect(outcome.errors.contains("in line 3: minimize sum(t[k + 1])"), "\(outcome.errors)")
  }

  /// What the process may have at most bounds what a model asks for.
  @Test func littleMemory() {
    folder.write("param x: [1000000000] = 1\nminimize sum(x^2)\n", to: "m.ad")
    let outcome = Executable.script("ulimit -v 4000000; $ADC gradient m.ad", in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("the most that parameters"), "\(outcome.errors)")
  }

  @Test func hugeInputs() {
    folder.write(
      "input x: [n, 10000000000, 10000000000]\nparam w = 1\nminimize w * sum(x)\n", to: "h.ad")
    folder.write("x\n1\n", to: "h.csv")
    let outcome = adc("gradient", "h.ad", "--data", "h.csv")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("input `x` has the shape"), "\(outcome.errors)")
  }

  @Test(arguments: [
    ("param W: [1000000, 1000000] = 0\nminimize sum(W)\n", "the parameter `W`"),
    ("param W: [4000000000] = 0\nminimize sum(W)\n", "the parameter `W`"),
    ("param a = 1\nparam W: [100000, 100000] ~ glorot()\nminimize sum(W) * a\n", "`W`"),
    ("param W: [3037000500, 3037000500, 0, 9] = 0\nminimize sum(W) + 1\n", ""),
  ])
  func hugeParameters(model: String, name: String) {
    folder.write(model, to: "w.ad")
    let outcome = adc("gradient", "w.ad")
    #expect(outcome.signal == 0)
    guard !name.isEmpty else { return }
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("\(name) of the shape ["), "\(outcome.errors)")
    #expect(outcome.errors.contains("is too large"))
  }

  @Test func tablesWithoutNames() throws {
    folder.write(
      "input x: [n, 2]\ninput c\nparam w = 1\nminimize w * c * sum(x * [1, 10])\n", to: "m.ad")
    folder.write("2\n", to: "c.csv")
    let rows = "1,2\n3,4\n1,1\n"
    for text in ["a,b\n" + rows, rows, " 1 , 2\r\n3,4\r\n1,1", "1e0,2\n3,4\n1,1\n"] {
      folder.write(text, to: "x.csv")
      let outcome = adc("gradient", "m.ad", "--input", "x=x.csv", "--input", "c=c.csv", "--json")
      #expect(outcome.output == #"{"loss":150,"gradient":{"w":150}}"# + "\n", "\(outcome.errors)")
    }
    folder.write("value\n2\n", to: "c.csv")
    let named = adc("gradient", "m.ad", "--input", "x=x.csv", "--input", "c=c.csv", "--json")
    #expect(named.status == 0, "\(named.errors)")
    folder.write("1,2\n3,x\n", to: "x.csv")
    let wrong = adc("gradient", "m.ad", "--input", "x=x.csv", "--input", "c=c.csv")
    #expect(wrong.errors.contains("line 2, column 2: `x` is not a number"), "\(wrong.errors)")
  }
}
