/// The optimizers that are always there, as a user would write them.
///
/// Semantics, defaults and names of arguments are those of Keras 3.
package enum Prelude {
  /// The text of the prelude, parsed like any model.
  package static let text = """
    /// Gradient descent, with momentum where asked for.
    optimizer sgd(rate = 0.01, momentum = 0, nesterov = false) {
      state velocity = 0
      let change = -rate * gradient
      velocity := if momentum == 0 then change else momentum * velocity + change
      param := param + (if nesterov then momentum * velocity + change else velocity)
    }

    /// Rates that shrink with the sum of squared gradients.
    optimizer adagrad(rate = 0.001, initial_accumulator_value = 0.1, epsilon = 1e-7) {
      state accumulator = initial_accumulator_value
      accumulator := accumulator + gradient^2
      param := param - rate * gradient / sqrt(accumulator + epsilon)
    }

    /// Gradients divided by a running mean of their size.
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

    /// Running means of the gradient and of its square, corrected for their start at 0.
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

    """
}
