"""Linear regression: 200 points about the line y = 3x + 2, found again from the points.
The data are made: x uniform in -2...2, normal noise of standard deviation 0.3.

Written by adc 0.1.0 from the model linear_regression (17f4647a276f1ca5).
"""

import numpy as np


def loss(x, y, W, b):
    """The loss.

    x: [n, 1]
    y: [n, 1]
    W: [1, 1]
    b: [1]
    """
    return ((x @ W + b - y) ** 2).mean()


def loss_and_gradient(x, y, W, b):
    """The loss, and its gradient by W and b.

    x: [n, 1]
    y: [n, 1]
    W: [1, 1]
    b: [1]
    """
    n = x.shape[0]
    t1 = x @ W + b - y
    loss = np.vdot(t1, t1) / n
    t2 = 2.0 / n
    d_b = t2 * t1.sum(axis=0)
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
    loss = np.vdot(t1, t1) / n
    t2 = -0.1 / n * 0.5 ** (0.05 * epoch)
    new_W = W + t2 * (x.T @ t1)
    new_b = b + t2 * t1.sum(axis=0)
    return loss, (new_W, new_b)


def predict(x, W, b):
    """The output y_fitted.

    x: [n, 1]
    W: [1, 1]
    b: [1]
    """
    return x @ W + b
