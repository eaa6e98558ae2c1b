"""The flow of the Nile at Aswan, 1871 to 1970, in 10^8 m^3 a year: a level that drifts,
seen through noise. The likelihood of both variances comes from a Kalman filter, a
scan over the years.

Written by adc 0.1.0 from the model kalman (b0afea343a75b5ed).
"""

import numpy as np


def loss(flow, log_noise, log_drift):
    """The loss.

    flow: [T]
    """
    T = flow.shape[0]
    noise = np.exp(log_noise)
    drift = np.exp(log_drift)
    m = flow[:1][0]
    p = noise + drift
    cost = 0.0
    for t in range(T - 1):
        t1 = p + noise
        t2 = flow[1:][t] - m
        m, p, cost = (
            m + p * t2 / t1,
            p * noise / t1 + drift,
            cost + np.log(t1) + t2 ** 2 / t1,
        )
    return cost / 2.0


def loss_and_gradient(flow, log_noise, log_drift):
    """The loss, and its gradient by log_noise and log_drift.

    flow: [T]
    """
    T = flow.shape[0]
    noise = np.exp(log_noise)
    drift = np.exp(log_drift)
    m = flow[:1][0]
    p = noise + drift
    cost = 0.0
    m_before = np.empty(T - 1)
    p_before = np.empty(T - 1)
    for t in range(T - 1):
        t1 = p + noise
        t2 = flow[1:][t] - m
        m_before[t] = m
        p_before[t] = p
        m, p, cost = (
            m + p * t2 / t1,
            p * noise / t1 + drift,
            cost + np.log(t1) + t2 ** 2 / t1,
        )
    loss = cost / 2.0
    m2 = 0.0
    p2 = 0.0
    value = 0.0
    value2 = 0.0
    for t3 in reversed(range(T - 1)):
        t4 = p_before[t3] + noise
        t5 = flow[1:][t3] - m_before[t3]
        t6 = m2 * t5 - p_before[t3] * p2
        t7 = (1.0 / 2.0) + (-(p_before[t3] * t6) - (1.0 / 2.0) * t5 ** 2) / t4
        t8 = t7 / t4
        m2, p2, value, value2 = (
            m2 + (-2.0 * (1.0 / 2.0) * t5 - p_before[t3] * m2) / t4,
            t8 + (t6 + noise * p2) / t4,
            value + t8,
            value2 + p2,
        )
    d_log_drift = drift * (p2 + value2)
    d_log_noise = noise * (p2 + value)
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
    noise = np.exp(log_noise)
    drift = np.exp(log_drift)
    m = flow[:1][0]
    p = noise + drift
    cost = 0.0
    m_before = np.empty(T - 1)
    p_before = np.empty(T - 1)
    for t in range(T - 1):
        t1 = p + noise
        t2 = flow[1:][t] - m
        m_before[t] = m
        p_before[t] = p
        m, p, cost = (
            m + p * t2 / t1,
            p * noise / t1 + drift,
            cost + np.log(t1) + t2 ** 2 / t1,
        )
    loss = cost / 2.0
    m2 = 0.0
    p2 = 0.0
    value = 0.0
    value2 = 0.0
    for t3 in reversed(range(T - 1)):
        t4 = p_before[t3] + noise
        t5 = flow[1:][t3] - m_before[t3]
        t6 = m2 * t5 - p_before[t3] * p2
        t7 = (1.0 / 2.0) + (-(p_before[t3] * t6) - (1.0 / 2.0) * t5 ** 2) / t4
        t8 = t7 / t4
        m2, p2, value, value2 = (
            m2 + (-2.0 * (1.0 / 2.0) * t5 - p_before[t3] * m2) / t4,
            t8 + (t6 + noise * p2) / t4,
            value + t8,
            value2 + p2,
        )
    t9 = drift * (p2 + value2)
    t10 = noise * (p2 + value)
    t11 = step + 1.0
    t12 = 0.1 * 0.995 ** step * np.sqrt(1.0 - 0.999 ** t11) / (1.0 - 0.9 ** t11)
    new_m_log_noise = 0.9 * m_log_noise + 0.09999999999999998 * t10
    new_v_log_noise = 0.999 * v_log_noise + 0.0010000000000000009 * t10 ** 2
    t13 = -(t12 * new_m_log_noise / (np.sqrt(new_v_log_noise) + 1e-07))
    new_log_noise = log_noise + t13
    new_m_log_drift = 0.9 * m_log_drift + 0.09999999999999998 * t9
    new_v_log_drift = 0.999 * v_log_drift + 0.0010000000000000009 * t9 ** 2
    t14 = -(t12 * new_m_log_drift / (np.sqrt(new_v_log_drift) + 1e-07))
    new_log_drift = log_drift + t14
    return loss, (new_log_noise, new_log_drift), (new_m_log_noise, new_v_log_noise,
        new_m_log_drift, new_v_log_drift)


def predict(flow, log_noise, log_drift):
    """The output level.

    flow: [T]
    """
    T = flow.shape[0]
    noise = np.exp(log_noise)
    drift = np.exp(log_drift)
    m = flow[:1][0]
    p = noise + drift
    rows = np.empty(T - 1)
    for t in range(T - 1):
        t1 = p + noise
        t2 = m + p * (flow[1:][t] - m) / t1
        rows[t] = t2
        m, p = t2, p * noise / t1 + drift
    return rows
