import Testing

/// Rewriting never takes a number out of the range of doubles, and never changes a value.
@Suite struct NumberRangeTests {
  private let folder = Folder()

  private func value(_ expression: String, at point: String) throws -> Double? {
    let outcome = Executable.adc.run(
      ["diff", expression, "--at", point, "--json"], in: folder)
    return try JSON(outcome.output)["points"][0]["value"].number
  }

  @Test func productsOfSmallNumbersStay() throws {
    #expect(try value("1e-200*(1e-200*x)", at: "x=1e300") == 1e-200 * (1e-200 * 1e300))
  }

  @Test func sumsOfQuotientsStay() throws {
    #expect(try value("x/1e200 + x/3e200", at: "x=1e200") == 1 + 1.0 / 3)
    #expect(try value("x/1e-200 + x/3e-200", at: "x=1e-200") == 1 + 1.0 / 3)
  }

  @Test func powersOfPowersKeepTheirExponent() throws {
    let found = try #require(try value("(1.0001^64)^64*x", at: "x=1"))
    #expect(abs(found - 1.5061843336133938) < 1e-12)
    #expect(try value("(((-1)^33)^33)^3*x", at: "x=1") == -1)
  }

  @Test func choicesOfMixedShapesAreDifferentiated() throws {
    folder.write(
      """
      param u: [2, 3] = 1
      const d = [1, 2, 3]
      const c = [[1], [2]]
      minimize sum(if u > 0 then u / d * c else 0) + sum(max(u / d * c, 0))

      """, to: "mixed.ad")
    let outcome = Executable.adc.run(["gradient", "mixed.ad", "--json"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"u\":[[2,1,"))
  }

  @Test func productsAreDifferentiatedTwice() throws {
    folder.write("param q = [2, 3, 5]\nminimize sum(grad(prod(q), q)^2)\n", to: "twice.ad")
    let outcome = Executable.adc.run(["gradient", "twice.ad", "--json"], in: folder)
    #expect(outcome.output == "{\"loss\":361,\"gradient\":{\"q\":[136,174,130]}}\n")
  }
}
