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
        (value,) = rows
        t1 = p + noise
        t2 = value - m
        return (
            (m + p * t2 / t1, p * noise / t1 + drift, cost + jnp.log(t1) + t2**2 / t1),
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
        (value,) = rows
        t1 = p + noise
        t2 = value - m
        return (
            (m + p * t2 / t1, p * noise / t1 + drift, cost + jnp.log(t1) + t2**2 / t1),
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
        d_m, d_p, d_value, d_value2 = states
        m2, p2, value2 = rows
        t4 = p2 + noise
        t5 = value2 - m2
        t6 = d_m * t5 - p2 * d_p
        t7 = (0.5 + (-0.5 * t5**2 - p2 * t6) / t4) / t4
        return (
            (
                d_m + (-t5 - p2 * d_m) / t4,
                t7 + (t6 + noise * d_p) / t4,
                d_value + t7,
                d_value2 + d_p,
            ),
            (),
        )

    (d_m, d_p, d_value, d_value2), () = jax.lax.scan(
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
    m_log_noise, v_log_noise, m_log_drift, v_log_drift = state
    noise = jnp.exp(log_noise)
    drift = jnp.exp(log_drift)

    def one_step(states, rows):
        m, p, cost = states
        (value,) = rows
        t1 = p + noise
        t2 = value - m
        return (
            (m + p * t2 / t1, p * noise / t1 + drift, cost + jnp.log(t1) + t2**2 / t1),
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
    t3 = step + 1.0

    def one_step2(states, rows):
        d_m, d_p, d_value, d_value2 = states
        m2, p2, value2 = rows
        t5 = p2 + noise
        t6 = value2 - m2
        t7 = d_m * t6 - p2 * d_p
        t8 = (0.5 + (-0.5 * t6**2 - p2 * t7) / t5) / t5
        return (
            (
                d_m + (-t6 - p2 * d_m) / t5,
                t8 + (t7 + noise * d_p) / t5,
                d_value + t8,
                d_value2 + d_p,
            ),
            (),
        )

    (d_m, d_p, d_value, d_value2), () = jax.lax.scan(
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
    t9 = d_p + d_value2
    t10 = d_p + d_value
    t11 = 0.995**step * jnp.sqrt(1.0 - 0.999**t3) / (1.0 - 0.9**t3)
    new_m_log_noise = 0.9 * m_log_noise + 0.09999999999999998 * noise * t10
    new_v_log_noise = 0.999 * v_log_noise + 0.0010000000000000009 * (noise * t10) ** 2
    t12 = -0.1 * (t11 * new_m_log_noise / (jnp.sqrt(new_v_log_noise) + 1e-07))
    new_log_noise = log_noise + t12
    new_m_log_drift = 0.9 * m_log_drift + 0.09999999999999998 * drift * t9
    new_v_log_drift = 0.999 * v_log_drift + 0.0010000000000000009 * (drift * t9) ** 2
    t13 = -0.1 * (t11 * new_m_log_drift / (jnp.sqrt(new_v_log_drift) + 1e-07))
    new_log_drift = log_drift + t13
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
        (value,) = rows
        t1 = p + noise
        t2 = m + p * (value - m) / t1
        return (t2, p * noise / t1 + drift), (t2,)

    (m, p), (rows,) = jax.lax.scan(
        one_step,
        (jnp.asarray(flow[0], float), jnp.asarray(noise + drift, float)),
        (flow[1:],),
    )
    return rows


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
