"""Rosenbrock's valley (1960): easy to get into, long to walk; the minimum is at (1, 1).

Written by adc 0.1.0 from the model rosenbrock (bccae8d3d5474ca0).
"""

import numpy as np


def loss(x, y):
    """The loss."""
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def loss_and_gradient(x, y):
    """The loss, and its gradient by x and y."""
    t1 = 1.0 - x
    t2 = y - x**2
    loss = t1**2 + 100.0 * t2**2
    d_y = 200.0 * t2
    d_x = -2.0 * t1 - 400.0 * x * t2
    return loss, (d_x, d_y)


def start():
    """What the optimizer remembers at first."""
    return (0.0, 0.0, 0.0, 0.0)


def step(x, y, state, step):
    """One update: the loss before it, the new parameters, and what is remembered.

    state: as from start()
    """
    m_x, v_x, m_y, v_y = state
    t1 = 1.0 - x
    t2 = y - x**2
    t3 = t2**2
    loss = t1**2 + 100.0 * t3
    d_x = -2.0 * t1 - 400.0 * x * t2
    t = step + 1.0
    new_m_x = 0.9 * m_x + 0.09999999999999998 * d_x
    new_v_x = 0.999 * v_x + 0.0010000000000000009 * d_x**2
    new_m_y = 0.9 * m_y + 19.999999999999996 * t2
    new_v_y = 0.999 * v_y + 40.000000000000036 * t3
    t4 = 0.5 ** (0.0005 * step) * np.sqrt(1.0 - 0.999**t) / (1.0 - 0.9**t)
    alpha = 0.1 * t4
    new_x = x - alpha * new_m_x / (np.sqrt(new_v_x) + 1e-07)
    new_y = y - alpha * new_m_y / (np.sqrt(new_v_y) + 1e-07)
    return loss, (new_x, new_y), (new_m_x, new_v_x, new_m_y, new_v_y)
