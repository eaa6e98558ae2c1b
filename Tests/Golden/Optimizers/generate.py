#!/usr/bin/env python3
"""Trajectories and rates from the libraries that the optimizers and schedules are named after.

usage: generate.py [FOLDER]      writes trajectories.csv and schedules.csv there
Needs keras 3 on tensorflow, jax and optax. Everything is in double precision: TensorFlow turns
Python numbers into float32 before it casts them, so all hyper-parameters are handed over as NumPy
doubles.

The problem is a small network, mean((tanh(X W + b) - Y)^2), with a matrix W [3, 2] and a vector b
[2], so that what treats matrices, single parameters and all of them together differs. A line of
trajectories.csv is the optimizer as it is written in a model, the number of updates, and W and b;
a line of schedules.csv is the rate as it is written, the step, and the value."""
import csv, os, sys
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow")
import numpy as np
import tensorflow as tf, keras, jax, optax
import jax.numpy as jnp
import keras.src.ops as kops

keras.backend.set_floatx("float64")
jax.config.update("jax_enable_x64", True)
cast = kops.cast
kops.cast = lambda x, dtype: cast(np.float64(x) if type(x) is float else x, dtype)
folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))

X = np.array([[((7 * i + 3 * j + 2) % 11) / 5 - 1 for j in range(3)] for i in range(8)])
Y = np.array([[((5 * i + 4 * j) % 9) / 6 - 0.6 for j in range(2)] for i in range(8)])
W0 = np.array([[0.5, -0.25], [0.125, 0.75], [-0.5, 0.25]])
b0 = np.array([0.25, -0.5])
STEPS = [1, 2, 5, 10, 20, 50, 100, 200]


def doubles(optimizer):
    for name, value in list(vars(optimizer).items()):
        if type(value) is float and not name.startswith("__"):
            setattr(optimizer, name, np.float64(value))
    return optimizer


def keras_run(name, **arguments):
    arguments = {k: np.float64(v) if type(v) is float else v for k, v in arguments.items()}
    optimizer = doubles(getattr(keras.optimizers, name)(**arguments))
    W, b = (keras.Variable(v, dtype="float64", name=n) for v, n in ((W0, "W"), (b0, "b")))
    optimizer.build([W, b])
    for step in range(1, STEPS[-1] + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.tanh(tf.constant(X) @ W.value + b.value) - Y) ** 2)
        optimizer.apply(tape.gradient(loss, [W.value, b.value]), [W, b])
        if step in STEPS:
            shown = optimizer._model_variables_moving_average if optimizer.use_ema else (W, b)
            yield step, *(v.numpy() for v in shown)


def optax_run(name, rate, **arguments):
    optimizer = getattr(optax, name)(rate, **arguments)
    p = {"W": jnp.array(W0), "b": jnp.array(b0)}
    state = optimizer.init(p)
    gradient = jax.grad(lambda p: jnp.mean((jnp.tanh(X @ p["W"] + p["b"]) - Y) ** 2))
    for step in range(1, STEPS[-1] + 1):
        updates, state = optimizer.update(gradient(p), state, p)
        p = optax.apply_updates(p, updates)
        if step in STEPS:
            yield step, np.asarray(p["W"]), np.asarray(p["b"])


def rprop_run(rate, eta_minus=0.5, eta_plus=1.2, min_step_size=1e-6, max_step_size=50.0):
    """The algorithm as PyTorch documents it: the one of optax 0.2.8 makes each step an update late."""
    p, size, before = np.concatenate([W0.ravel(), b0]), np.full(8, rate), np.zeros(8)
    for step in range(1, STEPS[-1] + 1):
        h = np.tanh(X @ p[:6].reshape(3, 2) + p[6:])
        back = 2 / Y.size * (h - Y) * (1 - h * h)
        g = np.concatenate([(X.T @ back).ravel(), back.sum(axis=0)])
        agreement = np.sign(g) * np.sign(before)
        size = np.where(agreement > 0, np.minimum(size * eta_plus, max_step_size),
                        np.where(agreement < 0, np.maximum(size * eta_minus, min_step_size), size))
        before = np.where(agreement < 0, 0, g)
        p = p - size * np.sign(before)
        if step in STEPS:
            yield step, p[:6].copy(), p[6:].copy()


NAMES = {"learning_rate": "rate", "beta_1": "beta1", "beta_2": "beta2", "b1": "beta1", "b2": "beta2",
         "eps": "epsilon", "clipnorm": "clip_norm", "clipvalue": "clip_value",
         "global_clipnorm": "global_clip_norm", "learning_rate_power": "rate_power",
         "l1_regularization_strength": "l1", "l2_regularization_strength": "l2",
         "l2_shrinkage_regularization_strength": "l2_shrinkage", "ema_momentum": "average",
         "initial_learning_rate": "rate", "end_learning_rate": "end_rate",
         "adam_beta_1": "beta1", "adam_beta_2": "beta2", "adam_lr_ratio": "adam_rate_ratio",
         "peak_value": "rate", "transition_steps": "decay_steps", "pct_start": "start_fraction",
         "init_value": "start_rate"}


def written(name, arguments):
    def text(v):
        return str(v).lower() if type(v) is bool else repr(v)
    return name + "(" + ", ".join(
        f"{NAMES.get(k, k)}: {text(v)}" for k, v in arguments.items() if k != "use_ema") + ")"


KERAS = [
    ("SGD", dict(learning_rate=0.1)),
    ("SGD", dict(learning_rate=0.1, momentum=0.9)),
    ("SGD", dict(learning_rate=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)),
    ("SGD", dict(learning_rate=0.5, clipvalue=0.1)),
    ("SGD", dict(learning_rate=0.5, clipnorm=0.1)),
    ("SGD", dict(learning_rate=0.5, momentum=0.5, global_clipnorm=0.1)),
    ("SGD", dict(learning_rate=0.1, use_ema=True, ema_momentum=0.9)),
    ("Adagrad", dict(learning_rate=0.1)),
    ("Adagrad", dict(learning_rate=0.1, initial_accumulator_value=0.5, epsilon=1e-3)),
    ("Adadelta", dict(learning_rate=1.0)),
    ("Adadelta", dict(learning_rate=1.0, rho=0.9, epsilon=1e-6)),
    ("RMSprop", dict(learning_rate=0.001)),
    ("RMSprop", dict(learning_rate=0.001, rho=0.8, momentum=0.5, centered=True)),
    ("Adam", dict(learning_rate=0.01)),
    ("Adam", dict(learning_rate=0.01, amsgrad=True, beta_1=0.8, beta_2=0.99)),
    ("Adam", dict(learning_rate=0.01, weight_decay=0.1, clipnorm=0.2)),
    ("Adam", dict(learning_rate=0.01, use_ema=True, ema_momentum=0.99)),
    ("AdamW", dict(learning_rate=0.01)),
    ("AdamW", dict(learning_rate=0.01, weight_decay=0.1, amsgrad=True)),
    ("Adamax", dict(learning_rate=0.01)),
    ("Adamax", dict(learning_rate=0.01, beta_2=0.9)),
    ("Nadam", dict(learning_rate=0.01)),
    ("Nadam", dict(learning_rate=0.01, global_clipnorm=0.1)),
    ("Ftrl", dict(learning_rate=0.1)),
    ("Ftrl", dict(learning_rate=0.1, l1_regularization_strength=0.001,
                  l2_regularization_strength=0.01, beta=0.1,
                  l2_shrinkage_regularization_strength=0.01)),
    ("Lion", dict(learning_rate=0.001)),
    ("Lion", dict(learning_rate=0.001, weight_decay=0.1)),
    ("Lamb", dict(learning_rate=0.01)),
    ("Lamb", dict(learning_rate=0.01, weight_decay=0.01)),
    ("Muon", dict(learning_rate=0.01)),
    ("Muon", dict(learning_rate=0.01, momentum=0.9, nesterov=False, ns_steps=3, weight_decay=0.1,
                  adam_lr_ratio=0.5)),
]
OPTAX = [
    ("radam", dict(learning_rate=0.01)),
    ("radam", dict(learning_rate=0.01, b2=0.9, threshold=4.5)),
    ("yogi", dict(learning_rate=0.01)),
    ("adabelief", dict(learning_rate=0.01)),
]
RPROP = [dict(rate=0.001), dict(rate=0.001, eta_minus=0.4, eta_plus=1.1, max_step_size=0.05)]
SCHEDULES = [
    ("ExponentialDecay", "exponential_decay", dict(initial_learning_rate=0.1, decay_steps=100, decay_rate=0.96)),
    ("ExponentialDecay", "exponential_decay",
     dict(initial_learning_rate=0.1, decay_steps=100, decay_rate=0.5, staircase=True)),
    ("InverseTimeDecay", "inverse_time_decay", dict(initial_learning_rate=0.1, decay_steps=30, decay_rate=0.5)),
    ("InverseTimeDecay", "inverse_time_decay",
     dict(initial_learning_rate=0.1, decay_steps=30, decay_rate=0.5, staircase=True)),
    ("PolynomialDecay", "polynomial_decay", dict(initial_learning_rate=0.1, decay_steps=100)),
    ("PolynomialDecay", "polynomial_decay",
     dict(initial_learning_rate=0.1, decay_steps=60, end_learning_rate=0.01, power=2.0, cycle=True)),
    ("CosineDecay", "cosine_decay", dict(initial_learning_rate=0.1, decay_steps=100)),
    ("CosineDecay", "cosine_decay",
     dict(initial_learning_rate=0.01, decay_steps=100, alpha=0.1, warmup_target=0.2, warmup_steps=20)),
    ("CosineDecayRestarts", "cosine_decay_restarts", dict(initial_learning_rate=0.1, first_decay_steps=50)),
    ("CosineDecayRestarts", "cosine_decay_restarts",
     dict(initial_learning_rate=0.1, first_decay_steps=40, t_mul=1.0, m_mul=0.5, alpha=0.05)),
    ("PiecewiseConstantDecay", "piecewise_constant", dict(boundaries=[10, 50], values=[0.1, 0.05, 0.01])),
    ("warmup_constant_schedule", "warmup", dict(peak_value=0.1, warmup_steps=20, init_value=0.01)),
    ("cosine_onecycle_schedule", "one_cycle", dict(peak_value=0.1, transition_steps=100)),
    ("cosine_onecycle_schedule", "one_cycle",
     dict(peak_value=0.1, transition_steps=150, pct_start=0.4, div_factor=10.0, final_div_factor=100.0)),
]
SCHEDULE_STEPS = [0, 1, 2, 5, 10, 11, 19, 20, 21, 40, 50, 51, 99, 100, 101, 120, 149, 151, 200, 500]

with open(os.path.join(folder, "trajectories.csv"), "w") as f:
    rows = csv.writer(f, lineterminator="\n")
    rows.writerow(["optimizer", "step"] + [f"W{i}{j}" for i in range(3) for j in range(2)] + ["b0", "b1"])
    runs = [(written(n.lower(), a), keras_run(n, **a)) for n, a in KERAS]
    runs += [(written(n, a), optax_run(n, a["learning_rate"], **{k: v for k, v in a.items() if k != "learning_rate"}))
             for n, a in OPTAX]
    runs += [(written("rprop", a), rprop_run(**a)) for a in RPROP]
    for text, run in runs:
        for step, W, b in run:
            rows.writerow([text, step] + [repr(float(v)) for v in list(W.ravel()) + list(b)])

with open(os.path.join(folder, "schedules.csv"), "w") as f:
    rows = csv.writer(f, lineterminator="\n")
    rows.writerow(["schedule", "step", "rate"])
    for name, function, arguments in SCHEDULES:
        values = {k: [np.float64(t) for t in v] if k == "values" else np.float64(v) if type(v) is float else v
                  for k, v in arguments.items()}
        source = getattr(optax, name, None) or doubles(getattr(keras.optimizers.schedules, name)(**values))
        if name in dir(optax):
            source = source(**arguments)
        for step in SCHEDULE_STEPS:
            rows.writerow([written(function, arguments), step, repr(float(source(step)))])
