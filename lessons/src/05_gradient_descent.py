# %% [markdown]
# # 05 · How much data does one step need?
#
# **About 40 minutes.** You need lesson 02 (backpropagation).
#
# After this lesson you can
#
# - say what stochastic, mini-batch and full-batch gradient descent are, and what "SGD" means today;
# - write one step by hand, and prove that a whole epoch of them is what `fit` does;
# - say how noisy a mini-batch gradient is, and what a larger batch buys;
# - compare batch sizes fairly, by examples seen and by steps;
# - see why rows are shuffled and inputs are scaled.

# %%
import dlcourse as dl

dl.start(seed=0)

import keras
import numpy as np
from keras.optimizers import SGD
from matplotlib import pyplot as plt

lesson_05 = dl.exercises.lesson_05

# %% [markdown]
# ## The problem: one step for a whole pass over the data
#
# Gradient descent, by its definition, uses *all* the data for one step: compute the gradient of
# the mean loss over every example, then move against it. We try it on 1,280 handwritten digits.

# %%
data = dl.digits()


def build_model():
    return keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(32, activation="relu", name="hidden"),
            keras.layers.Dense(10, name="logits"),
        ],
        name="digit_classifier",
    )


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
task = dl.Task(data, build_model, loss, metrics=["accuracy"])
data

# %%
slow = dl.train_runs({"full batch": SGD(0.5)}, task, epochs=200, batch_size=1280, evaluate_every=10)
figure, ax = dl.new_axes("200 passes over all digits", "epoch", "validation accuracy (fraction)")
accuracy = slow.history["val_accuracy"][0]
dl.plot_band(ax, slow.epochs, accuracy, "full batch", **dl.method_style("full batch", 2))
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# At the first mark each digit was read ten times, 12,800 readings in all, and one validation digit in
# five is still wrong. All that reading paid for ten steps. The network learns the digits in the end,
# after hundreds of thousands of readings. Could a step do with fewer examples?
#
# ## Predict before you run
#
# A batch is a random sample, so its gradient is off by some noise. You make the batch 16 times
# larger, from 4 to 64 digits. How much smaller does the noise get? Write one of `"16 times"`,
# `"4 times"`, `"hardly at all"`.

# %% tags=["stub"]
my_prediction = ...
lesson_05.how_much_noise.check(my_prediction)

# %% tags=["solution"]
my_prediction = "4 times"
lesson_05.how_much_noise.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Estimate the gradient from a few examples, take a step, and take the next few.**
#
# $$g_B = \frac{1}{B} \sum_{i \in \text{batch}} \nabla \ell_i(w) \qquad\qquad w \leftarrow w - \eta\, g_B$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $B$ | `batch_size` of `fit` | examples in one step |
# | $\nabla \ell_i$ | | gradient of the loss of example $i$ |
# | $g_B$ | the gradient | their mean over the batch |
# | $\eta$ | `learning_rate` | what the gradient is multiplied with |
#
# The method has three names, by the size of the batch:
#
# | name | examples in a step | steps in an epoch of 1,280 |
# |---|---|---|
# | stochastic gradient descent | 1 | 1,280 |
# | mini-batch gradient descent | a few, here 64 | 20 |
# | batch, or full-batch, gradient descent | all | 1 |
#
# An **epoch** is one pass over all rows, whatever the number of steps. Today "SGD" means all three:
# tutorials write `param = param - lr * grad`, "one batch at a time", and Keras's `SGD` never
# even learns the batch size. Only `fit` knows it.
#
# ## By hand
#
# Four examples with $y = 2x$, a model $w\,x$ with $w = 1$, and squared error: the gradient of one
# example is $2x\,(w x - y)$. The batches' gradients scatter around the full one, -15, less so
# the larger the batch. On average they are right.
#
# The cell after it does the same for the digits: backpropagation through both layers (lesson 02)
# for each row by itself, the rule, and a loop over the batches of an epoch.

# %%
x = np.array([1.0, 2.0, 3.0, 4.0])
one_by_one = 2 * x * (1.0 * x - 2 * x)
for batch_size in (1, 2, 4):
    gradients = one_by_one.reshape(-1, batch_size).mean(axis=1)
    shown = ", ".join(f"{g:g}" for g in gradients)
    print(f"batches of {batch_size}: gradients {shown}; their mean {gradients.mean():g}")


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
# of one, each beside `compile` and `fit` as you would write them.

# %%
report = dl.conform(sgd, SGD(learning_rate=0.1))
assert report
print(report)

model = build_model()
model.compile(SGD(0.1), loss)
start = model.get_weights()
x, y = data.x_train[:128], data.y_train[:128]
for batch_size in (128, 64, 1):
    model.set_weights(start)
    model.fit(x, y, batch_size=batch_size, shuffle=False, verbose=0)
    ours = epoch_by_hand(start, x, y, batch_size, learning_rate=0.1)
    for by_hand, by_keras in zip(ours, model.get_weights(), strict=True):
        assert np.allclose(by_hand, by_keras, atol=1e-5)
    print(f"batch size {batch_size}: every weight agrees to 1e-5 after the epoch")

# %% [markdown]
# ## How noisy is the gradient of a batch?
#
# We draw 100 batches of each size at a network's first weights, and measure how far their
# gradients lie from the gradient of all 1,280 rows (root mean square, as a share of its length).
# `counts[i, j]` says how often batch `i` holds row `j`: any number of times if rows are drawn *with
# replacement*, at most once *without*, as in an epoch.


# %%
def row_gradients(weights):
    parts = gradients_by_row(weights, data.x_train, data.y_train)
    return np.concatenate([part.reshape(1280, -1) for part in parts], axis=1)


def draw(batch_size, replace):
    random = np.random.default_rng(batch_size)
    if replace:
        counts = random.multinomial(batch_size, np.full(1280, 1 / 1280), size=100)
    else:
        counts = random.multivariate_hypergeometric(np.ones(1280, int), batch_size, size=100)
    return (counts / batch_size).astype("float32")  # each row's share in the batch's mean


def noise(by_row, shares):
    full = by_row.mean(axis=0)
    distances = np.linalg.norm(shares @ by_row - full, axis=1)
    return np.sqrt(np.mean(distances**2)) / np.linalg.norm(full)


# %%
first_weights = []
for seed in range(5):
    keras.utils.set_random_seed(seed)
    first_weights.append(build_model().get_weights())

sizes, measured = np.array([1, 4, 16, 64, 256]), {}
networks = [row_gradients(weights) for weights in first_weights]
for name, replace in {"with replacement": True, "without": False}.items():
    drawn = [draw(size, replace) for size in sizes]
    measured[name] = np.array([[noise(each, shares) for shares in drawn] for each in networks])

# %%
labels = ("batch size", "noise / length of the full gradient")
figure, ax = dl.new_axes(
    "Noise of the gradient, five networks", *labels, xscale="log", yscale="log"
)
for index, (name, values) in enumerate(measured.items()):
    dl.plot_band(ax, sizes, values, name, **dl.method_style(name, index))
line = np.median(measured["with replacement"][:, 0]) / np.sqrt(sizes)
ax.plot(sizes, line, color="0.4", linestyle=":", label="1 / √batch size")
dl.legend_beside(ax)
plt.show()

# %%
for name, values in measured.items():
    slopes = np.polyfit(np.log(sizes), np.log(values.T), deg=1)[0]
    print(f"{name}: slopes from {slopes.min():.2f} to {slopes.max():.2f}")
    assert np.allclose(slopes, -0.5, atol=0.04), "the square root, for each network"
fall = np.median(measured["with replacement"][:, 1] / measured["with replacement"][:, 3])
outcomes = {16: "16 times", 4: "4 times", 1: "hardly at all"}
lesson_05.how_much_noise.compare(outcomes[min(outcomes, key=lambda times: abs(fall - times))])

# %% [markdown]
# **The noise falls with the square root of the batch size.** Sixteen times the work buys a gradient
# that is four times better. Without replacement it falls a little faster, by the factor
# $\sqrt{(N-B)/(N-1)}$ for $N$ rows, and the full batch has no noise at all. At these first weights a
# batch of 64 already has less noise than gradient.
#
# ## With a clock
#
# What does an epoch cost? We time 20 plain Keras steps for each batch size and scale up.

# %%
import time

batch_sizes = np.array([1, 8, 64, 1280])
seconds = []
for batch_size in batch_sizes:
    batch = data.x_train[:batch_size], data.y_train[:batch_size]
    model.train_on_batch(*batch)  # compiles
    began = time.perf_counter()
    for _ in range(20):
        model.train_on_batch(*batch)
    seconds.append((time.perf_counter() - began) / 20)

per_example = np.array(seconds) / batch_sizes
figure, axes = dl.new_axes("Plain Keras, 1,280 digits", "batch size", "", yscale="log", columns=2)
times = {"time per epoch (s)": 1280 * per_example, "time per example (µs)": 1e6 * per_example}
for ax, (ylabel, heights) in zip(axes, times.items(), strict=True):
    ax.bar([str(size) for size in batch_sizes], heights)
    ax.set_ylabel(ylabel)
    dl.mark_varying(ax, "timed on this machine")
plt.show()

# %% [markdown]
# The heights are your machine's. Each step has a fixed price, the call, however few rows it gets;
# so an epoch of single digits is the dearest by far.
#
# ## The experiment: batches of 1, 64 and 1,280
#
# Noise limits the learning rate, so each batch size needs its own. We sweep the same
# rates for all three (lesson 10 shows why).

# %%
rates = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
sizes = {"batch 1": 1, "batch 64": 64, "full batch": 1280}
tries = dl.train_runs(
    {
        f"{label}, rate {rate:g}": dl.Method(SGD(rate), batch_size=size)
        for label, size in sizes.items()
        for rate in rates
    },
    task, epochs=10, seeds=range(2), evaluate_every=10,
)  # fmt: skip
final = dict(zip(sizes, tries.final("loss").reshape(3, 6, 2), strict=True))
labels = ("learning rate", "training loss")
figure, ax = dl.new_axes("Ten epochs at each rate", *labels, xscale="log", yscale="log")
for index, (label, losses) in enumerate(final.items()):
    dl.plot_band(ax, rates, losses.T, label, **dl.method_style(label, index))
dl.legend_beside(ax)
dl.mark_varying(ax, "chaotic beyond the valleys")
plt.show()

# %%
best = {label: rates[np.median(losses, axis=1).argmin()] for label, losses in final.items()}
assert not {rates[0], rates[-1]} & set(best.values()), "no best rate at the edge of the grid"
tuned = {label: dl.Method(SGD(best[label] / 2), batch_size=size) for label, size in sizes.items()}
for label, rate in best.items():
    print(f"{label}: best rate {rate:g}, we use {rate / 2:g}")

# %% [markdown]
# Single digits need a rate some thirty times lower: little noise is averaged away within a
# step, so it has to be averaged over many small steps. From 64 rows to all, the best rate stays:
# the full batch has no noise, so there the curvature sets the limit (lesson 06). We use half the
# best rate of each, a little farther from the cliff.
#
# **Equal numbers of examples:** ten epochs for each. That is 12,800 steps of one digit, 200 steps
# of 64, or 10 steps of all.
#
# **Equal numbers of steps:** 200 for each. That is 200 single digits, 12,800 in batches of 64, or
# 256,000 in full batches; these are the 200 passes of the first figure. In so short a run single
# digits may prefer a larger rate, so we let them have the best of three, with our loop by hand.

# %%
ten = {"epochs": 10, "evaluate_every": 2, "record": ["loss", "weights"]}
race = dl.train_runs(tuned, task, **ten)
race.plot("loss", title="Equal numbers of examples: ten epochs")
race.table("loss", "val_accuracy")


# %%
def end_of_singles(weights, rate):
    """Validation loss after 200 steps of one digit each, by hand."""
    x, y = data.x_train[:200], data.y_train[:200]
    model.set_weights(epoch_by_hand(weights, x, y, batch_size=1, learning_rate=rate))
    return float(loss(data.y_val, model(data.x_val)))


ends = {r: [end_of_singles(start, r) for start in first_weights] for r in (0.03, 0.1, 0.3)}
single_rate = min(ends, key=lambda rate: np.median(ends[rate]))
single = np.array(ends[single_rate])[:, np.newaxis]
assert best["full batch"] / 2 == 0.5, "the full batches of the first figure had this rate"
curves = {
    f"batch 1, rate {single_rate:g}": ([200], single),
    "batch 64": (20 * race.epochs, race["batch 64"].history["val_loss"][0]),
    "full batch": (slow.epochs, slow.history["val_loss"][0]),
}
figure, ax = dl.new_axes("Equal numbers of steps", "step", "validation loss", yscale="log")
for index, (label, (steps, losses)) in enumerate(curves.items()):
    dl.plot_band(ax, steps, losses, label, **{**dl.method_style(label, index), "markevery": 1})
dl.legend_beside(ax)
dl.mark_varying(ax, "last digits differ by machine")
plt.show()

# %% [markdown]
# ## How to read it
#
# - **For the same examples**, full batch is far behind: it takes too few steps. Batches of 1 and of
#   64 end with the same validation accuracy, give or take a few digits; on training digits, single
#   ones get a lower loss.
# - **For the same steps**, batches of 64 nearly keep up with full batches, which read 20 times as
#   many digits. Single digits are far behind: their steps are too noisy.
#
# So both figures speak for the middle. The clock speaks against single digits: an epoch of them takes
# hundreds of times as long as one step of all. Between 64 and 1,280 rows it decides less: whenever we
# timed it, twenty times the rows made a step at most four times as long. (With more rows or a larger
# network it takes far longer.) Which batch size is "better" depends on what you count, so always ask: per
# example, per step, or per second?
#
# Does the middle stay where it is? The batch whose noise equals the gradient has
# (noise of one row / length of the gradient)² rows. Before and after the epochs with batches of 64:


# %%
def equal_batch(by_row):
    return by_row.var(axis=0).sum() / np.sum(by_row.mean(axis=0) ** 2)


trained = [row_gradients(race.weights["batch 64", seed][-1]) for seed in race.seeds]
before, after = (np.array([equal_batch(g) for g in group]) for group in (networks, trained))
assert (after > before).all(), "for each of the five networks"
print(f"before: {np.median(before):.0f} rows, after: {np.median(after):.0f} rows (medians)")

# %% [markdown]
# As the loss falls, the rows' gradients begin to disagree and their mean shrinks: what remains is
# mostly noise. So late in training one averages more: by a larger batch, or by a lower
# rate (lesson 11).
#
# ## Change one thing: a published comparison
#
# A well-known tutorial trains a larger network on MNIST with batches of 1 and of 64, **both at rate
# 0.01**, plots the loss of every 30th batch, and draws the lesson that too large a rate makes the
# loss jump about. We repeat it on our digits, and add batches of 64 at 64 times the rate.

# %%
pairs = [(1, 0.01), (64, 0.01), (64, 0.64)]
methods = {f"batch {b}, rate {rate:g}": dl.Method(SGD(rate), batch_size=b) for b, rate in pairs}
published = dl.train_runs(methods, task, **ten)
figure, axes = dl.new_axes("Ten epochs", "epoch", "loss of one digit", yscale="log", columns=2)
jumping = published["batch 1, rate 0.01"].steps["loss"][0]
axes[0].plot(np.arange(0, 12800, 30) / 1280, jumping[0, ::30], linewidth=0.8)
axes[0].set_title("batch 1: every 30th step, seed 0")
published.plot("loss", ax=axes[1], title="measured on all digits", yscale="log")
plt.show()

# %%
each_digit = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
jumps = []
for seed in published.seeds:
    model.set_weights(published.weights["batch 1, rate 0.01", seed][-1])
    at_rest = each_digit(data.y_train, model(data.x_train))
    jumps.append(np.std(at_rest) / np.std(jumping[seed, -1280:]))
print(f"jumps of a network at rest, as a share of those seen: {np.median(jumps):.1f}")

# %% [markdown]
# Two lessons hide here.
#
# - **The same rate is not the same speed.** In an epoch batches of 1 take 64 times as many steps, so
#   at equal rates they go about 64 times as far. Give batches of 64 the 64-fold rate: they are
#   slower in the first epochs, and by the tenth the curves meet. As long as steps are small, *rate /
#   batch size* is what counts.
# - **The jumping is in the yardstick.** One digit is harder than the next, even for a network at
#   rest: its jumps are nine tenths as large. Measured on all digits, the loss falls smoothly.
#   Too large a rate does make a loss jump; this curve cannot show it.
#
# ## Shuffling, and what sorted data does
#
# Files often come sorted by class. We train by hand on the digits in that order, all 0s first and
# all 9s last, and again in a new random order each epoch.


# %%
def answers_after_training(seed, shuffled, epochs=5):
    weights, random = first_weights[seed], np.random.default_rng(seed)
    rows = np.argsort(data.y_train, kind="stable")
    for _ in range(epochs):
        rows = random.permutation(1280) if shuffled else rows
        weights = epoch_by_hand(weights, data.x_train[rows], data.y_train[rows], 64, 0.3)
    w1, b1, w2, b2 = weights
    return (np.maximum(data.x_val @ w1 + b1, 0) @ w2 + b2).argmax(axis=1)


right = {}
for name, shuffled in {"sorted": False, "shuffled": True}.items():
    answers = np.array([answers_after_training(seed, shuffled) for seed in range(5)])
    right[name] = np.median(np.mean(answers == data.y_val, axis=1))
    nines = np.median(np.mean(answers == 9, axis=1))
    print(f"{name}: {right[name]:.0%} right, {nines:.0%} of the answers are 9 (medians)")

# %% [markdown]
# A sorted batch holds one digit or two. Its gradient says "answer these, always", which is no
# estimate of the full gradient: this error has a direction, and it lasts for many steps in a row. Only
# an epoch as a whole averages it away, and at this rate the network has long followed each batch.
# At an epoch's end the network has just seen 9s, so 9 is what it answers. `fit` shuffles the
# rows of arrays anew in each epoch. Leave it at that.
#
# ## Scaled and unscaled inputs
#
# Ten measurements of 442 patients: an age near 50, a sex of 1 or 2, blood values up to 300. The
# target says how far diabetes advanced. One linear layer, full batches, 200 steps; in the
# second run each column is shifted to mean 0 and scaled to standard deviation 1.

# %%
from sklearn.datasets import load_diabetes

x, y = load_diabetes(return_X_y=True, scaled=False)
y = ((y - y.mean()) / y.std()).reshape(-1, 1)
inputs = {"as measured": x, "standardized": (x - x.mean(axis=0)) / x.std(axis=0)}


def build_line():
    return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1, name="line")])


line_rates = {
    "as measured": [1e-7, 1e-6, 1e-5, 1e-4],
    "standardized": [1e-4, 1e-3, 1e-2, 1e-1, 1.0],
}
squared = keras.losses.MeanSquaredError()
scaling = {}
for name, rows in inputs.items():
    patients = dl.Task(dl.Dataset(name, rows, y), build_line, squared)
    settings = {"epochs": 200, "batch_size": 442}
    scaling[name] = dl.sweep_learning_rate({name: SGD()}, patients, line_rates[name], **settings)

# %%
labels = ("learning rate", "mean squared error")
figure, ax = dl.new_axes(
    "200 steps, each line up to where it diverges", *labels, xscale="log", yscale="log"
)
for index, (name, sweep) in enumerate(scaling.items()):
    dl.plot_band(ax, sweep.learning_rates, sweep.final[0].T, name, **dl.method_style(name, index))
dl.legend_beside(ax)
plt.show()

# %%
largest = {}
for name, sweep in scaling.items():
    stable = np.isfinite(sweep.final[0]).all(axis=1)
    largest[name] = np.array(sweep.learning_rates)[stable].max()
    error = sweep.medians.min()
    print(f"{name}: largest stable rate {largest[name]:g}, median error {error:.2g}")

# %% [markdown]
# A column near 200 makes a gradient 200 times larger, and a curvature 200² times larger, than a
# column near 1. The largest columns set the limit of the rate (lesson 06), here ten thousand times
# lower, and 200 steps at such a rate end worse than always answering the mean, whose error is 1.
# Standardizing costs one line. With validation rows, take
# mean and deviation from the *training* rows, or let `keras.layers.Normalization` do it.
#
# ## Check the claims
#
# On medians over five seeds. The noise was checked above.


# %%
def median(runs, label, key="loss"):
    return np.median(runs[label].final(key))


small, middle, all_rows = (median(race, label) for label in sizes)
assert all_rows > 5 * max(small, middle), "equal examples: full batch is far behind"
gap = median(race, "batch 1", "val_accuracy") - median(race, "batch 64", "val_accuracy")
assert abs(gap) < 0.02 and small < middle, "equal examples: 1 and 64 end alike"
at_200 = median(race, "batch 64", "val_loss")
assert 0.7 * at_200 < np.median(slow.final("val_loss")) < 1.1 * at_200, "equal steps: 64 keeps up"
assert np.median(single) > 5 * at_200, "equal steps: 1 is too noisy"
one, slow_64, fast_64 = (median(published, label) for label in published.labels)
assert slow_64 > 5 * one, "the same rate is not the same speed"
assert abs(fast_64 / one - 1) < 0.2, "rate / batch size counts"
assert np.median(jumps) > 0.8, "the jumping is in the yardstick"
assert (np.median(measured["with replacement"], axis=0)[[2, 3]] > 1).tolist() == [True, False]
assert right["sorted"] < 0.3 < 0.9 < right["shuffled"], "sorted rows spoil the training"
assert largest["standardized"] > 5000 * largest["as measured"], "scaled inputs bear larger rates"
assert scaling["as measured"].medians.min() > 1, "and unscaled ones learn too slowly"
print("All eleven claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `fit` takes batches of 32 where you give no `batch_size`.
# - `fit` shuffles arrays (`shuffle=True`), but not a `tf.data.Dataset` or a generator: shuffle these
#   yourself, with a buffer as long as the data.
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
# **1.** 1,280 digits, `batch_size=100`, `epochs=3`. How many steps does `fit` take?

# %% tags=["stub"]
steps = ...
lesson_05.steps_of_fit.check(steps)


# %% tags=["solution"]
# Twelve batches of 100, and one of the 80 that are left: 13 steps an epoch.
steps = 3 * (12 + 1)
lesson_05.steps_of_fit.check(steps)

# %% [markdown]
# **2.** Batches of 16 have a noise of 0.8. Which batch size brings it down to 0.2?

# %% tags=["stub"]
batch_size = ...
lesson_05.batch_for_noise.check(batch_size)


# %% tags=["solution"]
# A quarter of the noise takes 4² = 16 times the rows.
batch_size = 16 * (0.8 / 0.2) ** 2
lesson_05.batch_for_noise.check(batch_size)

# %% [markdown]
# **3.** Write what `fit` does before each epoch: `minibatches(rows, batch_size, random)` returns a
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
# ## Takeaways
#
# - A batch gives an estimate of the full gradient. Its noise falls with the square root of its size.
# - Compare batch sizes each at its own learning rate, and say what you hold equal: examples, steps
#   or seconds. At an equal rate you mostly compare speeds.
# - Full batches waste examples, single examples waste steps and time. A usual start is
#   32 to 256.
# - Shuffle the rows, and bring the inputs to one scale.
#
# ## References
#
# - H. Robbins, S. Monro, *A Stochastic Approximation Method*, 1951.
# - L. Bottou, F. Curtis, J. Nocedal, *Optimization Methods for Large-Scale Machine Learning*, 2018.
# - P. Goyal et al., *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017.
# - S. McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp*, 1998 (scaled inputs).
#
# **Next:** lesson 06 asks how big a step should be.
