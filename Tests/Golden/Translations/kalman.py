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
    m = flow[0]
    p = noise + drift
    cost = 0.0
    for t in range(T - 1):
        spread = p + noise
        surprise = flow[t + 1] - m
        m, p, cost = (
            m + p * surprise / spread,
            p * noise / spread + drift,
            cost + np.log(spread) + surprise**2 / spread,
        )
    return 0.5 * cost


def loss_and_gradient(flow, log_noise, log_drift):
    """The loss, and its gradient by log_noise and log_drift.

    flow: [T]
    """
    T = flow.shape[0]
    noise = np.exp(log_noise)
    drift = np.exp(log_drift)
    m = flow[0]
    p = noise + drift
    cost = 0.0
    m_before = np.empty(T - 1)
    p_before = np.empty(T - 1)
    for t in range(T - 1):
        spread = p + noise
        surprise = flow[t + 1] - m
        m_before[t] = m
        p_before[t] = p
        m, p, cost = (
            m + p * surprise / spread,
            p * noise / spread + drift,
            cost + np.log(spread) + surprise**2 / spread,
        )
    d_m = 0.0
    d_p = 0.0
    d_noise = 0.0
    d_drift = 0.0
    for t in reversed(range(T - 1)):
        m_t = m_before[t]
        p_t = p_before[t]
        flow_t = flow[t + 1]
        spread = p_t + noise
        surprise = flow_t - m_t
        t1 = d_m * surprise - p_t * d_p
        t2 = (0.5 + (-0.5 * surprise**2 - p_t * t1) / spread) / spread
        d_m, d_p, d_noise, d_drift = (
            (noise * d_m - flow_t + m_t) / spread,
            t2 + (t1 + noise * d_p) / spread,
            d_noise + t2,
            d_drift + d_p,
        )
    d_log_drift = drift * (d_p + d_drift)
    d_log_noise = noise * (d_p + d_noise)
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
    noise = np.exp(log_noise)
    drift = np.exp(log_drift)
    m = flow[0]
    p = noise + drift
    cost = 0.0
    m_before = np.empty(T - 1)
    p_before = np.empty(T - 1)
    for t in range(T - 1):
        spread = p + noise
        surprise = flow[t + 1] - m
        m_before[t] = m
        p_before[t] = p
        m, p, cost = (
            m + p * surprise / spread,
            p * noise / spread + drift,
            cost + np.log(spread) + surprise**2 / spread,
        )
    d_m = 0.0
    d_p = 0.0
    d_noise = 0.0
    d_drift = 0.0
    for t in reversed(range(T - 1)):
        m_t = m_before[t]
        p_t = p_before[t]
        flow_t = flow[t + 1]
        spread = p_t + noise
        surprise = flow_t - m_t
        t1 = d_m * surprise - p_t * d_p
        t2 = (0.5 + (-0.5 * surprise**2 - p_t * t1) / spread) / spread
        d_m, d_p, d_noise, d_drift = (
            (noise * d_m - flow_t + m_t) / spread,
            t2 + (t1 + noise * d_p) / spread,
            d_noise + t2,
            d_drift + d_p,
        )
    t1 = d_p + d_drift
    d_log_drift = drift * t1
    t2 = d_p + d_noise
    d_log_noise = noise * t2
    t3 = step + 1.0
    new_v_log_noise = 0.999 * v_log_noise + 0.0010000000000000009 * d_log_noise**2
    new_v_log_drift = 0.999 * v_log_drift + 0.0010000000000000009 * d_log_drift**2
    new_m_log_noise = 0.9 * m_log_noise + 0.09999999999999998 * noise * t2
    alpha = 0.1 * (0.995**step * np.sqrt(1.0 - 0.999**t3) / (1.0 - 0.9**t3))
    new_log_noise = (
        log_noise - alpha * new_m_log_noise / (np.sqrt(new_v_log_noise) + 1e-07)
    )
    new_m_log_drift = 0.9 * m_log_drift + 0.09999999999999998 * drift * t1
    new_log_drift = (
        log_drift - alpha * new_m_log_drift / (np.sqrt(new_v_log_drift) + 1e-07)
    )
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
    noise = np.exp(log_noise)
    drift = np.exp(log_drift)
    m = flow[0]
    p = noise + drift
    levels = np.empty(T - 1)
    for t in range(T - 1):
        spread = p + noise
        surprise = flow[t + 1] - m
        t1 = m + p * surprise / spread
        levels[t] = t1
        m, p = t1, p * noise / spread + drift
    return levels
