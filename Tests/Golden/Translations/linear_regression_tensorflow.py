"""Linear regression: 200 points about the line y = 3x + 2, found again from the points.
The data are made: x uniform in -2...2, normal noise of standard deviation 0.3.

Written by adc 0.1.0 from the model linear_regression (17f4647a276f1ca5).
"""

import tensorflow as tf
import tensorflow.experimental.numpy as tnp

tnp.experimental_enable_numpy_behavior()


def loss(x, y, W, b):
    """The loss.

    x: [n, 1]
    y: [n, 1]
    W: [1, 1]
    b: [1]
    """
    return tnp.mean((x @ W + b - y) ** 2)


def loss_and_gradient(x, y, W, b):
    """The loss, and its gradient by W and b.

    x: [n, 1]
    y: [n, 1]
    W: [1, 1]
    b: [1]
    """
    n = x.shape[0]
    t1 = x @ W + b - y
    loss = tnp.mean(t1**2)
    t2 = 2.0 / n
    d_b = t2 * tnp.sum(t1, axis=0)
    d_W = t2 * (x.T @ t1)
    return loss, (d_W, d_b)


def step(x, y, W, b, epoch):
    """One update: the loss before it, the new parameters.

    x: [n, 1]
    y: [n, 1]
    W: [1, 1]
    b: [1]
    """
    n = x.shape[0]
    t1 = x @ W + b - y
    loss = tnp.mean(t1**2)
    t2 = -0.1 / n * 0.5 ** (0.05 * epoch)
    new_W = W + t2 * (x.T @ t1)
    new_b = b + t2 * tnp.sum(t1, axis=0)
    return loss, (new_W, new_b)


def predict(x, W, b):
    """The output y_fitted.

    x: [n, 1]
    W: [1, 1]
    b: [1]
    """
    return x @ W + b


def train(x, y, parameters, epochs=100, batch=32):
    """Trains on batches of rows in their order; the last loss and the parameters.

    parameters: (W, b)
    """
    update = tf.function(step)
    number, count = 0, len(x)
    for epoch in range(epochs):
        for begin in range(0, count, batch or count):
            rows = slice(begin, begin + (batch or count))
            loss, parameters = update(
                x[rows], y[rows], *parameters, tf.constant(epoch, tf.float64)
            )
            number += 1
    return loss, parameters
