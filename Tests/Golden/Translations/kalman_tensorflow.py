"""The flow of the Nile at Aswan, 1871 to 1970, in 10^8 m^3 a year: a level that drifts,
seen through noise. The likelihood of both variances comes from a Kalman filter, a
scan over the years.

Written by adc 0.1.0 from the model kalman (b0afea343a75b5ed).
"""

import tensorflow as tf
import tensorflow.experimental.numpy as tnp

tnp.experimental_enable_numpy_behavior()


def loss(flow, log_noise, log_drift):
    """The loss.

    flow: [T]
    """
    T = flow.shape[0]
    noise = tnp.exp(log_noise)
    drift = tnp.exp(log_drift)
    m = flow[0]
    p = noise + drift
    cost = 0.0
    for t in range(T - 1):
        t1 = p + noise
        t2 = flow[t + 1] - m
        m, p, cost = (
            m + p * t2 / t1,
            p * noise / t1 + drift,
            cost + tnp.log(t1) + t2**2 / t1,
        )
    return 0.5 * cost


def loss_and_gradient(flow, log_noise, log_drift):
    """The loss, and its gradient by log_noise and log_drift.

    flow: [T]
    """
    T = flow.shape[0]
    noise = tnp.exp(log_noise)
    drift = tnp.exp(log_drift)
    m = flow[0]
    p = noise + drift
    cost = 0.0
    m_before = []
    p_before = []
    for t in range(T - 1):
        t1 = p + noise
        t2 = flow[t + 1] - m
        m_before.append(tnp.asarray(m))
        p_before.append(tnp.asarray(p))
        m, p, cost = (
            m + p * t2 / t1,
            p * noise / t1 + drift,
            cost + tnp.log(t1) + t2**2 / t1,
        )
    m_before = tnp.stack(m_before)
    p_before = tnp.stack(p_before)
    d_m = 0.0
    d_p = 0.0
    d_value = 0.0
    d_value2 = 0.0
    for t in reversed(range(T - 1)):
        p2 = p_before[t]
        t3 = p2 + noise
        t4 = flow[t + 1] - m_before[t]
        t5 = d_m * t4 - p2 * d_p
        t6 = (0.5 + (-0.5 * t4**2 - p2 * t5) / t3) / t3
        d_m, d_p, d_value, d_value2 = (
            d_m + (-t4 - p2 * d_m) / t3,
            t6 + (t5 + noise * d_p) / t3,
            d_value + t6,
            d_value2 + d_p,
        )
    d_log_drift = drift * (d_p + d_value2)
    d_log_noise = noise * (d_p + d_value)
    loss = 0.5 * cost
    return loss, (d_log_noise, d_log_drift)


def start():
    """What the optimizer remembers at first."""
    return (0.0, 0.0, 0.0, 0.0)


def step(flow, log_noise, log_drift, state, step):
    """One update: the loss before it, the new parameters, and what is remembered.

    flow: [T]
    state: as from start()
    """
    T = flow.shape[0]
    m_log_noise, v_log_noise, m_log_drift, v_log_drift = state
    noise = tnp.exp(log_noise)
    drift = tnp.exp(log_drift)
    m = flow[0]
    p = noise + drift
    cost = 0.0
    m_before = []
    p_before = []
    for t in range(T - 1):
        t1 = p + noise
        t2 = flow[t + 1] - m
        m_before.append(tnp.asarray(m))
        p_before.append(tnp.asarray(p))
        m, p, cost = (
            m + p * t2 / t1,
            p * noise / t1 + drift,
            cost + tnp.log(t1) + t2**2 / t1,
        )
    m_before = tnp.stack(m_before)
    p_before = tnp.stack(p_before)
    t3 = step + 1.0
    d_m = 0.0
    d_p = 0.0
    d_value = 0.0
    d_value2 = 0.0
    for t in reversed(range(T - 1)):
        p2 = p_before[t]
        t4 = p2 + noise
        t5 = flow[t + 1] - m_before[t]
        t6 = d_m * t5 - p2 * d_p
        t7 = (0.5 + (-0.5 * t5**2 - p2 * t6) / t4) / t4
        d_m, d_p, d_value, d_value2 = (
            d_m + (-t5 - p2 * d_m) / t4,
            t7 + (t6 + noise * d_p) / t4,
            d_value + t7,
            d_value2 + d_p,
        )
    t8 = d_p + d_value2
    t9 = d_p + d_value
    t10 = 0.995**step * tnp.sqrt(1.0 - 0.999**t3) / (1.0 - 0.9**t3)
    new_m_log_noise = 0.9 * m_log_noise + 0.09999999999999998 * noise * t9
    new_v_log_noise = 0.999 * v_log_noise + 0.0010000000000000009 * (noise * t9) ** 2
    t11 = -0.1 * (t10 * new_m_log_noise / (tnp.sqrt(new_v_log_noise) + 1e-07))
    new_log_noise = log_noise + t11
    new_m_log_drift = 0.9 * m_log_drift + 0.09999999999999998 * drift * t8
    new_v_log_drift = 0.999 * v_log_drift + 0.0010000000000000009 * (drift * t8) ** 2
    t12 = -0.1 * (t10 * new_m_log_drift / (tnp.sqrt(new_v_log_drift) + 1e-07))
    new_log_drift = log_drift + t12
    loss = 0.5 * cost
    return (
        loss,
        (new_log_noise, new_log_drift),
        (new_m_log_noise, new_v_log_noise, new_m_log_drift, new_v_log_drift),
    )


def predict(flow, log_noise, log_drift):
    """The output level.

    flow: [T]
    """
    T = flow.shape[0]
    noise = tnp.exp(log_noise)
    drift = tnp.exp(log_drift)
    m = flow[0]
    p = noise + drift
    rows = []
    for t in range(T - 1):
        t1 = p + noise
        t2 = m + p * (flow[t + 1] - m) / t1
        rows.append(tnp.asarray(t2))
        m, p = t2, p * noise / t1 + drift
    rows = tnp.stack(rows)
    return rows


def train(flow, parameters, epochs=1500, batch=None):
    """Trains on batches of rows in their order; the last loss and the parameters.

    parameters: (log_noise, log_drift)
    """
    update = tf.function(step)
    state = start()
    number, count = 0, len(flow)
    for _ in range(epochs):
        for begin in range(0, count, batch or count):
            rows = slice(begin, begin + (batch or count))
            loss, parameters, state = update(
                flow[rows], *parameters, state, tf.constant(number, tf.float64)
            )
            number += 1
    return loss, parameters
