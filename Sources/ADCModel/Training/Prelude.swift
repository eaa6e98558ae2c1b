/// The optimizers that are always there, as a user would write them.
///
/// Semantics, defaults and names of arguments are those of Keras 3; of what it lacks (radam, yogi,
/// adabelief) those of optax, and of rprop those of PyTorch.
package enum Prelude {
  /// What one declaration says, by the name that it declares: only what a model uses is parsed.
  package typealias Texts = KeyValuePairs<String, String>

  /// The optimizers, each with its name.
  package static let optimizerTexts: Texts = [
    "sgd": """
    /// Keras' `SGD`: gradient descent, with momentum where asked for.
    optimizer sgd(rate = 0.01, momentum = 0, nesterov = false) {
      state velocity = 0
      let change = -rate * gradient
      velocity := if momentum == 0 then change else momentum * velocity + change
      param := param + (if nesterov then momentum * velocity + change else velocity)
    }
    """,
    "adagrad": """
    /// Keras' `Adagrad`: rates that shrink with the sum of squared gradients.
    optimizer adagrad(rate = 0.001, initial_accumulator_value = 0.1, epsilon = 1e-7) {
      state accumulator = initial_accumulator_value
      accumulator := accumulator + gradient^2
      param := param - rate * gradient / sqrt(accumulator + epsilon)
    }
    """,
    "rmsprop": """
    /// Keras' `RMSprop`: gradients divided by a running mean of their size.
    optimizer rmsprop(rate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false) {
      state mean_square = 0
      state mean_gradient = 0
      state velocity = 0
      mean_square := rho * mean_square + (1 - rho) * gradient^2
      mean_gradient := rho * mean_gradient + (1 - rho) * gradient
      let spread = if centered then mean_square - mean_gradient^2 else mean_square
      let change = rate * gradient / sqrt(spread + epsilon)
      velocity := if momentum > 0 then momentum * velocity + change else change
      param := param - velocity
    }
    """,
    "adam": """
    /// Keras' `Adam`: running means of the gradient and of its square, corrected for their start at 0.
    optimizer adam(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false) {
      state m = 0
      state v = 0
      state greatest = 0
      let t = step + 1
      let alpha = rate * sqrt(1 - beta2^t) / (1 - beta1^t)
      m := beta1 * m + (1 - beta1) * gradient
      v := beta2 * v + (1 - beta2) * gradient^2
      greatest := max(greatest, v)
      param := param - alpha * m / (sqrt(if amsgrad then greatest else v) + epsilon)
    }
    """,
    "adamw": """
    /// Keras' `AdamW`: as `adam`, with the parameter drawn towards 0 beside the gradient.
    optimizer adamw(
      rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false,
      weight_decay = 0.004
    ) {
      state m = 0
      state v = 0
      state greatest = 0
      let t = step + 1
      let alpha = rate * sqrt(1 - beta2^t) / (1 - beta1^t)
      param := param - param * weight_decay * rate
      m := beta1 * m + (1 - beta1) * gradient
      v := beta2 * v + (1 - beta2) * gradient^2
      greatest := max(greatest, v)
      param := param - alpha * m / (sqrt(if amsgrad then greatest else v) + epsilon)
    }
    """,
    "adamax": """
    /// Keras' `Adamax`: as `adam`, by the greatest gradient instead of the mean square.
    optimizer adamax(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7) {
      state m = 0
      state u = 0
      m := beta1 * m + (1 - beta1) * gradient
      u := max(beta2 * u, abs(gradient))
      param := param - rate / (1 - beta1^(step + 1)) * m / (u + epsilon)
    }
    """,
    "nadam": """
    /// Keras' `Nadam`: as `adam`, with Nesterov's momentum.
    optimizer nadam(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7) {
      state product = 1
      state m = 0
      state v = 0
      let t = step + 1
      let now = beta1 * (1 - 0.5 * 0.96^t)
      let next = beta1 * (1 - 0.5 * 0.96^(t + 1))
      product := product * now
      m := beta1 * m + (1 - beta1) * gradient
      v := beta2 * v + (1 - beta2) * gradient^2
      let mean = next * m / (1 - product * next) + (1 - now) * gradient / (1 - product)
      param := param - rate * mean / (sqrt(v / (1 - beta2^t)) + epsilon)
    }
    """,
    "adadelta": """
    /// Keras' `Adadelta`: steps whose size follows from the sizes of earlier steps and gradients.
    optimizer adadelta(rate = 0.001, rho = 0.95, epsilon = 1e-7) {
      state mean_square = 0
      state mean_change = 0
      mean_square := rho * mean_square + (1 - rho) * gradient^2
      let change = -sqrt(mean_change + epsilon) / sqrt(mean_square + epsilon) * gradient
      mean_change := rho * mean_change + (1 - rho) * change^2
      param := param + rate * change
    }
    """,
    "ftrl": """
    /// Keras' `Ftrl`: follow the regularised leader; what is small becomes 0.
    optimizer ftrl(
      rate = 0.001, rate_power = -0.5, initial_accumulator_value = 0.1, l1 = 0, l2 = 0,
      l2_shrinkage = 0, beta = 0
    ) {
      state n = initial_accumulator_value
      state z = 0
      let grown = n + gradient^2
      let shrunk = gradient + 2 * l2_shrinkage * param
      z := z + shrunk - (grown^-rate_power - n^-rate_power) / rate * param
      n := grown
      let curvature = n^-rate_power / rate + 2 * (l2 + beta / (2 * rate))
      param := (clamp(z, -l1, l1) - z) / curvature
    }
    """,
    "lion": """
    /// Keras' `Lion`: steps of one size, in the direction of a running mean.
    optimizer lion(rate = 0.001, beta1 = 0.9, beta2 = 0.99) {
      state m = 0
      param := param - rate * sign(beta1 * m + (1 - beta1) * gradient)
      m := beta2 * m + (1 - beta2) * gradient
    }
    """,
    "lamb": """
    /// Keras' `Lamb`: as `adam`, with steps in proportion to the parameter's norm.
    optimizer lamb(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7) {
      state m = 0
      state v = 0
      let t = step + 1
      m := beta1 * m + (1 - beta1) * gradient
      v := beta2 * v + (1 - beta2) * gradient^2
      let change = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
      let length = norm(param)
      let change_length = norm(change)
      let ratio = if length > 0 and change_length > 0 then length / change_length else 1
      param := param - rate * ratio * change
    }
    """,
    "radam": """
    /// optax' `radam`: as `adam`, with the variance of early rates corrected.
    optimizer radam(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, threshold = 5) {
      state m = 0
      state v = 0
      let t = step + 1
      m := beta1 * m + (1 - beta1) * gradient
      v := beta2 * v + (1 - beta2) * gradient^2
      let mean = m / (1 - beta1^t)
      let longest = 2 / (1 - beta2) - 1
      let length = longest - 2 * t * beta2^t / (1 - beta2^t)
      let tractable = length >= threshold
      let safe = if tractable then length else longest
      let correction =
        sqrt((safe - 4) * (safe - 2) * longest / ((longest - 4) * (longest - 2) * safe))
      let adapted = correction * mean / (sqrt(v / (1 - beta2^t)) + epsilon)
      param := param - rate * (if tractable then adapted else mean)
    }
    """,
    "yogi": """
    /// optax' `yogi`: as `adam`, with mean squares that change slowly.
    optimizer yogi(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-3) {
      state m = 1e-6
      state v = 1e-6
      let t = step + 1
      m := beta1 * m + (1 - beta1) * gradient
      v := v - (1 - beta2) * sign(v - gradient^2) * gradient^2
      param := param - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
    }
    """,
    "adabelief": """
    /// optax' `adabelief`: as `adam`, by how far gradients are from what was expected.
    optimizer adabelief(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-16) {
      state m = 0
      state s = 0
      let t = step + 1
      m := beta1 * m + (1 - beta1) * gradient
      s := beta2 * s + (1 - beta2) * (gradient - m)^2 + epsilon
      param := param - rate * (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)
    }
    """,
    "rprop": """
    /// PyTorch's `Rprop`: steps that grow while the gradient keeps its sign.
    optimizer rprop(
      rate = 0.001, eta_minus = 0.5, eta_plus = 1.2, min_step_size = 1e-6, max_step_size = 50
    ) {
      state size = rate
      state previous = 0
      let agreement = sign(gradient) * sign(previous)
      size :=
        if agreement > 0 then min(size * eta_plus, max_step_size)
        else if agreement < 0 then max(size * eta_minus, min_step_size)
        else size
      previous := if agreement < 0 then 0 else gradient
      param := param - size * sign(previous)
    }
    """,
    "muon": """
    /// Keras' `Muon`: matrices by their orthogonalised momentum, all else as `adamw`.
    optimizer muon(
      rate = 0.001, momentum = 0.95, nesterov = true, ns_steps = 5, muon_a = 3.4445,
      muon_b = -4.7750, muon_c = 2.0315, rms_rate = 0.2, weight_decay = 0.004, adam_rate_ratio = 1,
      adam_weight_decay = 0.004, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7
    ) {
      state m = 0
      state v = 0
      let is_matrix = ndim(param) == 2
      let t = step + 1
      let alpha = rate * adam_rate_ratio * sqrt(1 - beta2^t) / (1 - beta1^t)
      param := param - param * rate * (if is_matrix then weight_decay else adam_weight_decay)
      m := if is_matrix then momentum * m + gradient else beta1 * m + (1 - beta1) * gradient
      v := beta2 * v + (1 - beta2) * gradient^2
      let ahead = if nesterov then gradient + momentum * m else m
      param :=
        if is_matrix
        then param
          - rate * orthogonalized(ahead, ns_steps, muon_a, muon_b, muon_c) * rms_rate
            * sqrt(max(size(param, axis: 0), size(param, axis: -1)))
        else param - alpha * m / (sqrt(v) + epsilon)
    }
    """,
  ]
}
