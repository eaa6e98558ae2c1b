/// Where the boxes of a panel stand: layers by depth, ordered by barycentres so that few arrows
/// cross (Sugiyama, Tagawa and Toda 1981), and moved towards what they are joined with.
package struct LayeredLayout {
  /// A place in a panel, in pixels from its upper left corner.
  package struct Point: Sendable {
    /// To the right.
    package var x: Double
    /// Downwards.
    package var y: Double
  }

  /// The middle of each box.
  package private(set) var places: [Point] = []
  /// For each edge its points from layer to layer, both ends included.
  package private(set) var routes: [[Point]] = []
  /// Of the whole panel, in pixels.
  package private(set) var width = 0.0
  /// Of the whole panel, in pixels.
  package private(set) var height = 0.0

  private static let gap = 18.0
  private static let layerGap = 38.0
  private static let sweeps = 12

  /// A box, or the place where an edge passes a layer.
  private struct Item {
    var width: Double
    var layer: Int
    var x = 0.0
    var above: [Int] = []
    var below: [Int] = []
    var isBox: Bool
  }

  private var items: [Item] = []
  private var layers: [[Int]] = []

  /// - Parameters:
  ///   - sizes: Width and height of each box.
  ///   - edges: From operand to user; the user comes later.
  package init(sizes: [(width: Double, height: Double)], edges: [(from: Int, to: Int)]) {
    let depth = Self.depths(sizes.count, edges)
    items = sizes.indices.map { Item(width: sizes[$0].width, layer: depth[$0], isBox: true) }
    let chains = edges.map { insertPasses($0.from, $0.to) }
    layers = Array(repeating: [], count: (depth.max() ?? -1) + 1)
    for place in items.indices { layers[items[place].layer].append(place) }
    order()
    assignColumns()
    place(sizes, chains)
  }

  /// The longest way from a box without operands; such boxes stand right above their first user.
  private static func depths(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
    var depth = [Int](repeating: 0, count: count)
    var hasOperands = [Bool](repeating: false, count: count)
    for edge in edges.sorted(by: { $0.to < $1.to }) {
      depth[edge.to] = max(depth[edge.to], depth[edge.from] + 1)
      hasOperands[edge.to] = true
    }
    for place in 0..<count where !hasOperands[place] {
      let users = edges.filter { $0.from == place }.map { depth[$0.to] }
      depth[place] = max(0, (users.min() ?? 1) - 1)
    }
    return depth
  }

  /// One item for each layer that an edge passes.
  private mutating func insertPasses(_ from: Int, _ to: Int) -> [Int] {
    var chain = [from]
    for layer in items[from].layer + 1..<max(items[to].layer, items[from].layer + 1) {
      items.append(Item(width: 6, layer: layer, isBox: false))
      chain.append(items.count - 1)
    }
    chain.append(to)
    for (upper, lower) in zip(chain, chain.dropFirst()) {
      items[upper].below.append(lower)
      items[lower].above.append(upper)
    }
    return chain
  }

  private mutating func order() {
    var position = [Double](repeating: 0, count: items.count)
    func number(_ layer: [Int]) {
      for (place, item) in layer.enumerated() { position[item] = Double(place) }
    }
    layers.forEach(number)
    for sweep in 0..<Self.sweeps {
      let isDown = sweep % 2 == 0
      for step in layers.indices {
        let layer = isDown ? step : layers.count - 1 - step
        let weights = layers[layer].map { item -> Double in
          let others = isDown ? items[item].above : items[item].below
          if others.isEmpty { return position[item] }
          return others.reduce(0) { $0 + position[$1] } / Double(others.count)
        }
        // Equal weights keep their order, so that the result is the same on every run.
        let sorted = weights.indices.sorted {
          weights[$0] != weights[$1] ? weights[$0] < weights[$1] : $0 < $1
        }
        layers[layer] = sorted.map { layers[layer][$0] }
        number(layers[layer])
      }
    }
  }

  /// Columns as near to those of the neighbours as the boxes beside allow.
  private mutating func assignColumns() {
    for layer in layers {
      var x = 0.0
      for item in layer {
        items[item].x = x + items[item].width / 2
        x += items[item].width + Self.gap
      }
    }
    for sweep in 0..<Self.sweeps * 2 {
      let isDown = sweep % 2 == 0
      for step in layers.indices {
        let layer = layers[isDown ? step : layers.count - 1 - step]
        let wishes = layer.map { item -> Double in
          let others =
            sweep < Self.sweeps
            ? (isDown ? items[item].above : items[item].below)
            : items[item].above + items[item].below
          if others.isEmpty { return items[item].x }
          return others.reduce(0) { $0 + items[$1].x } / Double(others.count)
        }
        settle(layer, wishes)
      }
    }
    let left = items.map { $0.x - $0.width / 2 }.min() ?? 0
    for place in items.indices { items[place].x -= left }
  }

  /// The columns nearest to the wished ones, in the sum of squares, that keep order and distance:
  /// neighbours that would overlap move as one block.
  private mutating func settle(_ layer: [Int], _ wishes: [Double]) {
    var blocks: [(start: Int, weight: Double, wish: Double, width: Double)] = []
    var offsets: [Double] = []
    var offset = 0.0
    for (place, item) in layer.enumerated() {
      if place > 0 { offset += (items[layer[place - 1]].width + items[item].width) / 2 + Self.gap }
      offsets.append(offset)
    }
    for place in layer.indices {
      blocks.append((place, 1, wishes[place] - offsets[place], 0))
      while blocks.count > 1, blocks[blocks.count - 2].wish >= blocks[blocks.count - 1].wish {
        let last = blocks.removeLast()
        let before = blocks.removeLast()
        let weight = before.weight + last.weight
        blocks.append(
          (
            before.start, weight, (before.wish * before.weight + last.wish * last.weight) / weight,
            0
          ))
      }
    }
    for (number, block) in blocks.enumerated() {
      let end = number + 1 < blocks.count ? blocks[number + 1].start : layer.count
      for place in block.start..<end { items[layer[place]].x = block.wish + offsets[place] }
    }
  }

  private mutating func place(_ sizes: [(width: Double, height: Double)], _ chains: [[Int]]) {
    var y = 0.0
    var middles: [Double] = []
    var heights: [Double] = []
    for layer in layers {
      let tallest = layer.filter { items[$0].isBox }.map { sizes[$0].height }.max() ?? 0
      middles.append(y + tallest / 2)
      heights.append(tallest)
      y += tallest + Self.layerGap
    }
    height = max(0, y - Self.layerGap)
    width = items.map { $0.x + $0.width / 2 }.max() ?? 0
    places = sizes.indices.map { Point(x: items[$0].x, y: middles[items[$0].layer]) }
    routes = chains.map { chain in
      chain.enumerated().flatMap { number, item -> [Point] in
        let (x, middle) = (items[item].x, middles[items[item].layer])
        let half = heights[items[item].layer] / 2
        if number == 0 { return [Point(x: x, y: middle + sizes[item].height / 2)] }
        if number == chain.count - 1 { return [Point(x: x, y: middle - sizes[item].height / 2)] }
        // Straight past the boxes of a layer.
        return [Point(x: x, y: middle - half), Point(x: x, y: middle + half)]
      }
    }
  }
}
