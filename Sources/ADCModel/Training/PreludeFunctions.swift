import ADCCalculus
import ADCSyntax

extension Prelude {
  /// Functions written in the language itself: rates that change as a run goes on, and means with
  /// weights. `step` counts the updates that are complete, so the first update sees 0.
  package static let functionTexts: Texts = [
    "exponential_decay": """
    /// Keras' `ExponentialDecay`: times `decay_rate` for every `decay_steps` updates.
    fn exponential_decay(rate, decay_steps, decay_rate, staircase = false) =
      rate * decay_rate^(if staircase then floor(step / decay_steps) else step / decay_steps)
    """,
    "inverse_time_decay": """
    /// Keras' `InverseTimeDecay`: `rate / (1 + decay_rate * step / decay_steps)`.
    fn inverse_time_decay(rate, decay_steps, decay_rate, staircase = false) =
      rate / (1 + decay_rate
        * (if staircase then floor(step / decay_steps) else step / decay_steps))
    """,
    "polynomial_decay": """
    /// Keras' `PolynomialDecay`: from `rate` to `end_rate`, once or in cycles that grow longer.
    fn polynomial_decay(rate, decay_steps, end_rate = 0.0001, power = 1, cycle = false) = {
      let length = if cycle then decay_steps * max(1, ceil(step / decay_steps)) else decay_steps
      (rate - end_rate) * (1 - min(step, length) / length)^power + end_rate
    }
    """,
    "cosine_decay": """
    /// Keras' `CosineDecay`: half a cosine down to `alpha` times the rate, after a warm-up if asked for.
    fn cosine_decay(rate, decay_steps, alpha = 0, warmup_target = 0, warmup_steps = 0) = {
      let peak = if warmup_steps > 0 then warmup_target else rate
      let fraction = min(max(step - warmup_steps, 0), decay_steps) / decay_steps
      let decayed = peak * ((1 - alpha) * (0.5 * (1 + cos(pi * fraction))) + alpha)
      if step < warmup_steps then rate + (peak - rate) * step / warmup_steps else decayed
    }
    """,
    "cosine_decay_restarts": """
    /// Keras' `CosineDecayRestarts`: cosines one after another, each `t_mul` longer, `m_mul` as high.
    fn cosine_decay_restarts(rate, first_decay_steps, t_mul = 2, m_mul = 1, alpha = 0) = {
      let done = step / first_decay_steps
      let restarts =
        if t_mul == 1 then floor(done) else floor(log2(1 - done * (1 - t_mul)) / log2(t_mul))
      let before = if t_mul == 1 then restarts else (1 - t_mul^restarts) / (1 - t_mul)
      let fraction = (done - before) / t_mul^restarts
      rate * ((1 - alpha) * m_mul^restarts * 0.5 * (1 + cos(pi * fraction)) + alpha)
    }
    """,
    "piecewise_constant": """
    /// Keras' `PiecewiseConstantDecay`: `values[i]` up to `boundaries[i]`, then the last value.
    fn piecewise_constant(boundaries, values) = values[sum(step > boundaries)]
    """,
    "warmup": """
    /// optax' `warmup_constant_schedule`: a straight line from `start_rate` to `rate`.
    fn warmup(rate, warmup_steps, start_rate = 0) =
      start_rate + (rate - start_rate) * min(step / warmup_steps, 1)
    """,
    "one_cycle": """
    /// optax' `cosine_onecycle_schedule`: up from a part of `rate`, then down to next to nothing.
    fn one_cycle(rate, decay_steps, start_fraction = 0.3, div_factor = 25, final_div_factor = 1e4) = {
      let turn = floor(start_fraction * decay_steps)
      let low = rate / div_factor
      let end = rate / (div_factor * final_div_factor)
      let up = low + (rate - low) * (1 - cos(pi * step / turn)) / 2
      let fraction = min((step - turn) / (decay_steps - turn), 1)
      if step < turn then up else rate + (end - rate) * (1 - cos(pi * fraction)) / 2
    }
    """,
    "weighted_mean": """
    /// The mean of values that count as much as their weights say, `sum(weights * x) / sum(weights)`.
    fn weighted_mean(x, weights) = sum(weights * x) / sum(weights)
    """,
    "orthogonalized": """
    /// About the nearest matrix with orthonormal rows or columns, by a quintic Newton-Schulz iteration.
    fn orthogonalized(g, ns_steps = 5, a = 3.4445, b = -4.7750, c = 2.0315) =
      scan(i in 0..<ns_steps, x = g / (norm(g) + 1e-7): {
        let square = x @ x'
        a * x + (b * square + c * square @ square) @ x
      })[-1]
    """,
  ]
}

extension Elaborator {
  /// The place of a function of the prelude, which is added to those of the model when it is called
  /// first.
  mutating func preludeFunction(_ name: String) -> Int? {
    if let place = functions.firstIndex(where: { $0.isPrelude && $0.name.text == name }) {
      return place
    }
    guard let definition = Prelude.function(named: name) else { return nil }
    functions.append(definition)
    return functions.count - 1
  }

  /// `ndim(x)` and `size(x, axis: 0)`, as in NumPy.
  mutating func measure(
    _ name: Name, _ arguments: [Argument], at range: SourceRange
  ) throws(Reported) -> NodeID {
    let formals =
      [FormalParameter(name: Name("x", name.range), defaultValue: nil)]
      + (name.text == "ndim"
        ? []
        : [
          FormalParameter(
            name: Name("axis", name.range), defaultValue: Expression(.missing, name.range))
        ])
    let values = try bind(name.text, formals, arguments, at: range)
    guard case .written(let expression) = values[0] else { throw Reported() }
    let measured = try elaborate(expression)
    let shape = graph.shape(measured)
    if name.text == "ndim" { return constant(Double(shape.rank), at: range) }
    guard case .written(let written) = values[1] else {
      var result = constant(1, at: range)
      for dimension in shape.dimensions {
        let size = dimensionValue(dimension, at: range)
        result = try apply(Known.multiply, [result, size], at: range)
      }
      return result
    }
    let given = try constantInteger(written, for: "`axis`")
    let axis = given < 0 ? given + shape.rank : given
    guard shape.dimensions.indices.contains(axis) else {
      throw report(
        "AD0306", "there is no axis \(given) in the shape \(shape)", at: written.range)
    }
    return dimensionValue(shape.dimensions[axis], at: range)
  }
}
