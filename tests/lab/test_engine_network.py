"""Activations, losses, penalties, layers and whole trainings of the engine, against Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from v8 import evaluate

ACTIVATIONS = evaluate("Object.keys(engine_activations.ACTIVATIONS)")
LOSSES = evaluate("Object.keys(engine_losses.LOSSES)")
PENALTIES = evaluate("Object.keys(engine_penalties.PENALTIES)")
RULES = evaluate("Object.keys(engine_optimizers.OPTIMIZERS)")
ROWS, INPUTS, UNITS = 24, 5, 4


def close(ours, theirs, atol=1e-12):
    np.testing.assert_allclose(np.ravel(ours), np.ravel(theirs), rtol=0, atol=atol)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_slope_equal_keras(name, float64):
    z = np.linspace(-6, 6, 401)
    assert 0.0 in z
    with tf.GradientTape() as tape:
        x = tf.Variable(z)
        value = keras.activations.get(name)(x)
    slope = tape.gradient(value, x)
    ours = evaluate(
        """{
            const { value, slope } = engine_activations.ACTIVATIONS[name];
            return [z.map((each) => value(each)), z.map((each) => slope(each, value(each)))];
        }""",
        name=name,
        z=z,
    )
    close(ours[0], value, atol=1e-6)  # TensorFlow keeps the constants of some in 32 bits
    close(ours[1], slope, atol=1e-6)


def targets_of(name: str, rng: np.random.Generator, width: int) -> np.ndarray:
    if name == "sparse_categorical_crossentropy":
        return rng.integers(width, size=ROWS)
    if name == "binary_crossentropy":
        return rng.integers(2, size=(ROWS, 1)).astype(float)
    return rng.normal(size=(ROWS, width))


@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_gradient_equal_keras(name, float64):
    rng = np.random.default_rng(0)
    width = 1 if name == "binary_crossentropy" else 6
    outputs, targets = 3 * rng.normal(size=(ROWS, width)), targets_of(name, rng, width)
    if name == "mean_absolute_error":
        outputs[0] = targets[0]
    code = evaluate(f"engine_losses.LOSSES.{name}.keras")
    with tf.GradientTape() as tape:
        x = tf.Variable(outputs)
        loss = eval(code, {"keras": keras})(targets, x)
    ours = evaluate(
        """{
            const slopes = new Float64Array(outputs.length);
            return [engine_losses.LOSSES[name].evaluate(outputs, targets, rows, slopes), slopes];
        }""",
        name=name,
        outputs=outputs,
        targets=targets.astype(float),
        rows=ROWS,
    )
    close(ours[0], float(loss))
    close(ours[1], tape.gradient(loss, x))


@pytest.mark.parametrize("name", PENALTIES)
def test_penalty_and_gradient_equal_keras(name, float64):
    w = np.random.default_rng(0).normal(size=9)
    w[2] = 0
    with tf.GradientTape() as tape:
        x = tf.Variable(w)
        penalty = getattr(keras.regularizers, name)(0.03125)(x)
    ours = evaluate(
        """{
            const slopes = new Float64Array(w.length);
            return [engine_penalties.PENALTIES[name].evaluate(w, 0.03125, slopes), slopes];
        }""",
        name=name,
        w=w,
    )
    close(ours[0], float(penalty))
    close(ours[1], tape.gradient(penalty, x))


def test_dropout_scales_as_keras_does(float64):
    """Of the same dropped numbers both make the same: what is kept is divided by 1 - rate."""
    x = np.random.default_rng(0).normal(size=(ROWS, INPUTS)) + 10
    theirs = np.asarray(keras.layers.Dropout(0.3, seed=0)(x, training=True))
    factors = theirs / x
    ours, back, at_inference = evaluate(
        """{
            const layer = new engine_layers.Dropout(0.3, new engine_random.Random(0));
            const out = layer.forward(x, 24, true);
            return [out, layer.backward(x), layer.forward(x, 24, false)];
        }""",
        x=x,
    )
    own = np.reshape(ours, x.shape) / x
    close(np.unique(own.round(9)), np.unique(factors.round(9)), atol=1e-8)
    close(back, ours)
    close(at_inference, x)
    assert 0.15 < (own == 0).mean() < 0.45


def test_batch_normalization_equals_keras_forward_and_backward(float64):
    rng = np.random.default_rng(0)
    gamma, beta = rng.normal(size=(2, UNITS))
    layer = keras.layers.BatchNormalization()
    layer.build((None, UNITS))
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    x, slopes = rng.normal(2, 3, size=(2, ROWS, UNITS))
    with tf.GradientTape() as tape:
        signal = tf.Variable(x)
        out = layer(signal, training=True)
    wanted = [signal, layer.gamma.value, layer.beta.value]
    back = tape.gradient(out, wanted, output_gradients=slopes)
    ours = evaluate(
        """{
            const layer = new engine_batch_normalization.BatchNormalization(4);
            layer.weights = [gamma, beta];
            const out = layer.forward(x, 24, true);
            const back = layer.backward(slopes, 24);
            const averages = [layer.mean, layer.variance].map((each) => [...each]);
            return [out, back, ...layer.gradients, ...averages, layer.forward(x, 24, false)];
        }""",
        gamma=gamma,
        beta=beta,
        x=x,
        slopes=slopes,
    )
    theirs = [out, *back, layer.moving_mean, layer.moving_variance, layer(x, training=False)]
    for own, other in zip(ours, theirs, strict=True):
        close(own, other, atol=1e-11)


def test_a_residual_block_adds_its_input(float64):
    rng = np.random.default_rng(0)
    kernel, bias = rng.normal(size=(UNITS, UNITS)), rng.normal(size=UNITS)
    x, slopes = rng.normal(size=(2, ROWS, UNITS))
    with tf.GradientTape() as tape:
        signal = tf.Variable(x)
        out = signal + tf.tanh(signal @ kernel + bias)
    back = tape.gradient(out, signal, output_gradients=slopes)
    ours = evaluate(
        """{
            const { Dense, Activation, Residual } = engine_layers;
            const block = new Residual([new Dense(4, 4, kernel, bias), new Activation("tanh")]);
            return [block.forward(x, 24, true), block.backward(slopes, 24)];
        }""",
        kernel=kernel,
        bias=bias,
        x=x,
        slopes=slopes,
    )
    close(ours[0], out)
    close(ours[1], back)


def keras_network(weights, activation, penalties, normalize):
    """The same plan as `buildLayers`: two hidden layers, and its weights."""
    regularizer = keras.regularizers.L1L2(**{key.lower(): each for key, each in penalties.items()})
    layers = []
    for units in (8, 6):
        layers.append(keras.layers.Dense(units, kernel_regularizer=regularizer))
        layers += [keras.layers.BatchNormalization()] * normalize
        layers.append(keras.layers.Activation(activation))
    layers = [*layers, keras.layers.Dense(3, kernel_regularizer=regularizer)]
    model = keras.Sequential([keras.Input((INPUTS,)), *layers])
    for variable, values in zip(model.trainable_variables, weights, strict=True):
        variable.assign(np.reshape(values, variable.shape))
    return model


def train_both(rule, activation="tanh", penalties=None, normalize=False, steps=100):
    """Take steps on one batch in both engines; return the weights after each, of both."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(ROWS, INPUTS)), rng.integers(3, size=ROWS)
    plan = {"inputs": INPUTS, "hidden": [8, 6], "outputs": 3, "activation": activation}
    first, ours, code = evaluate(
        """{
            const layers = engine_network.buildLayers({ ...plan, seed: 3 });
            const h = { ...engine_optimizers.defaults(rule), learning_rate: 0.015625 };
            for (const key in h) h[key] = Math.fround(h[key]); // Keras casts them to 32 bits
            const settings = { optimizer: rule, hyperparameters: h, penalties };
            const network =
                new engine_network.Network(layers, "sparse_categorical_crossentropy", settings);
            const all = () => network.weights.flatMap((each) => [...each]);
            const first = network.weights.map((each) => [...each]);
            const path = [];
            for (let step = 0; step < steps; step += 1) {
                network.trainStep(x, y, rows);
                path.push(all());
            }
            return [first, path, engine_optimizers.kerasOptimizer(rule, h)];
        }""",
        plan={**plan, "normalize": normalize},
        rule=rule,
        penalties=penalties or {},
        x=x,
        y=y.astype(float),
        rows=ROWS,
        steps=steps,
    )
    model = keras_network(first, activation, penalties or {}, normalize)
    optimizer = eval(code, {"keras": keras})
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            total = loss(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(total, [v.value for v in variables]), variables)

    optimizer.build(model.trainable_variables)
    theirs = []
    for _ in range(steps):
        step()
        theirs.append(np.concatenate([v.numpy().ravel() for v in model.trainable_variables]))
    return np.array(ours), np.array(theirs)


@pytest.mark.parametrize("rule", RULES)
def test_a_training_equals_keras(rule, float64):
    ours, theirs = train_both(rule)
    assert np.abs(theirs[-1] - theirs[0]).max() > 1e-3
    close(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_training_with_each_activation_equals_keras(activation, float64):
    close(*train_both("Momentum", activation), atol=1e-6)


@pytest.mark.parametrize("penalties", [{"L1": 2**-7}, {"L2": 2**-6}, {"L1": 2**-7, "L2": 2**-6}])
def test_a_training_with_penalties_equals_keras(penalties, float64):
    close(*train_both("Adam", penalties=penalties), atol=1e-6)


def test_a_training_with_batch_normalization_equals_keras(float64):
    close(*train_both("Momentum", normalize=True), atol=1e-6)


def test_an_epoch_has_every_row_once_and_a_smaller_last_batch():
    batches = evaluate(
        """{
            const data = { rows: 10, batchSize: 4, seed: 0 };
            const x = Float64Array.from({ length: 20 }, (_, i) => i);
            const batches = new engine_network.Batches(x, x.slice(0, 10), data);
            return [[...batches.epoch()], [...batches.epoch()]];
        }"""
    )
    for epoch in batches:
        assert [batch["rows"] for batch in epoch] == [4, 4, 2]
        x = np.concatenate([batch["x"] for batch in epoch]).reshape(10, 2)
        targets = np.concatenate([batch["targets"] for batch in epoch])
        assert sorted(targets) == list(range(10))
        close(x[:, 0], 2 * targets)
    assert batches[0] != batches[1]
