import ADCCalculus

extension ArrayExpressions {
  mutating func view(_ node: NodeID, _ view: View) throws(TranslationError) -> Text {
    let operand = graph.operand(node, 0)
    let shape = graph.shape(node)
    func made(_ text: String) -> Text { Text(text: text, level: .atom, shape: shape) }
    // Libraries stretch what is too short by themselves.
    if view == .broadcast { return text(operand) }
    let old = graph.shape(operand)
    let x = whole(operand)
    switch view {
    case .transpose:
      return made(
        old.rank == 2 ? "\(above(x, .power)).T" : "\(module).swapaxes(\(x.text), -1, -2)")
    case .reshape:
      if let taken = try rowOfSlice(operand, shape) { return made(taken) }
      if Self.isRow(of: shape, old) { return x }
      if let places = Self.inserted(old, shape) {
        return made("\(above(x, .power))[\(places.joined(separator: ", "))]")
      }
      if shape.isScalar {
        let zeros = [String](repeating: "0", count: old.rank).joined(separator: ", ")
        return made(old.rank == 0 ? x.text : "\(above(x, .power))[\(zeros)]")
      }
      if let places = Self.removed(old, shape) {
        return made("\(above(x, .power))[\(places.joined(separator: ", "))]")
      }
      return made("\(module).reshape(\(x.text), \(tuple(shape)))")
    case .slice:
      guard case .window(let starts, let sizes) = graph.attribute(node) else {
        throw lacking("slice")
      }
      return made("\(above(x, .power))[\(window(starts, sizes, of: old))]")
    case .diagonal:
      return made(
        old.rank == 2
          ? "\(module).diagonal(\(x.text))"
          : "\(module).diagonal(\(x.text), axis1=-2, axis2=-1)")
    case .permute:
      guard case .permutation(let order) = graph.attribute(node) else { throw lacking("permute") }
      return made(
        "\(module).transpose(\(x.text), (\(order.map(String.init).joined(separator: ", "))))")
    case .reversed:
      guard case .axes(let axes, _) = graph.attribute(node) else { throw lacking("flip") }
      return made("\(module).flip(\(x.text), axis=\(self.axes(axes)))")
    case .windows: return made(try windows(node, x.text))
    case .broadcast: return x
    }
  }

  /// A slice of one place along axes that are then dropped, as an index; nil for any other.
  private mutating func rowOfSlice(
    _ slice: NodeID, _ shape: Shape
  ) throws(TranslationError) -> String? {
    let old = graph.shape(slice)
    guard case .view(.slice) = graph.execution(slice), uses[slice.slot] == 1, labels[slice] == nil,
      case .window(let starts, let sizes) = graph.attribute(slice),
      let kept = shape.isScalar
        ? old.dimensions.map({ _ in "0" }) : Self.removed(old, shape)
    else { return nil }
    let source = graph.operand(slice, 0)
    var places: [String] = []
    for (axis, place) in kept.enumerated() {
      if place == "0" {
        places.append(dimension(starts[axis]))
      } else {
        places.append(
          window(
            [starts[axis]], Shape([sizes.dimensions[axis]]),
            of: Shape([graph.shape(source).dimensions[axis]])))
      }
    }
    while places.count > 1, places.last == ":" { places.removeLast() }
    return "\(above(whole(source), .power))[\(places.joined(separator: ", "))]"
  }

  private mutating func windows(_ node: NodeID, _ x: String) throws(TranslationError) -> String {
    guard case .windows(let sizes, let strides) = graph.attribute(node) else {
      throw lacking("windows")
    }
    define(
      """
      def windows(x, sizes, strides):
          \"\"\"All windows over the last axes: the axes within one, then where it starts.\"\"\"
          k = len(sizes)
          first = x.ndim - k
          for axis, (size, stride) in enumerate(zip(sizes, strides)):
              place = first + 2 * axis
              starts = range(0, x.shape[place] - size + 1, stride)
              parts = [\(module).arange(start, start + size) for start in starts]
              x = \(module).stack([\(module).take(x, p, axis=place) for p in parts], axis=place + 1)
          order = [first + 2 * i for i in range(k)] + [first + 2 * i + 1 for i in range(k)]
          return \(module).transpose(x, list(range(first)) + order)
      """)
    let shape = tuple(Shape(sizes))
    let steps = strides.map(String.init).joined(separator: ", ")
    return "windows(\(x), \(shape), (\(steps)\(strides.count == 1 ? "," : "")))"
  }

  mutating func structural(_ node: NodeID) throws(TranslationError) -> Text {
    let operands = graph.operands(node)
    let shape = graph.shape(node)
    func made(_ text: String) -> Text { Text(text: text, level: .atom, shape: shape) }
    var parts: [Text] = []
    for operand in operands { parts.append(whole(operand)) }
    switch (graph.execution(node), graph.attribute(node)) {
    case (.matrixProduct, _):
      let left = parts[0].level >= .product ? parts[0].text : "(\(parts[0].text))"
      return Text(text: "\(left) @ \(above(parts[1], .product))", level: .product, shape: shape)
    case (.generator(.size), .dimension(let size)):
      let text = dimension(size, isWhole: true)
      return Text(text: text, level: text.contains(" ") ? .sum : .atom, shape: .scalar)
    case (.generator(.iota), .shape(let whole)) where whole.rank == 1:
      return made("\(module).arange(\(dimension(whole.dimensions[0]))\(numbering(node)))")
    case (.generator(.uniform), .place(let place, let sizes)):
      define(Self.uniformDefinition(language, precision))
      return made("uniform(\(parts[0].text), \(parts[1].text), \(place), \(tuple(sizes)))")
    case (.pad, .window(let starts, let sizes)):
      let old = graph.shape(operands[0]).dimensions
      var widths: [String] = []
      for (axis, start) in starts.enumerated() {
        let after = sizes.dimensions[axis] - start - old[axis]
        widths.append("(\(dimension(start)), \(dimension(after)))")
      }
      let all = widths.joined(separator: ", ") + (widths.count == 1 ? "," : "")
      return made("\(language == .tensorflow ? "tf" : module).pad(\(parts[0].text), (\(all)))")
    case (.concatenation, .axis(let axis)):
      let list = parts.map(\.text).joined(separator: ", ")
      return made("\(module).concatenate([\(list)]" + (axis == 0 ? ")" : ", axis=\(axis))"))
    case (.gather, let attribute) where attribute.batch == 0:
      return made(
        "\(above(parts[0], .power))[\(above(parts[1], .power)).astype(\(language.whole))]")
    case (.scatterAdd, _) where graph.batch(of: node) == 0:
      let zeros = "\(module).zeros(\(tuple(shape))\(type))"
      if language == .jax {
        return made(
          "\(zeros).at[\(above(parts[1], .power)).astype(\(language.whole))].add(\(parts[0].text))")
      }
      if language == .tensorflow {
        return made(
          "tf.tensor_scatter_nd_add(\(zeros), \(above(parts[1], .power)).astype(\(language.whole))[:, None], "
            + "\(parts[0].text))")
      }
      define(
        """
        def scatter_add(rows, index, shape):
            \"\"\"Zeros, row index[i] increased by rows[i].\"\"\"
            result = np.zeros(shape, rows.dtype)
            np.add.at(result, index.astype(\(language.whole)), rows)
            return result
        """)
      return made("scatter_add(\(parts[0].text), \(parts[1].text), \(tuple(shape)))")
    case (.cumulativeSum, .scan(let axis, let reversed)):
      let x = reversed ? "\(module).flip(\(parts[0].text), axis=\(axis))" : parts[0].text
      let sum = "\(module).cumsum(\(x), axis=\(axis))"
      return made(reversed ? "\(module).flip(\(sum), axis=\(axis))" : sum)
    case (.sort, .axes(let axes, _)):
      return made("\(module).sort(\(parts[0].text), axis=\(axes[0]))")
    case (.order, .axes(let axes, _)):
      let start = language == .tensorflow ? "tf" : module
      let order = "\(start).argsort(\(parts[0].text), axis=\(axes[0]), stable=True)"
      return made("\(order).astype(\(language.real(precision)))")
    case (.takeAlong, .axes(let axes, _)):
      return made(
        "\(module).take_along_axis(\(parts[0].text), \(above(parts[1], .power)).astype(\(language.whole)), "
          + "axis=\(axes[0]))")
    case (.putAlong, .axes(let axes, _)):
      define(Self.putAlong(language))
      return made("put_along(\(parts[0].text), \(parts[1].text), axis=\(axes[0]))")
    case (.overlapAdd, .windows(_, let strides)):
      return made(overlap(parts[0].text, shape, strides))
    case (.matrixFunction(let function), _):
      return made(try matrixFunction(function, node, parts.map(\.text)))
    default: throw lacking(graph.op(node).name)
    }
  }

  private mutating func overlap(
    _ x: String, _ shape: Shape, _ strides: [Int]
  ) -> String {
    let add =
      language == .jax
      ? "result = result.at[place].add(x[(...,) + offset + (slice(None),) * k])"
      : "result[place] += x[(...,) + offset + (slice(None),) * k]"
    define(
      """
      def overlap_add(x, shape, strides):
          \"\"\"Windows added up at the places that they were taken from.\"\"\"
          k = len(strides)
          first = x.ndim - 2 * k
          \(language == .tensorflow ? "x = np.asarray(x)\n    " : "")result = \(language == .jax ? "jnp" : "np").zeros(shape, x.dtype)
          for offset in itertools.product(*map(range, x.shape[first : first + k])):
              place = (...,) + tuple(
                  slice(o, o + s * (count - 1) + 1, s)
                  for o, s, count in zip(offset, strides, x.shape[first + k :])
              )
              \(add)
          return result
      """)
    let steps = strides.map(String.init).joined(separator: ", ")
    return "overlap_add(\(x), \(tuple(shape)), (\(steps)\(strides.count == 1 ? "," : "")))"
  }

  /// Whether a shape is another one after axes of 1, which libraries add by themselves.
  static func isRow(of whole: Shape, _ part: Shape) -> Bool {
    let more = whole.rank - part.rank
    return more > 0 && part.rank > 0 && whole.dimensions.prefix(more).allSatisfy(\.isOne)
      && Array(whole.dimensions.dropFirst(more)) == part.dimensions
  }

  /// A reshape that only adds axes of 1; nil for any other.
  private static func inserted(_ old: Shape, _ new: Shape) -> [String]? {
    guard new.rank > old.rank, !old.isScalar else { return nil }
    var rest = old.dimensions[...]
    var places: [String] = []
    for dimension in new.dimensions {
      if let next = rest.first, next == dimension {
        rest = rest.dropFirst()
        places.append(":")
      } else if dimension.isOne {
        places.append("None")
      } else {
        return nil
      }
    }
    return rest.isEmpty ? places : nil
  }

  /// A reshape that only drops axes of 1; nil for any other.
  private static func removed(_ old: Shape, _ new: Shape) -> [String]? {
    guard old.rank > new.rank else { return nil }
    var rest = new.dimensions[...]
    var places: [String] = []
    for dimension in old.dimensions {
      if let next = rest.first, next == dimension {
        rest = rest.dropFirst()
        places.append(":")
      } else if dimension.isOne {
        places.append("0")
      } else {
        return nil
      }
    }
    return rest.isEmpty ? places : nil
  }

  private static func putAlong(_ language: ArrayLanguage) -> String {
    let head = """
      def put_along(rows, index, axis):
          \"\"\"Zeros, the element at index[i] along an axis increased by rows[i].\"\"\"

      """
    let rest =
      switch language {
      case .numpy:
        """
            places = list(np.indices(rows.shape))
            places[axis] = index.astype(int)
            result = np.zeros_like(rows)
            np.add.at(result, tuple(places), rows)
            return result
        """
      case .jax:
        """
            places = list(jnp.indices(rows.shape))
            places[axis] = index.astype(int)
            return jnp.zeros_like(rows).at[tuple(places)].add(rows)
        """
      case .tensorflow:
        """
            ranges = [tf.range(size) for size in tf.unstack(tf.shape(rows))]
            places = tf.meshgrid(*ranges, indexing="ij")
            places[axis] = tf.cast(index, tf.int32)
            zeros = tf.zeros_like(rows)
            return tf.tensor_scatter_nd_add(zeros, tf.stack(places, axis=-1), rows)
        """
      }
    return head + rest
  }

  /// The machine's random numbers.
  private static func uniformDefinition(
    _ language: ArrayLanguage, _ precision: Precision
  ) -> String {
    // TensorFlow's integers have no shifts.
    let np = language == .tensorflow ? "np" : language.module
    return """
      def uniform(seed, step, place, shape):
          \"\"\"Numbers in [0, 1) by seed, step, place: Philox4x32-10 (Salmon et al., 2011).\"\"\"

          def word(x):
              return \(np).asarray(x).astype(\(np).uint64)

          mask, low = word(0xFFFFFFFF), word(32)
          key, stream = word(seed), (word(step) << word(24)) ^ word(place)
          count = math.prod(shape)
          position = \(np).arange((count + 1) // 2, dtype=\(np).uint64)
          x = [position & mask, position >> low]
          x += [\(np).full_like(position, part) for part in (stream & mask, stream >> low)]
          k = [key & mask, key >> low]
          for _ in range(10):
              a, b = x[0] * word(0xD2511F53), x[2] * word(0xCD9E8D57)
              x = [(b >> low) ^ x[1] ^ k[0], b & mask, (a >> low) ^ x[3] ^ k[1], a & mask]
              k = [(k[0] + word(0x9E3779B9)) & mask, (k[1] + word(0xBB67AE85)) & mask]
          words = \(np).stack([x[1] << low | x[0], x[3] << low | x[2]], axis=1).ravel()[:count]
          numbers = (words >> word(11)).astype(float) * 2.0**-53
          return numbers.reshape(shape)\(precision == .single ? ".astype(\(np).float32)" : "")
      """
  }

  // MARK: Kernels that no library has

  /// A function for an operator that the library lacks, by what its kernel does; nil where it
  /// cannot be one.
  mutating func recorded(_ op: Operator) -> String? {
    guard let function = RecordedFunction(op, allowsExceptions: false) else { return nil }
    return PythonKernel.definition(of: op, function, language).map { text in
      define(text)
      return op.name
    }
  }

  /// A call of such a function, which computes in double.
  func recordedCall(_ name: String, _ operands: [String]) -> String {
    guard precision == .single else { return "\(name)(\(operands.joined(separator: ", ")))" }
    if language == .tensorflow {
      let wide = operands.map { "tf.cast(\($0), tf.float64)" }
      return "tf.cast(\(name)(\(wide.joined(separator: ", "))), tf.float32)"
    }
    let wide = operands.map { "\(module).float64(\($0))" }
    return "\(module).float32(\(name)(\(wide.joined(separator: ", "))))"
  }

  /// The type of the numbers from 0, where they are more than compared.
  private func numbering(_ node: NodeID) -> String {
    if compared.contains(node) { return "" }
    let isWhole = language == .tensorflow && precision == .double
    return ", dtype=\(isWhole ? "tnp.float64" : language.real(precision))"
  }
}
