/// What was done with data before a model saw them; kept with the parameters, so that later data
/// are treated alike.
package struct DataPreparation: Equatable, Sendable {
  /// The words of a column in their order: what each of them is as a number.
  package struct Category: Equatable, Sendable {
    /// The name in the header.
    package var column: String
    /// In ascending order; the place in it, from 0, is the number.
    package var words: [String]
  }

  /// What stands for missing values of a column: the mean of the others.
  package struct Filling: Equatable, Sendable {
    /// The name in the header.
    package var column: String
    /// The mean of the values that there were when the parameters were trained.
    package var mean: Double
  }

  /// What is taken from each number of an input's row, and what it is then divided by.
  package struct Scaling: Equatable, Sendable {
    /// The input's name.
    package var input: String
    /// What is subtracted, one number for each column of the input.
    package var means: [Double]
    /// What is divided by, one number for each column; never 0.
    package var deviations: [Double]
  }

  /// One for each column of words.
  package var categories: [Category] = []
  /// One for each column of numbers where `missing` is `mean`.
  package var fillings: [Filling] = []
  /// One for each input of `standardize`.
  package var scalings: [Scaling] = []

  /// Numbers stay as they are.
  package init() {}

  /// Whether numbers stay as they are in the files.
  package var isEmpty: Bool { categories.isEmpty && fillings.isEmpty && scalings.isEmpty }
}

extension DataPreparation {
  /// As a member of a file of parameters.
  var json: JSONValue {
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    return .object([
      .init(
        "categories",
        .object(categories.map { .init($0.column, .array($0.words.map { .string($0) })) })),
      .init("fill", .object(fillings.map { .init($0.column, .number($0.mean)) })),
      .init(
        "standardize",
        .object(
          scalings.map { scaling in
            .init(
              scaling.input,
              .object([
                .init("mean", numbers(scaling.means)),
                .init("deviation", numbers(scaling.deviations)),
              ]))
          })),
    ])
  }

  /// Reads what `json` gives; nil where it is something else.
  init?(_ json: JSONValue) {
    self.init()
    for member in json["categories"]?.members ?? [] {
      let words = member.value.elements?.compactMap(\.text)
      guard let words, words.count == member.value.elements?.count else { return nil }
      categories.append(Category(column: member.name, words: words))
    }
    for member in json["fill"]?.members ?? [] {
      guard let mean = member.value.number() else { return nil }
      fillings.append(Filling(column: member.name, mean: mean))
    }
    for member in json["standardize"]?.members ?? [] {
      guard let means = member.value["mean"]?.elements?.compactMap({ $0.number() }),
        let deviations = member.value["deviation"]?.elements?.compactMap({ $0.number() }),
        means.count == deviations.count, deviations.allSatisfy({ $0 > 0 })
      else { return nil }
      scalings.append(Scaling(input: member.name, means: means, deviations: deviations))
    }
  }
}

/// Mean and deviation of numbers met one after another (Welford 1962); NaN is passed over.
struct RunningMoments {
  private(set) var count = 0
  private(set) var mean = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    guard !value.isNaN else { return }
    count += 1
    let change = value - mean
    mean += change / Double(count)
    squares += change * (value - mean)
  }

  /// Divided by `total` numbers, those that are missing standing at the mean; 1 where all are
  /// equal.
  func deviation(of total: Int) -> Double {
    let result = total == 0 ? 0 : (squares / Double(total)).squareRoot()
    return result > 0 && result.isFinite ? result : 1
  }
}

/// What becomes of one number of a row.
struct NumberTransform {
  /// What a word's place in the order of meeting becomes.
  var places: [Double]?
  var filling = Double.nan
  var mean = 0.0
  var deviation = 1.0

  var isIdentity: Bool { places == nil && filling.isNaN && mean == 0 && deviation == 1 }

  func apply(_ value: Double) -> Double {
    if let places { return places[Int(value)] }
    return ((value.isNaN ? filling : value) - mean) / deviation
  }
}
