# %% [markdown]
# # 05 · How much data does one step need?
#
# **About 40 minutes.** You need lesson 02 (backpropagation) and lesson 04 (initialization).
#
# After this lesson you can
#
# - say what stochastic, mini-batch and full-batch gradient descent are, and what "SGD" means today;
# - write one step by hand, and prove that a whole epoch of them is what `fit` does;
# - predict how noisy the gradient of a batch is;
# - find the batch size beyond which more rows stop saving steps, and say why memory decides the rest.

# %%
import dlcourse as dl

dl.start(seed=0)
import keras
import numpy as np
from matplotlib import pyplot as plt

# %% [markdown]
# ## Look: three ways down the same valley
#
# 320 patients, two measurements each (body mass index and blood pressure), and one number to
# predict: how far their diabetes had advanced a year later. The model is `w₀·bmi + w₁·pressure`,
# so the loss is a valley over two weights that we can draw. Three descents start at the same point
# with the same learning rate. They differ in one thing: how many patients each step looks at.

# %%
patients = dl.diabetes()
x, y = patients.x_train[:, 2:4], patients.y_train[:, 0]  # columns 2 and 3; both standardized


def row_gradients_at(w):
    """The gradient of each patient's squared error, one row each."""
    return 2 * (x @ w - y)[:, np.newaxis] * x


def descend(batch_size, steps=40, rate=0.1):
    random, w = np.random.default_rng(4), np.array([-0.6, 1.0])
    path = [w]
    for _ in range(steps):
        batch = random.choice(len(x), batch_size, replace=False)
        w = w - rate * row_gradients_at(w)[batch].mean(axis=0)
        path.append(w)
    return np.array(path).T


# %%
w0, w1 = np.meshgrid(np.linspace(-0.8, 1.1, 60), np.linspace(-0.5, 1.5, 60))
valley = np.mean((w0[..., None] * x[:, 0] + w1[..., None] * x[:, 1] - y) ** 2, axis=-1)
figure, axes = dl.new_axes("40 steps at rate 0.1", "w₀", "w₁", columns=2)
for ax, sizes in zip(axes, [(len(x), 16), (len(x), 1)], strict=True):
    ax.contour(w0, w1, valley, levels=10, colors="0.8", linewidths=0.8)
    ax.set_ylim(-0.5, 1.5)  # the same window for both
    for size, style in zip(sizes, ["ks-", "o-"], strict=True):
        name = "all patients" if size == len(x) else f"{size} a step"
        ax.plot(*descend(size), style, markersize=3, linewidth=1, label=name)
    ax.legend()
plt.show()

# %% [markdown]
# With all patients in each step the path is smooth. With 16 it trembles, and arrives. With one it
# staggers about the valley and never settles, but each of its steps looked at 320 times fewer
# patients. Which is the better bargain? (To play: `dl.lab.descent(dl.ravine(20), batch_size=4)` in a
# new cell shows such walks, with sliders.)
#
# ## Predict before you run
#
# A batch is a random sample, so its gradient is off by some noise. You make the batch 16 times
# larger, from 4 to 64 rows. How much smaller does the noise, the typical
# distance from the gradient of all rows, get? Write one of `"16 times"`,
# `"4 times"`, `"hardly at all"`.

# %% tags=["stub"]
lesson_05 = dl.exercises.lesson_05
my_prediction = ...
lesson_05.how_much_noise.check(my_prediction)

# %% tags=["solution"]
lesson_05 = dl.exercises.lesson_05
my_prediction = "4 times"
lesson_05.how_much_noise.check(my_prediction)

# %% [markdown]
# ## The problem: one step for a whole pass over the data
#
# Gradient descent, by its definition, uses *all* the data for one step: compute the gradient of
# the mean loss over every example, then move against it. We try it on 1,280 handwritten digits.

# %%
from keras.optimizers import SGD

data = dl.digits()
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def build_model():
    hidden = keras.layers.Dense(32, activation="relu", name="hidden")
    return keras.Sequential([keras.Input((64,)), hidden, keras.layers.Dense(10, name="logits")])


model = build_model()
model.compile(SGD(1.2), loss)
history = model.fit(data.x_train, data.y_train, batch_size=1280, epochs=10, verbose=0).history
print(
    f"loss {history['loss'][0]:.1f} before the first step, {history['loss'][-1]:.1f} before the tenth"
)

# %% [markdown]
# Ten passes, 12,800 digits read, and all that reading paid for ten steps. At a loss of 0.1 this
# network has learned its digits; at this pace that takes some hundred passes. Could a step do with
# fewer examples?
#
# ## The idea
#
# **Estimate the gradient from a few examples, take a step, and take the next few.**
#
# $$g_B = \frac{1}{B} \sum_{i \in \text{batch}} \nabla \ell_i(w) \qquad\qquad w \leftarrow w - \eta\, g_B$$
#
# | symbol | Keras | the field's word |
# |---|---|---|
# | $B$ | `batch_size` of `fit` | batch size: examples in one step |
# | $\nabla \ell_i$ | | the gradient of example $i$ |
# | $g_B$ | the gradient | mini-batch gradient, their mean |
# | $\eta$ | `learning_rate` | learning rate, step size |
#
# How good is the estimate? Let the gradients of single rows scatter around the full gradient $g$
# with variance $\sigma^2$. In a sum of $B$ independent draws the variances add up to
# $B\sigma^2$. The mean divides the sum by $B$, so its variance is divided by $B^2$:
#
# $$\operatorname{Var}(g_B) = \frac{B\,\sigma^2}{B^2} = \frac{\sigma^2}{B}
# \qquad\text{noise} = \frac{\sigma}{\sqrt B}$$
#
# On average $g_B$ is right; it errs by $\sigma/\sqrt B$. On the patients' valley that is an ellipse
# around the full gradient, and we can draw it.

# %%
at_start = row_gradients_at(np.array([-0.6, 1.0]))
circle = np.array([np.cos(np.linspace(0, 2 * np.pi, 60)), np.sin(np.linspace(0, 2 * np.pi, 60))])
spread = np.linalg.cholesky(np.cov(at_start.T)) @ circle  # one standard deviation of one row
figure, ax = dl.new_axes("Gradients at the start of the path", "along w₀", "along w₁")
ax.plot(*at_start.T, ".", color="0.7", label="one patient each")
for size, color in zip((1, 16, 64), dl.PALETTE[:3], strict=True):
    ellipse = at_start.mean(axis=0)[:, None] + spread / np.sqrt(size)
    ax.plot(*ellipse, color=color, label=f"batches of {size}: mean ± one deviation")
ax.set(xlim=(-9, 4), ylim=(-3, 6))
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Each gray dot is one patient's opinion of where to go. A batch takes the mean of a few, and the
# ellipse says how far such a mean typically lies from the mean of all.
#
# The method has three names, by the size of the batch:
#
# | name | examples in a step | steps in an epoch of 1,280 |
# |---|---|---|
# | stochastic gradient descent | 1 | 1,280 |
# | mini-batch gradient descent | a few, such as 64 | 20 |
# | batch, or full-batch, gradient descent | all | 1 |
#
# An **epoch** is one pass over all rows, whatever the number of steps. Today "SGD" means all three:
# tutorials write `param = param - lr * grad`, "one batch at a time", and Keras's `SGD` never
# even learns the batch size. Only `fit` knows it.
#
# ## By hand
#
# Backpropagation through both layers (lesson 02), for each row by itself; the rule; and a loop over
# the batches of an epoch.


# %%
def gradients_by_row(weights, x, y):
    w1, b1, w2, b2 = weights
    hidden = np.maximum(x @ w1 + b1, 0)
    scores = np.exp(hidden @ w2 + b2)
    error = scores / scores.sum(axis=1, keepdims=True) - np.eye(10, dtype="float32")[y]
    back = (error @ w2.T) * (hidden > 0)
    return [x[:, :, None] * back[:, None], back, hidden[:, :, None] * error[:, None], error]


def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


def epoch_by_hand(weights, x, y, batch_size, learning_rate):
    for start in range(0, len(x), batch_size):
        batch = slice(start, start + batch_size)
        gradients = [rows.mean(axis=0) for rows in gradients_by_row(weights, x[batch], y[batch])]
        pairs = zip(weights, gradients, strict=True)
        weights = [sgd(w, g, {}, learning_rate) for w, g in pairs]
    return weights


# %% [markdown]
# ## The same as Keras, in plain Keras
#
# First the rule. Then one epoch of 128 rows as a single step, as two steps of 64, and as 128 steps
# of one, each beside the `fit` that you would write.

# %%
report = dl.conform(sgd, SGD(learning_rate=0.1))
assert report
print(report)

model = build_model()
model.compile(SGD(0.1), loss)
start = model.get_weights()
some_x, some_y = data.x_train[:128], data.y_train[:128]
for batch_size in (128, 64, 1):
    model.set_weights(start)
    model.fit(some_x, some_y, batch_size=batch_size, shuffle=False, verbose=0)
    ours = epoch_by_hand(start, some_x, some_y, batch_size, learning_rate=0.1)
    for by_hand, by_keras in zip(ours, model.get_weights(), strict=True):
        assert np.allclose(by_hand, by_keras, atol=1e-5)
    print(f"batch size {batch_size}: every weight agrees to 1e-5 after the epoch")

# %% [markdown]
# ## How noisy is the gradient of a batch?
#
# For five untrained networks we draw 100 batches of each size, and measure how far their gradients
# lie from the gradient of all 1,280 rows: the root mean square of the distance, as a share of that
# gradient's length.


# %%
def all_row_gradients(weights):
    parts = gradients_by_row(weights, data.x_train, data.y_train)
    return np.concatenate([part.reshape(1280, -1) for part in parts], axis=1)


def noise(by_row, batch_size):
    random, full = np.random.default_rng(batch_size), by_row.mean(axis=0)
    batches = [random.choice(1280, batch_size) for _ in range(100)]
    distances = [np.linalg.norm(by_row[batch].mean(axis=0) - full) for batch in batches]
    return np.sqrt(np.mean(np.square(distances))) / np.linalg.norm(full)


first_weights = []
for seed in range(5):
    keras.utils.set_random_seed(seed)
    first_weights.append(build_model().get_weights())
untrained = [all_row_gradients(weights) for weights in first_weights]

# %%
noise_sizes = np.array([1, 4, 16, 64, 256])
measured = np.array([[noise(by_row, size) for size in noise_sizes] for by_row in untrained])
labels = ("batch size (rows)", "noise / length of the full gradient")
figure, ax = dl.new_axes("Noise of a batch's gradient", *labels, xscale="log", yscale="log")
dl.plot_band(ax, noise_sizes, measured, "five networks", marker="o")
ax.axhline(1, color="0.6", linewidth=0.8)
ax.plot(
    noise_sizes, np.median(measured[:, 0]) / np.sqrt(noise_sizes), "k:", label="1 / √batch size"
)
dl.legend_beside(ax)
plt.show()

slopes = np.polyfit(np.log(noise_sizes), np.log(measured.T), deg=1)[0]
fall = np.median(measured[:, 1] / measured[:, 3])
outcomes = {16: "16 times", 4: "4 times", 1: "hardly at all"}
lesson_05.how_much_noise.compare(outcomes[min(outcomes, key=lambda times: abs(fall - times))])

# %% [markdown]
# The measured line lies on the dotted one: **the noise falls with the square root of the batch
# size.** Sixteen times the work buys a gradient that is four times better. Below the gray line at 1
# there is more gradient than noise; these untrained networks cross it near 32 rows. Beyond that
# point, what is left to gain? (We drew rows with replacement, as the derivation does. `fit` draws
# without, so its noise is a little smaller still: by 11 % for 256 of these 1,280 rows, and zero for all.)
#
# ## The experiment: how many steps, how many rows?
#
# We train until the loss on all training digits is 0.1, with batches of 4, 16, 64, 256 and 1,280
# rows, and count. Noise limits the learning rate, so each batch size gets its own: the best of
# three on seeds 5, 6 and 7. The steps are then counted on five other seeds.

# %%
task = dl.Task(data, build_model, loss)


def epochs_to_target(epochs, losses, target=0.1):
    """The epoch at which the loss crosses the target; between two epochs on a straight log line."""
    reached = np.flatnonzero(losses <= target)
    if not reached.size:
        return np.inf
    two = slice(reached[0] - 1, reached[0] + 1)
    return np.interp(-np.log(target), -np.log(losses[two]), epochs[two])


def steps_to_target(optimizer, rates, batch_size, epochs, seeds):
    """Steps to a training loss of 0.1, shape (rates, seeds)."""
    methods = {f"{r:g}": dl.Method(optimizer(r), batch_size=batch_size) for r in rates}
    every = max(1, epochs // 40)
    runs = dl.train_runs(methods, task, epochs=epochs, evaluate_every=every, seeds=seeds)
    curves = np.nan_to_num(runs.history["loss"], nan=np.inf, posinf=np.inf)
    reached = [[epochs_to_target(runs.epochs, curve) for curve in method] for method in curves]
    return np.array(reached) * 1280 / batch_size


# %%
def tuned_steps(optimizer, rates, epochs):
    """Find each batch size's best rate on seeds 5, 6, 7; then count the steps of five other seeds."""
    best, counted = {}, {}
    for size, tried in rates.items():
        tries = steps_to_target(optimizer, tried, size, epochs[size], seeds=[5, 6, 7])
        place = np.median(tries, axis=1).argmin()
        assert 0 < place < len(tried) - 1, "no best rate at the edge of the grid"
        best[size] = tried[place]
        counted[size] = steps_to_target(optimizer, [best[size]], size, epochs[size], range(5))[0]
    return best, counted


best_rate, steps = tuned_steps(
    SGD,
    rates={
        4: [0.1, 0.2, 0.4],
        16: [0.3, 0.6, 1.2],
        64: [0.6, 1.0, 1.4],
        **{size: [0.8, 1.2, 1.6] for size in (256, 1280)},
    },
    epochs={4: 6, 16: 8, 64: 16, 256: 36, 1280: 132},
)
print("best rates of SGD:", best_rate)

# %%
sizes = np.array(list(steps))
counted = np.array(list(steps.values()))  # (batch sizes, seeds)
scales = {"xscale": "log", "yscale": "log"}
figure, axes = dl.new_axes(
    "To a training loss of 0.1", "batch size (rows)", "", **scales, columns=2
)
panels = {"steps": counted, "digits read": counted * sizes[:, None]}
for ax, (ylabel, values) in zip(axes, panels.items(), strict=True):
    dl.plot_band(ax, sizes, values.T, "SGD", **dl.method_style("SGD", 0) | {"markevery": 1})
    ax.set_ylabel(ylabel)
    dl.mark_varying(ax, "details differ by machine")
dotted = {"linestyle": ":", "color": "0.4", "label": "twice the rows, half the steps"}
axes[0].plot(sizes, 4 * np.median(counted[0]) / sizes, **dotted)
axes[0].legend(loc="lower left")
plt.show()

# %% [markdown]
# ## How to read it
#
# **Left, steps.** From 4 to 16 rows the line follows the dotted one: twice the rows, half the steps,
# nothing wasted. Then it bends away. From 256 rows to all 1,280, five times the rows save hardly a
# step: the gradient is good enough, and the curvature sets the pace (lesson 06).
#
# **Right, digits read.** The same runs, each step paid by its rows. Small batches read some 7,000
# digits, five passes. The full batch reads nearly twenty times as many to get to the same place.
#
# **The best rate** grows with the batch as long as noise limits it, 0.2, 0.6, 1.0, then 1.2, and stops
# growing where noise is no longer the limit.
#
# So there is an elbow, and it has a name: the **critical batch size**. Below it you pay with steps,
# above it with rows. Can one see it coming? A batch whose noise equals its gradient has
# (noise of one row / length of the gradient)² rows. This *gradient noise scale* costs no training:


# %%
def noise_scale(weights):
    by_row = all_row_gradients(weights)
    return by_row.var(axis=0).sum() / np.sum(by_row.mean(axis=0) ** 2)


at_target = dl.train_runs(
    {"64": dl.Method(SGD(0.6), batch_size=64)}, task, epochs=12, record=["weights"]
)
before = np.array([noise_scale(weights) for weights in first_weights])
after = np.array([noise_scale(kept[-1]) for kept in at_target.weights.values()])
print(
    f"before training: {np.median(before):.0f} rows; after 12 epochs: {np.median(after):.0f} rows"
)

# %% [markdown]
# The elbow lies between 16 and 256 rows, and so do these two numbers. As the loss falls, the
# gradients of single rows shrink, but their mean shrinks faster: what remains is mostly noise. So late in
# training one averages more, by a larger batch or by a lower rate (lesson 11).
#
# ## Why not simply all rows? Memory, and the clock
#
# A training step keeps the output of every layer for the way back (lesson 02), for each row of the
# batch. `dl.measure_activations` counts these bytes. Beside it, the time of a plain Keras step.

# %%
from time import perf_counter

batch_sizes = np.array([1, 16, 64, 256, 1280])
megabytes = [dl.measure_activations(task, batch_size=int(size)) / 1e6 for size in batch_sizes]
milliseconds = []
for size in batch_sizes:
    batch = data.x_train[:size], data.y_train[:size]
    model.train_on_batch(*batch)  # compiles
    moments = [perf_counter()]
    for _ in range(20):
        model.train_on_batch(*batch)
        moments.append(perf_counter())
    milliseconds.append(1000 * np.median(np.diff(moments)))

figure, axes = dl.new_axes("What a step costs", "batch size (rows)", "", xscale="log", columns=2)
axes[0].plot(batch_sizes, megabytes, "o-")
axes[0].set(ylabel="kept for the way back (MB)", yscale="log")
axes[1].plot(batch_sizes, milliseconds, "o-")
axes[1].set(ylabel="time of a step (ms)")
dl.mark_varying(axes[1], "timed on this machine")
plt.show()

# %% [markdown]
# **Memory grows with every row.** This network is tiny: less than a megabyte for all digits. One
# convolution with 64 channels on pictures of 224 × 224 pixels keeps 13 MB *a picture*; for the 1.28
# million pictures of ImageNet that is 16 TB, for one layer. That is the plain reason why nobody takes
# full batches: they do not fit.
#
# **Time hardly grows, at first.** A step has a fixed price, the call, however few rows it gets, and
# the processor works on many rows at once. Up to the size that fills it, rows are nearly free. So
# the usual advice is a *hardware* answer: the largest batch that is still fast and fits in memory,
# as long as it stays below the critical batch size.
#
# ## Change one thing: the same rate for all
#
# A well-known tutorial trains with batches of 1 and of 64, **both at rate 0.01**, plots the loss
# of every 30th batch, and draws the lesson that too large a rate makes the loss jump about. We
# repeat it on our digits, and add batches of 64 at 64 times the rate.

# %%
pairs = [(1, 0.01), (64, 0.01), (64, 0.64)]
methods = {f"batch {b}, rate {rate:g}": dl.Method(SGD(rate), batch_size=b) for b, rate in pairs}
published = dl.train_runs(methods, task, epochs=3, record=["loss", "weights"])
jumping = published["batch 1, rate 0.01"].steps["loss"][0]  # (seeds, steps)
figure, axes = dl.new_axes("Three epochs", "epoch", "loss of one digit", yscale="log", columns=2)
axes[0].plot(np.arange(0, 3840, 30) / 1280, jumping[0, ::30], linewidth=0.8)
axes[0].set_title("batch 1: every 30th step, seed 0")
published.plot("loss", ax=axes[1])
axes[1].set_title("measured on all digits")
plt.show()

# %%
each_digit = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
jumps = []
for row, seed in enumerate(published.seeds):
    model.set_weights(published.weights["batch 1, rate 0.01", seed][-1])
    at_rest = each_digit(data.y_train, model(data.x_train))
    jumps.append(np.std(at_rest) / np.std(jumping[row, -1280:]))
print(f"jumps of a network at rest, as a share of those seen: {np.median(jumps):.1f}")

# %% [markdown]
# Two lessons hide here.
#
# - **The same rate is not the same speed.** In an epoch batches of 1 take 64 times as many steps, so
#   at equal rates they go about 64 times as far. Give batches of 64 the 64-fold rate and the gap
#   all but closes: as long as steps are small, *rate / batch size* is what counts.
# - **Most of the jumping is in the yardstick.** One digit is harder than the next, even for a network at
#   rest: its jumps are nearly as large. Measured on all digits, the loss falls smoothly.
#   Too large a rate does make a loss jump; this curve cannot show it.
#
# ## Check the claims
#
# Over five seeds, where chance is at work. Change the lesson and run this again: it says which claims
# still hold.

# %%
fewer = {size: np.median(steps[size]) for size in steps}  # steps, medians over five seeds
with dl.claim("The noise falls with the square root of the batch size, in each network."):
    assert np.allclose(slopes, -0.5, atol=0.04)
with dl.claim("From 4 to 16 rows nearly nothing is wasted."):
    assert fewer[4] / fewer[16] > 2.5
with dl.claim("From 256 rows to all, hardly a step is saved."):
    assert fewer[256] / fewer[1280] < 1.35
digits_read = {size: size * count for size, count in fewer.items()}
with dl.claim("The full batch reads over ten times as many digits."):
    assert digits_read[1280] > 10 * digits_read[16]
with dl.claim("The best rate grows with the batch, and then nearly stops."):
    assert (
        2 * best_rate[4] <= best_rate[16] <= best_rate[64] <= best_rate[1280] < 1.6 * best_rate[64]
    )
with dl.claim(
    "The noise scale starts at a few dozen rows, and has doubled at least after 12 epochs."
):
    assert 16 < np.median(before) < 64 and np.median(after) > 2 * np.median(before)
one, slow_64, fast_64 = np.median(published.final("loss"), axis=1)
with dl.claim("The same rate is not the same speed."):
    assert slow_64 > 3 * one
with dl.claim("At an equal ratio of rate to batch size, the speed is about equal."):
    assert 0.7 < fast_64 / one < 1.6
with dl.claim("Most of the jumping is in the yardstick."):
    assert np.median(jumps) > 0.7

# %% [markdown]
# ## In practice
#
# - Start with 32 to 256 rows, whatever fits in memory. Then tune the *learning rate*, and tune it
#   anew whenever you change the batch: the best rate moves with it, as it did here.
#   ([Tuning Playbook](https://github.com/google-research/tuning_playbook), 2023: treat the batch size
#   as a matter of speed, never as a way to tune the validation result.)
# - The curve of steps against batch size has this shape wherever it was measured, on networks of all
#   kinds; the elbow lies elsewhere for each, from a few dozen to many thousands
#   ([Shallue et al., 2019](https://jmlr.org/papers/v20/18-789.html)).
# - The noise scale predicts the elbow within a small factor and grows during training
#   ([McCandlish et al., 2018](https://arxiv.org/abs/1812.06162)). Language models are trained with
#   batches that are enlarged on the way for that reason.
# - Momentum (lesson 07) and Adam (lesson 09) move the elbow to larger batches
#   ([Zhang et al., 2019](https://arxiv.org/abs/1907.04164)); "Deeper" below looks at Adam here.
# - *Do small batches generalize better?* It was claimed
#   ([Keskar et al., 2017](https://arxiv.org/abs/1609.04836)) and mostly vanishes when each batch size
#   gets its own rate and enough steps (Shallue et al., and
#   [Hoffer et al., 2017](https://arxiv.org/abs/1705.08741)). We did not find it on the digits, which
#   are too easy to tell.
#
# ## Where Keras surprises you
#
# - `fit` takes batches of 32 where you give no `batch_size`.
# - `fit` shuffles arrays (`shuffle=True`), but not a `tf.data.Dataset` or a generator: shuffle these
#   yourself, with a buffer as long as the data. (Exercise 4 shows what happens otherwise.)
# - The last batch of an epoch holds what is left. If that is a single row, its noisy gradient counts
#   as much as that of a whole batch.
# - A Keras loss is the **mean** over the batch. With `reduction="sum"` the gradient grows with the
#   batch, and the rate has to shrink.
# - The loss that `fit` reports is the mean over an epoch's batches, while the weights change.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_05.<name>.hint()`, then `.solution()`.
#
# **1. Compute.** Batches of 16 have a noise of 0.8. Which batch size brings it down to 0.2?

# %% tags=["stub"]
batch_size = ...
lesson_05.batch_for_noise.check(batch_size)


# %% tags=["solution"]
# A quarter of the noise takes 4² = 16 times the rows.
batch_size = 16 * (0.8 / 0.2) ** 2
lesson_05.batch_for_noise.check(batch_size)

# %% [markdown]
# **2. Write** what `fit` does before each epoch: `minibatches(rows, batch_size, random)` returns a
# list of arrays of row numbers. Each row comes once, in an order drawn from the generator
# `random`, and the last batch holds what is left.


# %% tags=["stub"]
def minibatches(rows, batch_size, random): ...


lesson_05.minibatches.check(minibatches)


# %% tags=["solution"]
# Shuffle once, then cut.
def minibatches(rows, batch_size, random):
    order = random.permutation(rows)
    return [order[start : start + batch_size] for start in range(0, rows, batch_size)]


lesson_05.minibatches.check(minibatches)

# %% [markdown]
# **3. Beat this.** Batches of 64 at rate 1.0 read some 12,000 digits until the loss was 0.1. You may
# read 7,680: six epochs. Find a batch size and a rate that still get the training loss to 0.1, for
# each of three seeds. The check trains this network with your choice.

# %% tags=["stub"]
choice = {"batch_size": ..., "learning_rate": ...}
lesson_05.six_epochs.check(choice)

# %% tags=["solution"]
# Below the elbow no row is wasted: 16 rows, and a rate that is large for them.
choice = {"batch_size": 16, "learning_rate": 0.5}
lesson_05.six_epochs.check(choice)

# %% [markdown]
# **4. Repair.** This file comes sorted by class: first all 0s, last all 9s. A network that is trained on
# `batches_of(x, y)` for five epochs answers "9" nearly always: each batch holds one or two
# digits, and the last ones it saw were 9s. Repair it.


# %%
import tensorflow as tf


# %% tags=["stub"]
def batches_of(x, y):
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(64)


lesson_05.sorted_rows.check(batches_of)


# %% tags=["solution"]
def batches_of(x, y):
    # Rows are shuffled, not batches, and the buffer holds them all.
    return tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(64)


lesson_05.sorted_rows.check(batches_of)

# %% [markdown]
# ## Takeaways
#
# - A batch gives an estimate of the full gradient. Its noise falls with the square root of its size.
# - More rows a step save steps up to the critical batch size, and hardly any beyond it.
# - The best rate depends on the batch size: compare batch sizes each at its own, and say what you
#   hold equal: rows, steps or seconds.
# - Memory and hardware decide the rest: 32 to 256 rows are a good start. Shuffle the rows.
#
# ## References
#
# - H. Robbins, S. Monro, [*A Stochastic Approximation Method*](https://doi.org/10.1214/aoms/1177729586), 1951.
# - L. Bottou, F. Curtis, J. Nocedal, [*Optimization Methods for Large-Scale Machine
#   Learning*](https://arxiv.org/abs/1606.04838), 2018.
# - S. McCandlish et al., [*An Empirical Model of Large-Batch Training*](https://arxiv.org/abs/1812.06162), 2018.
# - C. Shallue et al., [*Measuring the Effects of Data Parallelism on Neural Network
#   Training*](https://jmlr.org/papers/v20/18-789.html), 2019.
# - Y. LeCun et al., [*Efficient BackProp*](http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf), 1998 (scaled inputs).
#
# **Next:** lesson 06 asks how big a step should be.
#
# ## Deeper
#
# **Adam and larger batches.** The same count for Adam, each batch size at its own best rate.

# %%
from keras.optimizers import Adam

_, adam_steps = tuned_steps(
    Adam,
    rates={64: [0.016, 0.032, 0.064], 1280: [0.023, 0.045, 0.09]},
    epochs={64: 8, 1280: 52},
)
for size in adam_steps:
    ratio = np.median(adam_steps[size]) / np.median(steps[size])
    assert ratio < 0.6, "Adam needs little more than half as many steps, or fewer"

# %% [markdown]
# From 64 rows to all 1,280, SGD's steps fall by a factor of two; Adam's by nearly three, and it needs
# about half as many, or fewer, to begin with. On ten further seeds, with rates a factor of 1.4 apart or
# less, the factors were 1.6 and 3.1: Adam's elbow lies at larger batches, as Zhang et al. measured on
# larger tasks.
#
# **Scaled and unscaled inputs.** Ten measurements of 442 patients as they were taken: an age near 50, a
# sex of 1 or 2, blood values up to 300. One linear layer, full batches, 200 steps at the best of three
# rates close below its stability limit. Textbooks say "standardize", which does two things at once: it
# shifts each column to mean 0, and scales it to deviation 1. Which of the two helps?

# %%
from sklearn.datasets import load_diabetes

raw, target = load_diabetes(return_X_y=True, scaled=False)
target = (target - target.mean()) / target.std()
shifted, deviation = raw - raw.mean(axis=0), raw.std(axis=0)
inputs = {"as measured": raw, "scaled only": raw / deviation}
inputs |= {"shifted only": shifted, "both": shifted / deviation}


def error_after_200(rows, rate, seed):
    w = np.append(
        np.random.default_rng(seed).uniform(-0.7, 0.7, 10), 0
    )  # Glorot's limit (lesson 04)
    for _ in range(200):
        w = w - rate * 2 * rows.T @ (rows @ w - target) / len(rows)
    return np.mean((rows @ w - target) ** 2)


# %%
table, errors = [], {}
for name, columns in inputs.items():
    rows = np.column_stack([columns, np.ones(len(columns))])  # the last column is the bias
    curvature = np.linalg.eigvalsh(2 * rows.T @ rows / len(rows))
    rates = np.array([0.9, 0.98, 0.995]) * 2 / curvature.max()
    errors[name] = min(np.median([error_after_200(rows, r, s) for s in range(5)]) for r in rates)
    ratio = f"{curvature.max() / curvature.min():.0e}"
    table.append([name, f"{2 / curvature.max():.1g}", ratio, f"{errors[name]:.2g}"])
columns = ["inputs", "largest stable rate", "steepest / flattest", "error after 200 steps"]
assert errors["both"] < errors["shifted only"] < errors["scaled only"] < 1 < errors["as measured"]
dl.Table(
    columns, table, "A linear layer on ten measurements; always answering the mean has error 1"
)

# %% [markdown]
# The third column is the valley's **condition**: how many times steeper its steepest direction is than
# its flattest. The steepest sets the largest stable rate, and the flattest needs as many steps as the
# condition says. Shifting helps more here than scaling, and both together best: what counts is the
# condition, not the scale as such. In Keras, `keras.layers.Normalization` does both; let it `adapt` to
# *training* rows only.
