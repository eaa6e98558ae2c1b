import Testing

/// One table in every format, with gaps, words and scales.
@Suite struct DataFormatTests {
  private let folder = Folder()
  private let rows: [(a: String, b: String, kind: String, y: String)]

  init() {
    rows = (0..<60).map { row in
      let a = Double((row * 7) % 13) / 4
      let b = 50 + Double((row * 5) % 17)
      let kind = ["setosa", "virginica", "versicolor"][row % 3]
      return ("\(a)", "\(b)", kind, "\(2 * a + b / 10 + Double(row % 3))")
    }
    folder.write("a,b,kind,y\n" + lines(","), to: "t.csv")
    folder.write("a\tb\tkind\ty\n" + lines("\t"), to: "t.tsv")
    folder.write(
      rows.map { #"{"y": \#($0.y), "kind": "\#($0.kind)", "b": \#($0.b), "a": \#($0.a)}"# + "\n" }
        .joined(), to: "t.jsonl")
    folder.write(model(), to: "m.ad")
  }

  private func lines(_ separator: String) -> String {
    rows.map { [$0.a, $0.b, $0.kind, $0.y].joined(separator: separator) + "\n" }.joined()
  }

  private func model(_ settings: String = "") -> String {
    """
    input x: [n, 2] from "a", "b"
    input kind: [n] from "kind" as category
    input y: [n]
    param w = [0, 0]
    param offset: [3] = 0
    let p = x @ w + offset[kind]
    minimize mean((p - y)^2)
    output p
    train { data "t.csv"; optimizer adam(rate: 0.1); epochs 20; batch 8; standardize x
    \(settings) }

    """
  }

  private func run(_ script: String) -> Outcome { Executable.script(script, in: folder) }

  private func end(_ script: String) throws -> JSON {
    let outcome = run(script)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(JSON.lines(outcome.output).last)
  }

  /// Whatever the rows come from, and wherever they are kept, a run is the same to the last bit.
  @Test(
    arguments: [
      "--data t.tsv", "--data t.jsonl", "--data - < t.csv", "--data - < t.jsonl",
      "--data - < t.tsv", "--data stream",
    ]) func formatsAgree(option: String) throws
  {
    let csv = try end("\"$ADC\" train m.ad --json")
    var script = "\"$ADC\" train m.ad --json \(option)"
    if option == "--data stream" {
      folder.write(model("stream true"), to: "m.ad")
      script = "\"$ADC\" train m.ad --json"
    }
    let other = try end(script)
    // Rows that stay on the disk are judged part by part.
    let losses = try [csv["loss"], other["loss"]].map { try #require($0.number) }
    #expect((losses[0] - losses[1]).magnitude <= 1e-12 * losses[0])
    #expect(csv["parameters"]["w"].numbers == other["parameters"]["w"].numbers)
    #expect(csv["parameters"]["offset"].numbers == other["parameters"]["offset"].numbers)
  }

  /// What was done with the data is kept with the parameters, and done with later data too.
  @Test func constantsAreSaved() throws {
    #expect(run("\"$ADC\" train m.ad --save p.json").status == 0)
    let data = try JSON(folder.text(of: "p.json"))["data"]
    #expect(
      data["categories"]["kind"].entries.map(\.string) == ["setosa", "versicolor", "virginica"])
    let mean = rows.reduce(0) { $0 + (Double($1.a) ?? 0) } / 60
    let found = try #require(data["standardize"]["x"]["mean"][0].number)
    #expect((found - mean).magnitude < 1e-12)
    let all = run("\"$ADC\" predict m.ad --from p.json").output.split(separator: "\n")
    folder.write("a,b,kind\n\(rows[4].a),\(rows[4].b),\(rows[4].kind)\n", to: "one.csv")
    let one = run("\"$ADC\" predict m.ad --from p.json --data one.csv")
    #expect(one.output.split(separator: "\n") == [all[0], all[5]], "\(one.errors)")
    folder.write("a,b,kind\n1,2,fox\n", to: "one.csv")
    let unknown = run("\"$ADC\" predict m.ad --from p.json --data one.csv")
    #expect(unknown.status == 1)
    #expect(
      unknown.errors.contains("one.csv: line 2, column kind: `fox` is none of the categories"),
      "\(unknown.errors)")
  }

  @Test func gapsAreErrorsUnlessTheModelSaysOtherwise() throws {
    var gappy = lines(",").split(separator: "\n").map(String.init)
    gappy[7] = "1.5,,setosa,3"
    gappy[9] = "NA,60,virginica,4"
    folder.write("a,b,kind,y\n" + gappy.joined(separator: "\n") + "\n", to: "t.csv")
    let refused = run("\"$ADC\" train m.ad")
    #expect(refused.status == 1)
    #expect(
      refused.errors.contains("t.csv: line 9, column b: the field is empty; `missing drop`"),
      "\(refused.errors)")
    folder.write(model("missing drop"), to: "m.ad")
    let dropped = run("\"$ADC\" train m.ad")
    #expect(dropped.status == 0)
    #expect(
      dropped.errors.contains("warning: 2 rows have a field without a value, and are left out"))
    folder.write(model("missing mean"), to: "m.ad")
    #expect(run("\"$ADC\" train m.ad --save p.json").status == 0)
    let known = rows.indices.filter { $0 != 7 && $0 != 9 }
    let mean = known.reduce(0) { $0 + (Double(rows[$1].a) ?? 0) } + 1.5
    let fill = try #require(JSON(folder.text(of: "p.json"))["data"]["fill"]["a"].number)
    #expect((fill - mean / 59).magnitude < 1e-12)
  }

  @Test func arraysOfNumPyFeedByName() throws {
    folder.write(
      """
      input x: [n, 3]
      input y: [n]
      param w = [0, 0, 0]
      minimize mean((x @ w - y)^2)
      train { optimizer sgd(rate: 0.001); steps 3 }

      """, to: "m.ad")
    let arrays = Folder.package + "/Tests/Golden/Arrays"
    let stored = try end("\"$ADC\" train m.ad --json --data \(arrays)/stored.npz")
    let compressed = try end("\"$ADC\" train m.ad --json --data \(arrays)/compressed.npz")
    #expect(stored["loss"].number == compressed["loss"].number)
    let twice = try end(
      "\"$ADC\" train m.ad --json --data \(arrays)/stored.npz --data \(arrays)/stored.npz")
    let losses = try [stored["loss"], twice["loss"]].map { try #require($0.number) }
    #expect((losses[0] - losses[1]).magnitude < 1e-9 * losses[0])
    folder.write("input u: [n]\nparam w = 0\nminimize mean((u - w)^2)\n", to: "u.ad")
    let missing = run("\"$ADC\" gradient u.ad --data \(arrays)/stored.npz")
    #expect(
      missing.errors.contains("there is no array `u`; it has: `x`, `y`, `z`, `zeros`"),
      "\(missing.errors)")
  }

  @Test(
    arguments: [
      (#"{"a": 1, "b": "two", "kind": "x", "y": 1}"#, "line 61, column b: `two` is a text"),
      (#"{"a": 1, "kind": "x", "y": 1}"#, "line 61, column b: there is no such member"),
      (#"{"a": 1, "b": null, "kind": "x", "y": 1}"#, "column b: there is no value; `missing drop`"),
      (#"[1, 2]"#, "line 61: an array where an object is expected"),
      (#"{"a": 1, "b""#, "line 61"),
    ]) func mistakesInJSONLines(line: String, message: String)
  {
    folder.write(folder.text(of: "t.jsonl") + line + "\n", to: "bad.jsonl")
    let outcome = run("\"$ADC\" train m.ad --data bad.jsonl")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
