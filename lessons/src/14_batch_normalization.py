# %% [markdown]
# # 14 · Why do training and inference differ?
#
# **About 45 minutes.** You need lessons 04 (initialization), 06 (learning rate) and 07 (momentum).
#
# After this lesson you can
#
# - normalize a batch by hand, forward and backward, and prove it equal to Keras in both modes;
# - say what batch normalization buys, and what it does not;
# - explain why a good network can look bad right after a short training, and what to do;
# - recognize the classic faults: the wrong mode, the frozen layer, the batch of one.

# %%
import dlcourse as dl

dl.start(seed=0)

from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras.layers import BatchNormalization, Dense, GroupNormalization, LayerNormalization, ReLU
from keras.optimizers import SGD
from matplotlib import pyplot as plt

lesson_14 = dl.exercises.lesson_14

# %% [markdown]
# ## The problem: a deep network wants one learning rate
#
# Three hidden layers, with He's initialization as lesson 04 taught. Each layer works on what the
# layers below hand up, and all of them move at each step.


# %%
def deep_network(before=None, after=None):
    layers = [keras.Input((64,))]
    for depth in range(3):
        layers.append(Dense(32, kernel_initializer="he_normal", name=f"hidden_{depth}"))
        around = [before and before(), ReLU(), after and after()]
        layers += [layer for layer in around if layer]
    return keras.Sequential([*layers, Dense(10, name="logits")], name="deep_network")


data = dl.digits()
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
digits_task = dl.Task(data, deep_network, loss, metrics=["accuracy"])

# %%
optimizers = {f"learning rate {rate:g}": SGD(rate) for rate in (0.01, 0.1, 1.0)}
plain = dl.train_runs(optimizers, digits_task, epochs=4, batch_size=64)
_, ax = dl.new_axes("Three hidden layers, three learning rates", "", "")
dl.mark_varying(plain.plot("loss", ax=ax), "chaotic: details differ between machines")

# %% [markdown]
# At 0.01 it crawls. At 0.1 it learns. At 1.0 the first steps break it, and the loss stays near that
# of guessing, ln 10 = 2.3. `before` and `after` are places for a layer that widens this
# narrow range. It brings something new into the course: a layer with **two modes**.
#
# ## Predict before you run
#
# The network with that layer is trained for one epoch of 20 steps. Its accuracy on the *training*
# rows is then measured twice, with the same weights: in training mode and in inference mode. How
# good is inference mode? `"as good as training mode"`, `"far behind"` or `"far ahead"`

# %% tags=["stub"]
my_prediction = ...
lesson_14.after_one_epoch.check(my_prediction)

# %% tags=["solution"]
my_prediction = "far behind"
lesson_14.after_one_epoch.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Shift and scale each unit to mean 0 and variance 1 over the batch, then let the network choose
# its own shift and scale.**
#
# $$\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} \qquad\qquad y = \gamma\,\hat x + \beta$$
#
# In **training mode** $\mu$ and $\sigma^2$ are those of the batch. A single image to be classified
# has no batch. So each training step also moves two averages, and **inference mode** uses these:
#
# $$m \leftarrow p\, m + (1 - p)\, \mu \qquad\qquad v \leftarrow p\, v + (1 - p)\, \sigma^2$$
#
# | symbol | Keras | meaning, start or default |
# |---|---|---|
# | $\mu, \sigma^2$ | | mean and variance of a unit over the batch |
# | $\gamma, \beta$ | `gamma`, `beta` (`scale`, `center`) | learned, from 1 and 0 |
# | $m, v$ | `moving_mean`, `moving_variance` | not trained, from 0 and 1 |
# | $p$ | `momentum` | the share of the old average that is kept, 0.99 |
# | $\varepsilon$ | `epsilon` | keeps the root away from 0: 0.001 |
#
# This `momentum` has nothing to do with the optimizer's of lesson 07: no gradient, no velocity.
#
# ## By hand: forward


# %%
def batch_normalization(x, gamma, beta, state, training, momentum=0.99, epsilon=0.001):
    mean, variance = state.get("moving_mean", 0.0), state.get("moving_variance", 1.0)
    if training:
        old_mean, old_variance = mean, variance
        mean, variance = x.mean(axis=0), x.var(axis=0)
        state["moving_mean"] = momentum * old_mean + (1 - momentum) * mean
        state["moving_variance"] = momentum * old_variance + (1 - momentum) * variance
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


# %%
rows = np.array([[1.0, 100.0], [2.0, 300.0], [3.0, 200.0]])  # 3 rows, 2 units
state = {}
print(batch_normalization(rows, gamma=1, beta=0, state=state, training=True).round(2))
print({name: value.round(2).tolist() for name, value in state.items()})
print(batch_normalization(rows, gamma=1, beta=0, state=state, training=False).round(2))

# %% [markdown]
# In training mode both units look alike, whatever their unit of measure. The averages have made
# 1 % of their way, so inference mode with them is far from that: remember your prediction.
#
# ## By hand: backward
#
# In training mode each row also moves $\mu$ and $\sigma^2$, and so every other row's output. Two
# terms say so; in inference mode the statistics are constants, and both are gone:
#
# $$\frac{\partial L}{\partial x} = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}} \Big( d -
# \frac{1}{n}\sum d - \frac{\hat x}{n} \sum d\,\hat x \Big) \qquad d = \frac{\partial L}{\partial y}$$


# %%
def gradients(d, x, gamma, state, training, epsilon=0.001):
    mean, variance = state["moving_mean"], state["moving_variance"]
    if training:
        mean, variance = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    d_gamma, d_beta = (d * x_hat).sum(axis=0), d.sum(axis=0)
    coupling = (d_beta + x_hat * d_gamma) / len(x) if training else 0
    return gamma / np.sqrt(variance + epsilon) * (d - coupling), d_gamma, d_beta


# %% [markdown]
# ## The same as Keras?
#
# Three batches in training mode, then one in inference mode: outputs, moving averages, and all
# gradients against `GradientTape`.

# %%
random = np.random.default_rng(0)
layer, state = BatchNormalization(), {}
layer.build((None, 5))
gamma, beta = random.normal(size=(2, 5)).astype("float32")
layer.gamma.assign(gamma)
layer.beta.assign(beta)

for training in (True, True, True, False):
    x, d = random.normal(2, 3, size=(2, 16, 5)).astype("float32")
    watched = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = layer(watched, training=training)
    variables = [watched, layer.gamma.value, layer.beta.value]
    theirs = [y, *tape.gradient(y, variables, output_gradients=d)]
    theirs += [layer.moving_mean, layer.moving_variance]
    ours = [batch_normalization(x, gamma, beta, state, training)]
    ours += [*gradients(d, x, gamma, state, training), *state.values()]
    for our, their in zip(ours, theirs, strict=True):
        assert np.allclose(our, their, atol=1e-4, rtol=1e-5)
print("Outputs, gradients and moving averages agree in both modes.")

# %% [markdown]
# ## In plain Keras: one network, two answers
#
# `fit` uses training mode, `evaluate` and `predict` use inference mode. Two epochs of 20 steps:

# %%
keras.utils.set_random_seed(0)
model = deep_network(before=BatchNormalization)
model.compile(SGD(0.1), loss, metrics=["accuracy"])
history = model.fit(data.x_train, data.y_train, batch_size=64, epochs=2, verbose=0)
_, evaluated = model.evaluate(data.x_train, data.y_train, verbose=0)
print(f"fit reports {history.history['accuracy'][-1]:.0%}, evaluate {evaluated:.0%}")

# %% [markdown]
# The same rows, and `evaluate` even had the better weights of the epoch's end: `fit` averages over
# the epoch. Is that always so, and does it pass? Five seeds, two values of the layer's `momentum`.
# To ask the recorded weights in training mode, too, here is the whole network by hand. (The claims
# at the end hold it equal to Keras's.)


# %%
def forward(weights, x, training):
    *hidden, kernel, bias = weights
    for first in range(0, len(hidden), 6):
        layer_kernel, layer_bias, gamma, beta, mean, variance = hidden[first : first + 6]
        state = {"moving_mean": mean, "moving_variance": variance}
        x = batch_normalization(x @ layer_kernel + layer_bias, gamma, beta, state, training)
        x = np.maximum(x, 0)  # ReLU
    return x @ kernel + bias  # the logits


# %%
quick = partial(BatchNormalization, momentum=0.9)
normalized = {
    "momentum 0.99": dl.Method(SGD(0.1), model=partial(deep_network, before=BatchNormalization)),
    "momentum 0.9": dl.Method(SGD(0.1), model=partial(deep_network, before=quick)),
}
runs = dl.train_runs(normalized, digits_task, epochs=6, batch_size=64, record=["weights"])

in_training_mode = np.zeros((5, 6))
for seed in runs.seeds:
    for epoch, weights in enumerate(runs.weights["momentum 0.99", seed]):
        answers = forward(weights, data.x_train, training=True).argmax(axis=-1)
        in_training_mode[seed, epoch] = np.mean(answers == data.y_train)

# %%
_, ax = dl.new_axes("The same weights, the same digits, two modes", "epoch", "training accuracy")
curves = {"training mode": in_training_mode}
for label in runs:
    curves[f"inference mode, {label}"] = runs[label].history["accuracy"][0]
for index, (label, accuracy) in enumerate(curves.items()):
    dl.plot_band(ax, runs.epochs, accuracy, label, **dl.method_style(label, index))
dl.legend_beside(ax)
dl.mark_varying(ax, "single digits differ by machine")
plt.show()

first = {label: np.median(accuracy[:, 0]) for label, accuracy in curves.items()}
behind = first["training mode"] - first["inference mode, momentum 0.99"]
lesson_14.after_one_epoch.compare("far behind" if behind > 0.2 else "as good as training mode")

# %% [markdown]
# ## How to read it
#
# Nothing is wrong with the weights. **The averages lag**: after $t$ steps $p^t$ of their start,
# 0 and 1, is left. With `momentum=0.99` that is 82 % after the 20 steps of the first epoch; with
# 0.9 it is 12 %, and the gap closes ten times sooner. (To forget 99 % of the start takes 44 steps
# with 0.9, and 459 with 0.99.) Training mode never looks at the averages, so both trainings are the
# same; only what `evaluate` says of them differs.
#
# ## The experiment: what does it buy?
#
# Now the range of rates. Three networks that start from the same weights: without normalization,
# with it before each ReLU (as in the paper), and after each ReLU. Five rates, five seeds; the quick
# `momentum=0.9`, because 60 steps are a short training. We call a rate *working* if the median
# validation loss ends below half of guessing, ln 10 / 2.

# %%
rates = [0.1, 0.3, 1.0, 3.0, 10.0]
models = {
    "without": deep_network,
    "before ReLU": partial(deep_network, before=quick),
    "after ReLU": partial(deep_network, after=quick),
}
sweep = dl.compare_normalizations(
    models, digits_task, rates, optimizer=SGD(), epochs=3, batch_size=64
)
sweep.plot(title="Batch normalization: which learning rates work?")

# %%
works = sweep.medians < np.log(10) / 2
width = [np.ptp(np.log10(rates)[row]) for row in works]  # in powers of ten
lowest = sweep.medians.min(axis=1)
for place in (1, 2):
    assert width[place] >= width[0] + 1, "a range of rates that is ten times wider"
    assert lowest[place] < 0.8 * lowest[0], "and after these few steps a lower loss"
    assert (sweep.final[place, :2] < sweep.final[0, :2]).all(), "at the same rate, on every seed"
assert not works[:, -1].any(), "the highest rate fails everywhere"
before, after = (sweep.final[place, sweep.medians[place].argmin()] for place in (1, 2))
assert before.min() < after.max() and after.min() < before.max(), "no clear difference"
assert np.sign(sweep.medians[1] - sweep.medians[2])[[0, 3]].tolist() == [1, -1]
print("Both places widen the range at least tenfold, medians of 5 seeds.")

# %% [markdown]
# **What it buys is a wide range of rates that work**, and in these 60 steps a lower loss at the same
# rate, too: at 0.1 and 0.3 it is lower with every seed. Before or after the ReLU? At 0.1 "after" is
# ahead, at 3 "before" is. At their best rates their bands overlap: no clear difference.
#
# ## Why can the steps be so long?
#
# The paper's own story was that it stops the layers' inputs from shifting about. Measurements
# did not support it (Santurkar et al., 2018). One reason can be shown exactly: **the length of
# the weights below the layer no longer matters.** Ten times the weights give the same
# output, and a tenth of the gradient, at right angles to the weights.

# %%
x, kernel = data.x_train[:64], random.normal(size=(64, 32))
pull = random.normal(size=(64, 32))  # any gradient from above


def output_and_gradient(kernel):
    z, state = x @ kernel, {}
    y = batch_normalization(z, 1.0, 0.0, state, training=True)
    return y, x.T @ gradients(pull, z, 1.0, state, training=True)[0]


y, g = output_and_gradient(kernel)
y_long, g_long = output_and_gradient(10 * kernel)
assert np.allclose(y_long, y, atol=0.01), "the same output, but for epsilon"
print(f"the gradient's length shrinks to {np.linalg.norm(g_long) / np.linalg.norm(g):.2g}")
cosines = (kernel * g).sum(axis=0) / np.linalg.norm(kernel, axis=0) / np.linalg.norm(g, axis=0)
assert np.abs(cosines).max() < 0.01, "at right angles"

# %% [markdown]
# So each step of SGD makes these weights longer (Pythagoras), and longer weights turn less at the
# next step: a rate that is too high weakens itself. The last layer, `logits`, has no such
# protection, and at rate 10 all three fail. One more consequence: an L2 penalty (lesson 12) on
# weights whose length does not matter can only act on their effective rate (van Laarhoven, 2017).
#
# ## Tiny batches
#
# The price: a row's output depends on the rows beside it. With two rows $\hat x$ is about +1 and
# −1, whichever the values; with one row it is 0, the output is `beta`, and no gradient gets
# through. How many rows does it take? We take the five trained networks, *leave them in training
# mode* by mistake, and let them classify validation digits in batches of 1 to 256.
# `batch_normalization` averages over axis 0: in the shape (rows, batches, 64) it takes all batches at
# once.

# %%
for count in (3, 2, 1):
    print(count, "rows:", batch_normalization(rows[:count], 1, 0, {}, training=True)[:, 1].round(2))
one = {}
batch_normalization(rows[:1], 1, 0, one, training=True)
d_x, *_ = gradients(np.ones((1, 2)), rows[:1], 1, one, training=True)
assert (d_x == 0).all()

# %%
x, y = data.x_val[:256], data.y_val[:256]
sizes = [1, 4, 16, 256]
accuracy = np.zeros((5, len(sizes)))
for column, size in enumerate(sizes):
    batches = x.reshape(-1, size, 64).swapaxes(0, 1)  # (rows, batches, pixels)
    for seed in runs.seeds:
        weights = runs.weights["momentum 0.9", seed][-1]
        answers = forward(weights, batches, training=True).argmax(axis=-1)
        accuracy[seed, column] = np.mean(answers.T.ravel() == y)

right = runs["momentum 0.9"].final("val_accuracy")[0]
_, ax = dl.new_axes(
    "In training mode the batch decides", "rows in the batch", "validation accuracy"
)
ax.set_xscale("log", base=2)
ax.set_xticks(sizes, [str(size) for size in sizes])
dl.plot_band(ax, sizes, accuracy, "training mode", **dl.method_style("training mode", 0))
dl.plot_band(
    ax, sizes, np.tile(right[:, None], 4), "inference mode", **dl.method_style("inference", 1)
)
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# One digit at a time: guessing. From 16 rows on there is little to see, and that is what makes
# this fault so common: it passes every test on large, mixed batches.
#
# ## Over which axis? Layer and group normalization
#
# All three use the same formula. Batch normalization averages over the rows for each unit, layer
# normalization over the units of each row, group normalization over groups of units of each row.
# The last two need no moving averages, have one mode only, and give a row the same output in any
# batch. So a network can *train* on single rows with them. With batch normalization it cannot: no
# gradient gets through, and in training mode every single digit gets the same answer. (The claims
# at the end check that on the five trained networks.)


# %%
def group_normalization(x, gamma, beta, groups, epsilon=0.001):
    grouped = x.reshape(len(x), groups, -1)
    mean, variance = grouped.mean(axis=-1, keepdims=True), grouped.var(axis=-1, keepdims=True)
    x_hat = (grouped - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat.reshape(x.shape) + beta


x, gamma, beta = (random.normal(size=shape).astype("float32") for shape in [(4, 6), 6, 6])
for groups, layer in {1: LayerNormalization(), 3: GroupNormalization(groups=3)}.items():
    layer.build((None, 6))
    layer.set_weights([gamma, beta])
    assert np.allclose(group_normalization(x, gamma, beta, groups), layer(x), atol=1e-5)
    assert np.allclose(layer(x)[:1], layer(x[:1]), atol=1e-5), "the rows beside it do not matter"
    single = tf.Variable(x[:1])
    with tf.GradientTape() as tape:
        unit = layer(single)[0, 0]
    assert (np.abs(tape.gradient(unit, single)) > 0.01).any(), "one row: a gradient gets through"
print("For rows, layer normalization is group normalization with one group; both are Keras's.")

# %% [markdown]
# ## The classic faults, measured
#
# Four ways to use the five trained networks. In the last two, five batches of *inverted* digits
# (white for black) pass through in training mode, without a single optimizer step.


# %%
def inference_mode():
    return np.mean(np.argmax(model(data.x_val, training=False), axis=1) == data.y_val)


def sorted_by_class():
    order = np.argsort(data.y_val, kind="stable")
    batches = [data.x_val[rows] for rows in np.array_split(order, 10)]
    logits = [forward(model.get_weights(), batch, training=True) for batch in batches]
    return np.mean(np.concatenate(logits).argmax(axis=1) == data.y_val[order])


def after_inverted_digits(trainable):
    for each in model.layers:
        each.trainable = trainable or not isinstance(each, BatchNormalization)
    for batch in np.split(data.x_train, 5):
        model(1 - batch, training=True)
    return inference_mode()


uses = {
    "inference mode": inference_mode,
    "training mode, sorted by class": sorted_by_class,
    "inverted digits seen": partial(after_inverted_digits, trainable=True),
    "the same, layers frozen": partial(after_inverted_digits, trainable=False),
}

# %%
model = deep_network(before=quick)
measured = {use: [] for use in uses}
for use, measure in uses.items():
    for seed in runs.seeds:
        model.set_weights(runs.weights["momentum 0.9", seed][-1])
        measured[use].append(measure())
rows = [[use, f"{np.median(values):.0%}"] for use, values in measured.items()]
dl.Table(["use", "validation accuracy, median"], rows, "The same five trained networks, four uses")

# %% [markdown]
# - **Training mode at prediction** fails as soon as a batch is not a fair sample.
# - **A pass in training mode changes the network**, even if nothing is trained: the averages move.
#   It happens when your own loop validates with `training=True`, or when a network is fine-tuned on
#   other data.
# - **Frozen** (`trainable = False`) means inference mode: `training=True` no longer reaches the
#   layer. That is what you want when you fine-tune. It is a fault if you freeze before the averages
#   were learned: then nothing is normalized.
#
# ## Check the claims

# %%
lagging, soon = (runs[label].history["accuracy"][0] for label in runs)
assert (lagging[:, 0] < in_training_mode[:, 0] - 0.2).all(), "far behind, on every seed"
assert np.median(lagging[:, -1]) > np.median(in_training_mode[:, -1]) - 0.1, "it passes"
assert np.median(in_training_mode[:, 1] - soon[:, 1]) < 0.05, "sooner with 0.9"
for seed in runs.seeds:
    pair = (runs.weights[label, seed][-1] for label in runs)
    kernels = ([w for w in weights if w.ndim == 2] for weights in pair)
    assert all(map(partial(np.allclose, atol=1e-4), *kernels)), "the same training"
    weights = runs.weights["momentum 0.9", seed][-1]
    logits = forward(weights, data.x_val[np.newaxis], training=True)  # batches of one row
    assert np.allclose(logits, logits[0, 0], atol=1e-5), "the same answer to every digit"
assert np.median(accuracy[:, 0]) < 0.2 and np.median(accuracy[:, 2:]) > 0.9
assert plain["learning rate 1"].history["loss"].min() > 1.5, "rate 1.0 breaks the plain network"
good, by_class, inverted, frozen = (np.median(values) for values in measured.values())
assert good == frozen > 0.9 and by_class < 0.5 and inverted < good - 0.2
model = deep_network(before=quick)
for training in (True, False):
    model.set_weights(runs.weights["momentum 0.9", 0][-1])
    logits = forward(model.get_weights(), data.x_val, training)
    assert np.allclose(logits, model(data.x_val, training=training), atol=1e-3), "as Keras"
never = BatchNormalization(trainable=False)
assert np.allclose(never(x, training=True), x / np.sqrt(1.001)), "frozen at the start: no effect"
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `momentum=0.99` is the share that is *kept*. PyTorch's `momentum=0.1` is the share that is
#   *added*: Keras's 0.9. PyTorch's moving variance also divides by n − 1, Keras's by n.
# - `model(x)` is inference mode. In a training loop of your own write `model(x, training=True)`, or
#   the layer never sees a batch statistic.
# - Once `fit` has run, `trainable = False` acts only after the next `compile`.
# - On images `LayerNormalization` normalizes each pixel over its channels, `GroupNormalization` a
#   group of channels over all pixels.
# - A `Dense` just before the layer needs no bias (`use_bias=False`): the mean takes it away, and
#   `beta` does its work.
# - 1,281 rows in batches of 64 leave a last batch of *one*: give it company, or drop it.
# - Gradient accumulation (lesson 16) does not give this layer the statistics of the large batch.
#
# ## Exercises
#
# **1.** Every batch has mean 5, and `momentum=0.99`. What is `moving_mean` after 100 steps?

# %% tags=["stub"]
moving_mean = ...
lesson_14.moving_mean.check(moving_mean)

# %% [markdown] tags=["solution"]
# It starts at 0; what is missing to 5 shrinks by 0.99 at each step.

# %% tags=["solution"]
moving_mean = 5 * (1 - 0.99**100)
lesson_14.moving_mean.check(moving_mean)

# %% [markdown]
# **2.** After one epoch `fit` reports an accuracy of 0.9 and a `val_accuracy` of 0.2. Which
# measurement tells lagging statistics from over-fitting? `"evaluate the training rows"`,
# `"evaluate the validation rows again"`, `"look at the gradient"` or `"lower the learning rate"`

# %% tags=["stub"]
measurement = ...
lesson_14.lag_or_over_fitting.check(measurement)

# %% [markdown] tags=["solution"]
# In inference mode a network that only over-fits still knows its training rows.

# %% tags=["solution"]
measurement = "evaluate the training rows"
lesson_14.lag_or_over_fitting.check(measurement)

# %% [markdown]
# **3.** Write the layer for images too, shape (rows, height, width, channels): a channel's
# statistics run over rows, height and width. `state` starts empty, as above.


# %% tags=["stub"]
def for_images(x, gamma, beta, state, training, momentum, epsilon): ...


lesson_14.any_rank.check(for_images)

# %% [markdown] tags=["solution"]
# Only the axes change: all but the last.


# %% tags=["solution"]
def for_images(x, gamma, beta, state, training, momentum, epsilon):
    axes = tuple(range(x.ndim - 1))
    mean, variance = state.get("moving_mean", 0.0), state.get("moving_variance", 1.0)
    if training:
        old_mean, old_variance = mean, variance
        mean, variance = x.mean(axis=axes), x.var(axis=axes)
        state["moving_mean"] = momentum * old_mean + (1 - momentum) * mean
        state["moving_variance"] = momentum * old_variance + (1 - momentum) * variance
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


lesson_14.any_rank.check(for_images)

# %% [markdown]
# **4.** At inference the layer only scales and shifts. Write `fold(kernel, bias, gamma, beta,
# moving_mean, moving_variance, epsilon)`: kernel and bias of the one `Dense` layer that replaces
# `Dense` followed by `BatchNormalization`.


# %% tags=["stub"]
def fold(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon): ...


lesson_14.fold.check(fold)

# %% [markdown] tags=["solution"]
# Phones and cameras run networks folded like this: the layer is free at inference.


# %% tags=["solution"]
def fold(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon):
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, (bias - moving_mean) * scale + beta


lesson_14.fold.check(fold)

# %% [markdown]
# ## Takeaways
#
# - In training mode a batch is normalized by its own mean and variance; in inference mode by moving
#   averages that training left behind. They differ while the averages lag, and for unfair batches.
# - Short training: lower the layer's `momentum`, and evaluate the training rows before you suspect
#   over-fitting.
# - It buys a wide range of learning rates that work. It costs independence: rows affect each other.
# - One row at a time: layer or group normalization.
#
# ## References
#
# - S. Ioffe, C. Szegedy, *Batch Normalization*, 2015.
# - N. Bjorck et al., *Understanding Batch Normalization*, 2018 (the learning rates).
# - S. Santurkar et al., *How Does Batch Normalization Help Optimization?*, 2018.
# - T. van Laarhoven, *L2 Regularization versus Batch and Weight Normalization*, 2017.
# - J. Ba, J. Kiros, G. Hinton, *Layer Normalization*, 2016; Y. Wu, K. He, *Group Normalization*, 2018.
#
# **Next:** lesson 15 asks when to stop, and which weights to keep.
