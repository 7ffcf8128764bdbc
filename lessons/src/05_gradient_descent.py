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
import time

import dlcourse

dlcourse.start(seed=0)

import keras
import numpy as np
from keras.optimizers import SGD
from matplotlib import pyplot as plt

from dlcourse import Dataset, Method, Table, Task, conform, digits, mark_varying
from dlcourse import method_style, new_axes, plot_band, sweep_learning_rate, train_runs
from dlcourse.exercises import lesson_05
from dlcourse.legends import legend_beside

# %% [markdown]
# ## The problem: one step for a whole pass over the data
#
# Gradient descent, by its definition, uses *all* the data for one step: compute the gradient of
# the mean loss over every example, then move against it. We try it on 1,280 handwritten digits.

# %%
data = digits()
data


# %%
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
task = Task(data, build_model, loss, metrics=["accuracy"])
slow = train_runs({"full batch": Method(SGD(0.5), batch_size=1280)}, task, epochs=10)
slow.plot("val_accuracy", title="Ten passes over all digits, ten steps")

# %% [markdown]
# Each digit was read ten times, 12,800 readings in all, and about half of the validation digits
# are still wrong. All that reading paid for ten steps. Could a step do with fewer examples?
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
# Four examples with $y = 2x$, a model $w\,x$ with $w = 1$, and squared error: the
# gradient of one example is $2x\,(w x - y)$.

# %%
x = np.array([1.0, 2.0, 3.0, 4.0])
one_by_one = 2 * x * (1.0 * x - 2 * x)
batches = {1: one_by_one, 2: one_by_one.reshape(2, 2).mean(axis=1), 4: [one_by_one.mean()]}
Table(
    ["batch size", "gradients of an epoch's batches", "their mean"],
    [
        [size, ", ".join(f"{g:g}" for g in gradients), np.mean(gradients)]
        for size, gradients in batches.items()
    ],
    "All batch sizes aim at the same gradient",
)

# %% [markdown]
# The estimates scatter around the full gradient, -15, and the scatter shrinks as the batch grows.
# On average they are right.
#
# Now the digits. Backpropagation through both layers (lesson 02), for each row by itself:


# %%
def gradients_by_row(weights, x, y):
    w1, b1, w2, b2 = weights
    hidden = np.maximum(x @ w1 + b1, 0)
    scores = np.exp(hidden @ w2 + b2)
    error = scores / scores.sum(axis=1, keepdims=True) - np.eye(10)[y]
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
# ## The same as Keras?
#
# First the rule. Then a step of all rows, two steps of 64 and 128 steps of one, each beside `fit`.

# %%
report = conform(sgd, SGD(learning_rate=0.1))
assert report
report

# %%
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
    print(f"batch size {batch_size}: {128 // batch_size} steps, all weights agree to 1e-5")

# %% [markdown]
# ## How noisy is the gradient of a batch?
#
# We draw 200 batches of each size at a network's first weights, and measure how far their
# gradients lie from the gradient of all 1,280 rows (root mean square, as a share of its length).
# `counts[i, j]` says how often batch `i` holds row `j`: any number of times if rows are drawn *with
# replacement*, at most once *without*, as in an epoch.


# %%
def row_gradients(weights):
    weights = [w.astype(float) for w in weights]
    parts = gradients_by_row(weights, data.x_train.astype(float), data.y_train)
    return np.concatenate([part.reshape(1280, -1) for part in parts], axis=1)


def noise(by_row, batch_size, replace, random):
    if replace:
        counts = random.multinomial(batch_size, np.full(1280, 1 / 1280), size=200)
    else:
        counts = random.multivariate_hypergeometric(np.ones(1280, int), batch_size, size=200)
    full = by_row.mean(axis=0)
    distances = np.linalg.norm(counts @ by_row / batch_size - full, axis=1)
    return np.sqrt(np.mean(distances**2)) / np.linalg.norm(full)


# %%
def first_weights(seed):
    keras.utils.set_random_seed(seed)
    return build_model().get_weights()


sizes = np.array([1, 4, 16, 64, 256])
measured = {True: [], False: []}
for seed in range(5):
    by_row, random = row_gradients(first_weights(seed)), np.random.default_rng(seed)
    for replace, networks in measured.items():
        networks.append([noise(by_row, size, replace, random) for size in sizes])

# %%
figure, ax = new_axes(
    "Noise of the gradient: five networks, 200 batches each",
    "batch size", "noise / length of the full gradient", xscale="log", yscale="log",
)  # fmt: skip
plot_band(ax, sizes, measured[True], "with replacement", marker="o")
plot_band(ax, sizes, measured[False], "without", marker="s")
line = np.median(measured[True], axis=0)[0] / np.sqrt(sizes)
ax.plot(sizes, line, color="0.4", linestyle=":", label="1 / square root of the batch")
legend_beside(ax)
plt.show()

# %%
slopes = {
    replace: [np.polyfit(np.log(sizes), np.log(values), deg=1)[0] for values in networks]
    for replace, networks in measured.items()
}
for replace, values in slopes.items():
    words = "with replacement" if replace else "without replacement"
    print(f"{words}: slopes from {min(values):.2f} to {max(values):.2f}")
assert np.allclose(slopes[True], -0.5, atol=0.03), "the square root, for each network"
by_size = np.median(measured[True], axis=0)
fall = by_size[sizes == 4] / by_size[sizes == 64]
outcomes = {16: "16 times", 4: "4 times", 1: "hardly at all"}
lesson_05.how_much_noise.compare(outcomes[min(outcomes, key=lambda times: abs(fall - times))])

# %% [markdown]
# **The noise falls with the square root of the batch size.** Sixteen times the work buys a gradient
# that is four times better. Without replacement it falls a little faster, by the factor
# $\sqrt{(N-B)/(N-1)}$, because the full batch has no noise at all.
#
# At the start a batch of 64 is enough for the noise to be smaller than the gradient itself.
#
# ## In plain Keras, with a clock
#
# The batch size is an argument of `fit` (32 where you give none). What does an epoch cost?

# %%
model.compile(SGD(0.1), loss, metrics=["accuracy"])
batch_sizes = [1, 8, 64, 1280]
seconds = []
for batch_size in batch_sizes:
    warm_up = slice(0, batch_size)
    model.fit(data.x_train[warm_up], data.y_train[warm_up], batch_size=batch_size, verbose=0)
    began = time.perf_counter()
    model.fit(data.x_train, data.y_train, batch_size=batch_size, verbose=0)
    seconds.append(time.perf_counter() - began)

# %%
figure, axes = new_axes("Plain Keras on 1,280 digits", "batch size", "", columns=2)
names = [str(size) for size in batch_sizes]
axes[0].bar(names, seconds)
axes[0].set(ylabel="time per epoch (s)", yscale="log")
axes[1].bar(names, [1e6 * each / 1280 for each in seconds])
axes[1].set(ylabel="time per example (µs)", yscale="log")
for ax in axes:
    mark_varying(ax, "timed on this machine")
plt.show()

# %% [markdown]
# The heights are your machine's. A step has a fixed price, the call; and a matrix product uses
# the processor better on 64 rows than on one. So single examples are the dearest by far, and beyond
# some tens of rows a larger batch saves little more. This is why nobody trains with batches of 1.
#
# ## The experiment: batches of 1, 64 and 1,280
#
# Noise limits the learning rate, so each batch size needs its own. We sweep the same
# rates for all three (lesson 10 shows why).

# %%
rates = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
labels = {"batch 1": 1, "batch 64": 64, "full batch": 1280}
sweeps = {
    label: sweep_learning_rate(
        {label: SGD()}, task, rates, epochs=10, seeds=range(2), batch_size=size, monitor="loss"
    )
    for label, size in labels.items()
}
figure, ax = new_axes(
    "Ten epochs at each rate", "learning rate", "training loss", xscale="log", yscale="log"
)
for index, (label, sweep) in enumerate(sweeps.items()):
    plot_band(ax, rates, sweep.final[0].T, label, **method_style(label, index))
legend_beside(ax)
mark_varying(ax, "chaotic beyond the valleys")
plt.show()

# %% [markdown]
# Batches of 1 like a rate some thirty times lower than batches of 64: averaging less noise away,
# they need smaller steps. We take **half the best rate** of each, a little farther from the cliff.

# %%
best = {label: sweep.best_rates()[label] for label, sweep in sweeps.items()}
assert not any(sweep.at_the_edge() for sweep in sweeps.values())
tuned = {label: Method(SGD(best[label] / 2), batch_size=size) for label, size in labels.items()}
Table(
    ["batch size", "best rate", "rate used"],
    [[size, f"{best[label]:g}", f"{best[label] / 2:g}"] for label, size in labels.items()],
    "Each batch size has its own learning rate",
)

# %% [markdown]
# ### Equal numbers of examples
#
# Ten epochs for each: 12,800 steps of one digit, 200 steps of 64, or 10 steps of all.

# %%
race = train_runs(tuned, task, epochs=10, record=["model"])
race.plot("loss", title="Equal numbers of examples: ten epochs")

# %%
race.table("loss", "val_accuracy")

# %% [markdown]
# ### Equal numbers of steps
#
# Now 200 steps for each: 200 single digits, 12,800 in batches of 64, or 256,000 in full batches. For
# the short run of single digits a larger rate may do better, so we let it have its best of three.

# %%
full = train_runs({"full batch": tuned["full batch"]}, task, epochs=200, evaluate_every=20)
few_digits = Task(data.with_train_size(200), build_model, loss, metrics=["accuracy"])
single = train_runs(
    {f"batch 1, rate {rate:g}": Method(SGD(rate), batch_size=1) for rate in (0.03, 0.1, 0.3)},
    few_digits, epochs=1,
)  # fmt: skip
shortest = single[single.labels[np.median(single.final("val_loss"), axis=1).argmin()]]

# %%
figure, ax = new_axes("Equal numbers of steps", "step", "validation loss", yscale="log")
curves = {
    shortest.labels[0]: ([200], shortest),
    "batch 64": (20 * race.epochs, race["batch 64"]),
    "full batch": (full.epochs, full),
}
for index, (label, (steps, runs)) in enumerate(curves.items()):
    plot_band(ax, steps, runs.history["val_loss"][0], label, **method_style(label, index))
legend_beside(ax)
plt.show()

# %% [markdown]
# ## How to read it
#
# - **For the same examples**, full batch is far behind: it takes too few steps. Batches of 1 and of
#   64 end with the same validation accuracy, give or take a few digits.
# - **For the same steps**, batches of 64 and full batches draw *the same curve*, though one reads 20
#   times as many digits. Batches of 1 are far behind: their steps are too noisy.
#
# So both figures speak for the middle, and the clock does too: the smallest batch that the machine
# computes about as fast as a single row. Which batch size is "better" depends on what you
# count, so always ask: per example, per step, or per second?
#
# ## Noise matters more at the end
#
# How large must a batch be for its noise to equal the gradient? That is (noise of one row /
# length of the full gradient)², here before and after the ten epochs.


# %%
def equal_batch(weights):
    by_row = row_gradients(weights)
    full_gradient = by_row.mean(axis=0)
    one_row = np.sum((by_row - full_gradient) ** 2, axis=1).mean()
    return one_row / np.sum(full_gradient**2)


before = [equal_batch(first_weights(seed)) for seed in race.seeds]
after = [equal_batch(race.models["batch 64", seed].get_weights()) for seed in race.seeds]
assert (np.array(after) > before).all(), "for each of the five networks"
print(f"before: {np.median(before):.0f} rows, after: {np.median(after):.0f} rows")

# %% [markdown]
# As the loss falls, the rows' gradients begin to disagree and the mean shrinks: what remains
# is mostly noise. That is one reason to lower the rate late in training (lesson 11), which averages
# over more steps, or to enlarge the batch.
#
# ## Change one thing: a published comparison
#
# A well-known tutorial trains with batches of 1 and of 64, **both at rate 0.01**, plots the loss
# of every 30th batch, and draws the lesson that too large a rate makes the loss jump about. We
# repeat it on our digits, and add a third run: batches of 64 at 64 times the rate.

# %%
same_rate = train_runs(
    {
        "batch 1, rate 0.01": Method(SGD(0.01), batch_size=1),
        "batch 64, rate 0.01": Method(SGD(0.01), batch_size=64),
        "batch 64, rate 0.64": Method(SGD(0.64), batch_size=64),
    },
    task,
    epochs=5,
    record=["loss", "model"],
)
figure, axes = new_axes("Five epochs", "epoch", "training loss", yscale="log", columns=2)
jumping = same_rate["batch 1, rate 0.01"].steps["loss"][0, 0, ::30]
axes[0].plot(np.arange(len(jumping)) * 30 / 1280, jumping, linewidth=0.8)
axes[0].set_title("batch 1: every 30th step's digit")
same_rate.plot("loss", ax=axes[1], title="measured on all digits", yscale="log")
plt.show()

# %% [markdown]
# Two lessons hide in this figure.
#
# - **The same rate is not the same speed.** In an epoch batches of 1 take 64 times as many steps, so
#   at equal rates they go about 64 times as far. Give batches of 64 the 64-fold rate, and the curves
#   agree: while steps are small, *rate / batch size* is what counts.
# - **The jumping is in the yardstick.** A single digit's loss differs from the next digit's even
#   if the network stands still. Measured on all digits, the loss falls smoothly. Too large a
#   rate does make a loss jump, but this curve cannot show it.

# %%
ratios = []
for seed in same_rate.seeds:
    network = same_rate.models["batch 1, rate 0.01", seed]
    standing = keras.losses.sparse_categorical_crossentropy(
        data.y_train, network(data.x_train), from_logits=True
    )
    last_epoch = same_rate["batch 1, rate 0.01"].steps["loss"][0, seed, -1280:]
    ratios.append(np.std(standing) / np.std(last_epoch))
print(f"jumps of a network that stands still / jumps seen: {np.median(ratios):.2g}")

# %% [markdown]
# ## Shuffling, and what sorted data does
#
# Files often come sorted by class. We train on the digits in that order, all 0s first, all 9s last,
# and again in a new random order each epoch. It is the loop by hand from above.


# %%
def predict(weights, x):
    w1, b1, w2, b2 = weights
    return (np.maximum(x @ w1 + b1, 0) @ w2 + b2).argmax(axis=1)


in_order = np.argsort(data.y_train, kind="stable")
answers = {"sorted": [], "shuffled": []}
for seed in range(5):
    random = np.random.default_rng(seed)
    for name, networks in answers.items():
        weights = first_weights(seed)
        for _ in range(5):
            rows = in_order if name == "sorted" else random.permutation(1280)
            weights = epoch_by_hand(weights, data.x_train[rows], data.y_train[rows], 64, 0.3)
        networks.append(predict(weights, data.x_val))

# %%
accuracy = {name: np.mean(given == data.y_val, axis=1) for name, given in answers.items()}
nines = {name: np.mean(np.array(given) == 9, axis=1) for name, given in answers.items()}
Table(
    ["order of the rows", "validation accuracy", "answers that are 9"],
    [[name, *(f"{np.median(v[name]):.0%}" for v in (accuracy, nines))] for name in answers],
    "After five epochs in batches of 64: medians of 5 seeds",
)

# %% [markdown]
# A sorted batch holds one digit. Its gradient says "answer this digit, always", which is no estimate
# of the full gradient at all: the error has a direction, and no averaging removes it. At the end
# of each epoch the network has just seen 9s, and 9 is what it answers most. `fit` shuffles the rows of
# arrays anew in each epoch. Keep it so.
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


line_rates = [10.0**power for power in range(-7, 1)]
squared = keras.losses.MeanSquaredError()
scaling = {
    name: sweep_learning_rate(
        {name: SGD()}, Task(Dataset(name, rows, y), build_line, squared), line_rates,
        epochs=200, batch_size=442,
    )
    for name, rows in inputs.items()
}  # fmt: skip

# %%
figure, ax = new_axes(
    "200 full-batch steps: a line ends where training diverges",
    "learning rate", "mean squared error", xscale="log", yscale="log",
)  # fmt: skip
for index, (name, sweep) in enumerate(scaling.items()):
    plot_band(ax, line_rates, sweep.final[0].T, name, **method_style(name, index))
legend_beside(ax)
plt.show()

# %%
largest = {
    name: max(np.array(line_rates)[np.isfinite(sweep.final[0]).all(axis=1)])
    for name, sweep in scaling.items()
}
reached = {name: sweep.medians.min() for name, sweep in scaling.items()}
Table(
    ["inputs", "largest stable rate", "error reached"],
    [[name, f"{largest[name]:g}", f"{reached[name]:.2g}"] for name in inputs],
    "Medians of 5 seeds; always answering the mean has an error of 1",
)

# %% [markdown]
# A column near 200 makes a gradient 200 times larger, and a curvature 200² times larger, than a
# column near 1. The steepest column sets the limit of the rate (lesson 06), ten thousand times lower
# here, and the others then hardly move. Standardizing costs two lines. With validation rows, take
# mean and deviation from the *training* rows, or let `keras.layers.Normalization` do it.
#
# ## Check the claims
#
# On medians over five seeds. The noise was checked above.


# %%
def median(runs, label, key):
    return np.median(runs[label].final(key))


small, middle, all_rows = (median(race, label, "loss") for label in labels)
assert all_rows > 5 * max(small, middle), "equal examples: full batch is far behind"
gap = median(race, "batch 1", "val_accuracy") - median(race, "batch 64", "val_accuracy")
assert abs(gap) < 0.02, "equal examples: 1 and 64 end alike"
at_200 = median(race, "batch 64", "val_loss")
assert abs(np.median(full.final("val_loss")) / at_200 - 1) < 0.15, "equal steps: 64 is enough"
assert np.median(shortest.final("val_loss")) > 5 * at_200, "equal steps: 1 is too noisy"
one, slow_64, fast_64 = (median(same_rate, label, "loss") for label in same_rate.labels)
assert slow_64 > 5 * one and abs(fast_64 / one - 1) < 0.2, "rate / batch size counts"
assert np.median(ratios) > 0.7, "most of the jumping is in the yardstick"
assert np.median(accuracy["sorted"]) < 0.4 < 0.9 < np.median(accuracy["shuffled"])
assert largest["standardized"] > 5000 * largest["as measured"]
print("All eight claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `fit` shuffles arrays (`shuffle=True`), but not a `tf.data.Dataset` or a generator: shuffle these
#   yourself, with a buffer as long as the data.
# - The last batch of an epoch holds what is left. If that is a single row, its noisy gradient moves
#   the weights as far as that of a whole batch.
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

# %% [markdown] tags=["solution"]
# Twelve batches of 100, and one of the 80 that are left: 13 steps an epoch.

# %% tags=["solution"]
steps = 3 * (12 + 1)
lesson_05.steps_of_fit.check(steps)

# %% [markdown]
# **2.** Batches of 16 have a noise of 0.8. Which batch size brings it down to 0.2?

# %% tags=["stub"]
batch_size = ...
lesson_05.batch_for_noise.check(batch_size)

# %% [markdown] tags=["solution"]
# A quarter of the noise takes 4² = 16 times the rows.

# %% tags=["solution"]
batch_size = 16 * (0.8 / 0.2) ** 2
lesson_05.batch_for_noise.check(batch_size)

# %% [markdown]
# **3.** Write what `fit` does before each epoch: `minibatches(rows, batch_size, random)` returns a
# list of arrays of row numbers. Each row comes once, in an order drawn from the generator
# `random`, and the last batch holds what is left.


# %% tags=["stub"]
def minibatches(rows, batch_size, random): ...


lesson_05.minibatches.check(minibatches)

# %% [markdown] tags=["solution"]
# Shuffle once, then cut.


# %% tags=["solution"]
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
# - Full batches waste examples, single examples waste steps and time. Start with 32 to 256.
# - Shuffle the rows, and bring the inputs to one scale.
#
# ## References
#
# - H. Robbins, S. Monro, *A Stochastic Approximation Method*, 1951.
# - L. Bottou, F. Curtis, J. Nocedal, *Optimization Methods for Large-Scale Machine Learning*, 2018.
# - P. Goyal et al., *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017.
# - S. McCandlish, J. Kaplan, D. Amodei, *An Empirical Model of Large-Batch Training*, 2018.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp*, 1998 (scaled inputs).
#
# **Next:** lesson 06 asks how big a step should be.
