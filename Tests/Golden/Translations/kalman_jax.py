"""The flow of the Nile at Aswan, 1871 to 1970, in 10^8 m^3 a year: a level that drifts,
seen through noise. The likelihood of both variances comes from a Kalman filter, a
scan over the years.

Written by adc 0.1.0 from the model kalman (b0afea343a75b5ed).
"""

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def loss(flow, log_noise, log_drift):
    """The loss.

    flow: [T]
    """
    noise = jnp.exp(log_noise)
    drift = jnp.exp(log_drift)

    def one_step(states, rows):
        m, p, cost = states
        (flow_t,) = rows
        spread = p + noise
        surprise = flow_t - m
        return (
            (
                m + p * surprise / spread,
                p * noise / spread + drift,
                cost + jnp.log(spread) + surprise**2 / spread,
            ),
            (),
        )

    (m, p, cost), () = jax.lax.scan(
        one_step,
        (
            jnp.asarray(flow[0], float),
            jnp.asarray(noise + drift, float),
            jnp.asarray(0.0, float),
        ),
        (flow[1:],),
    )
    return 0.5 * cost


def loss_and_gradient(flow, log_noise, log_drift):
    """The loss, and its gradient by log_noise and log_drift.

    flow: [T]
    """
    noise = jnp.exp(log_noise)
    drift = jnp.exp(log_drift)

    def one_step(states, rows):
        m, p, cost = states
        (flow_t,) = rows
        spread = p + noise
        surprise = flow_t - m
        return (
            (
                m + p * surprise / spread,
                p * noise / spread + drift,
                cost + jnp.log(spread) + surprise**2 / spread,
            ),
            (m, p),
        )

    (m, p, cost), (m_before, p_before) = jax.lax.scan(
        one_step,
        (
            jnp.asarray(flow[0], float),
            jnp.asarray(noise + drift, float),
            jnp.asarray(0.0, float),
        ),
        (flow[1:],),
    )

    def one_step2(states, rows):
        d_m, d_p, d_noise, d_drift = states
        m_t, p_t, flow_t = rows
        spread = p_t + noise
        surprise = flow_t - m_t
        t1 = d_m * surprise - p_t * d_p
        t2 = (0.5 + (-0.5 * surprise**2 - p_t * t1) / spread) / spread
        return (
            (
                (noise * d_m - flow_t + m_t) / spread,
                t2 + (t1 + noise * d_p) / spread,
                d_noise + t2,
                d_drift + d_p,
            ),
            (),
        )

    (d_m, d_p, d_noise, d_drift), () = jax.lax.scan(
        one_step2,
        (
            jnp.asarray(0.0, float),
            jnp.asarray(0.0, float),
            jnp.asarray(0.0, float),
            jnp.asarray(0.0, float),
        ),
        (m_before, p_before, flow[1:]),
        reverse=True,
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
    m_log_noise, v_log_noise, m_log_drift, v_log_drift = state
    noise = jnp.exp(log_noise)
    drift = jnp.exp(log_drift)

    def one_step(states, rows):
        m, p, cost = states
        (flow_t,) = rows
        spread = p + noise
        surprise = flow_t - m
        return (
            (
                m + p * surprise / spread,
                p * noise / spread + drift,
                cost + jnp.log(spread) + surprise**2 / spread,
            ),
            (m, p),
        )

    (m, p, cost), (m_before, p_before) = jax.lax.scan(
        one_step,
        (
            jnp.asarray(flow[0], float),
            jnp.asarray(noise + drift, float),
            jnp.asarray(0.0, float),
        ),
        (flow[1:],),
    )

    def one_step2(states, rows):
        d_m, d_p, d_noise, d_drift = states
        m_t, p_t, flow_t = rows
        spread = p_t + noise
        surprise = flow_t - m_t
        t1 = d_m * surprise - p_t * d_p
        t2 = (0.5 + (-0.5 * surprise**2 - p_t * t1) / spread) / spread
        return (
            (
                (noise * d_m - flow_t + m_t) / spread,
                t2 + (t1 + noise * d_p) / spread,
                d_noise + t2,
                d_drift + d_p,
            ),
            (),
        )

    (d_m, d_p, d_noise, d_drift), () = jax.lax.scan(
        one_step2,
        (
            jnp.asarray(0.0, float),
            jnp.asarray(0.0, float),
            jnp.asarray(0.0, float),
            jnp.asarray(0.0, float),
        ),
        (m_before, p_before, flow[1:]),
        reverse=True,
    )
    t1 = d_p + d_drift
    d_log_drift = drift * t1
    t2 = d_p + d_noise
    d_log_noise = noise * t2
    t3 = step + 1.0
    new_v_log_noise = 0.999 * v_log_noise + 0.0010000000000000009 * d_log_noise**2
    new_v_log_drift = 0.999 * v_log_drift + 0.0010000000000000009 * d_log_drift**2
    new_m_log_noise = 0.9 * m_log_noise + 0.09999999999999998 * noise * t2
    alpha = 0.1 * (0.995**step * jnp.sqrt(1.0 - 0.999**t3) / (1.0 - 0.9**t3))
    t4 = alpha * new_m_log_noise / (jnp.sqrt(new_v_log_noise) + 1e-07)
    new_log_noise = log_noise - t4
    new_m_log_drift = 0.9 * m_log_drift + 0.09999999999999998 * drift * t1
    t5 = alpha * new_m_log_drift / (jnp.sqrt(new_v_log_drift) + 1e-07)
    new_log_drift = log_drift - t5
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
    noise = jnp.exp(log_noise)
    drift = jnp.exp(log_drift)

    def one_step(states, rows):
        m, p = states
        (flow_t,) = rows
        spread = p + noise
        surprise = flow_t - m
        t1 = m + p * surprise / spread
        return (t1, p * noise / spread + drift), (t1,)

    (m, p), (levels,) = jax.lax.scan(
        one_step,
        (jnp.asarray(flow[0], float), jnp.asarray(noise + drift, float)),
        (flow[1:],),
    )
    return levels


def train(flow, parameters, epochs=1500, batch=None):
    """Trains on batches of rows in their order; the last loss and the parameters.

    parameters: (log_noise, log_drift)
    """
    update = jax.jit(step)
    state = start()
    number, count = 0, len(flow)
    for _ in range(epochs):
        for begin in range(0, count, batch or count):
            rows = slice(begin, begin + (batch or count))
            loss, parameters, state = update(
                flow[rows], *parameters, state, float(number)
            )
            number += 1
    return loss, parameters
