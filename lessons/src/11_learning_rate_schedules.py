# %% [markdown]
# # 11 · When should steps shrink?
#
# **About 45 minutes.** You need lessons 05 to 07 (gradient descent, learning rate, momentum).
#
# After this lesson you can
#
# - write each of Keras's schedules by hand, and prove it equal to Keras's;
# - tell whether a training gains from a shrinking rate, and when it only loses time;
# - say what a warm-up protects from;
# - find out whether a schedule ever ran: a well-known tutorial printed one that did not.

# %%
import dlcourse as dl

dl.start(seed=0)

import textwrap
import warnings

import keras
import numpy as np
from keras.callbacks import LearningRateScheduler, ReduceLROnPlateau
from keras.optimizers import SGD, schedules
from matplotlib import pyplot as plt

lesson_11 = dl.exercises.lesson_11

# %% [markdown]
# ## Play first
#
# A training of 200 noisy steps under a schedule: the rate of each step, and what the loss makes of it. Choose other
# schedules, or draw one. Goal: the lowest loss at the end. Is it the same schedule as for the lowest loss after 50 steps?

# %%
dl.lab.schedule(schedules.CosineDecay(0.1, decay_steps=200), steps=200)

# %% [markdown]
# ## The problem: fast, or quiet, but not both
#
# A straight-line model predicts how a patient's diabetes advances. Least squares gives the lowest
# possible loss exactly, so we can plot how far above it each training is.


# %%
def linear_model():
    return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1, name="score")])


patients = dl.diabetes()
patients_task = dl.Task(patients, linear_model, keras.losses.MeanSquaredError())
columns = np.column_stack([patients.x_train, np.ones(320)])
_, squares, *_ = np.linalg.lstsq(columns, patients.y_train.astype(float))
lowest = squares[0] / 320


def plot_excess(runs, title):
    _, ax = dl.new_axes(title, "epoch", "training loss above the minimum")
    for index, label in enumerate(runs):
        excess = runs[label].history["loss"][0] - lowest
        dl.plot_band(ax, runs[label].epochs, excess, label, **dl.method_style(label, index))
    ax.set_ylim(-0.002, 0.06)
    dl.legend_beside(ax)
    plt.show()


# %%
batches = {"epochs": 15, "batch_size": 16}  # 20 steps an epoch, 300 in all
constant = dl.compare_schedules(
    {"rate 0.1": 0.1, "rate 0.01": 0.01}, patients_task, optimizer=SGD(), **batches
)
plot_excess(constant, "Two constant rates")

# %% [markdown]
# At 0.1 the loss falls at once and then jumps about: each batch of 16 patients pulls elsewhere,
# and the steps are too long to average that out. At 0.01 it is quiet, and slow. A rate that starts
# high and shrinks should have both.
#
# ## Predict before you run
#
# Now another task: handwritten digits, a network that can learn every one of them by heart, five
# epochs from rate 0.5. Which has the lowest *training* loss in the end?
# `"constant"`, `"exponential decay"` or `"cosine"`?

# %% tags=["stub"]
my_prediction = ...
lesson_11.lowest_on_digits.check(my_prediction)

# %% tags=["solution"]
my_prediction = "constant"
lesson_11.lowest_on_digits.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Take long steps while the way is long, and short ones when only noise is left.** A schedule is
# a function of the step $t$, counted from 0. Steps must not shrink too fast either: their sum is
# as far as the weights can ever get. Robbins and Monro (1951) ask for both:
#
# $$\sum_t \eta_t = \infty \qquad\qquad \sum_t \eta_t^2 < \infty$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $t$ | `step` | optimizer steps so far, **not** epochs |
# | $\eta_0$ | `initial_learning_rate` | the rate at step 0 |
# | $T$ | `decay_steps` | how long the decay takes, in steps (exponential: steps in which it multiplies by $\gamma$) |
# | $\gamma$ | `decay_rate` | by how much, or how steeply |
#
# ## By hand
#
# All six of `keras.optimizers.schedules`, without the options `staircase` (exercise 2) and `cycle`.


# %%
def piecewise_constant(step, boundaries, values):
    return values[sum(step > boundary for boundary in boundaries)]


def exponential(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** (step / decay_steps)


def inverse_time(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate / (1 + decay_rate * step / decay_steps)


def polynomial(step, initial_learning_rate, end_learning_rate, decay_steps, power):
    left = 1 - min(step, decay_steps) / decay_steps
    return (initial_learning_rate - end_learning_rate) * left**power + end_learning_rate


print([exponential(step, 0.8, decay_steps=2, decay_rate=0.25) for step in (0, 1, 2, 4)])
print([inverse_time(step, 0.8, decay_steps=1, decay_rate=1.0) for step in (0, 1, 3, 7)])


# %%
def cosine(step, initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps):
    if warmup_target is None:
        warmup_target, warmup_steps = initial_learning_rate, 0
    if step < warmup_steps:
        rise = warmup_target - initial_learning_rate
        return initial_learning_rate + rise * step / warmup_steps
    progress = min((step - warmup_steps) / decay_steps, 1)
    height = 0.5 * (1 + np.cos(np.pi * progress))  # from 1 to 0
    return warmup_target * ((1 - alpha) * height + alpha)


def cosine_restarts(step, initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha):
    length, top = first_decay_steps, 1.0
    while step >= length:
        step, length, top = step - length, length * t_mul, top * m_mul
    height = top * 0.5 * (1 + np.cos(np.pi * step / length))
    return initial_learning_rate * ((1 - alpha) * height + alpha)


# %% [markdown]
# ## The same as Keras?
#
# `conform` compares each rule with Keras's at the first steps, around every step where something
# happens, and far beyond the end. The figure draws what Keras plans.

# %%
planned = {
    "piecewise": schedules.PiecewiseConstantDecay([249, 374], [0.1, 0.01, 0.001]),
    "exponential": schedules.ExponentialDecay(0.1, decay_steps=250, decay_rate=0.1),
    "inverse time": schedules.InverseTimeDecay(0.1, decay_steps=50, decay_rate=1.0),
    "polynomial": schedules.PolynomialDecay(0.1, decay_steps=500, power=2.0),
    "cosine, warm-up": schedules.CosineDecay(0.0, 450, warmup_target=0.1, warmup_steps=50),
    "cosine, restarts": schedules.CosineDecayRestarts(0.1, 100, t_mul=2.0, m_mul=0.5),
}

# %%
by_hand = [piecewise_constant, exponential, inverse_time, polynomial, cosine, cosine_restarts]
for rule, schedule in zip(by_hand, planned.values(), strict=True):
    report = dl.conform(rule, schedule)
    assert report
    print(report)
dl.trace_schedule(planned, steps=500).plot()

# %% [markdown]
# The figure is a *plan*: nothing was trained. Below, rates are those that the optimizer **used**,
# recorded at each step. The difference will matter.
#
# ## In plain Keras, then in an experiment
#
# A schedule goes where the rate would go. A callback instead changes the rate between epochs, and
# needs an optimizer whose rate is a plain number. Then the experiment: four ways to let the rate
# shrink from 0.1 in the same 300 steps, five seeds each, beside the constant rate from above.

# %%
planner, listener = linear_model(), linear_model()
planner.compile(SGD(schedules.CosineDecay(0.1, decay_steps=40)), loss="mse")
planner.fit(patients.x_train, patients.y_train, batch_size=16, epochs=2, verbose=0)
listener.compile(SGD(0.1), loss="mse")
halve = LearningRateScheduler(lambda epoch, rate: 0.1 * 0.5 ** (epoch // 3))
listener.fit(patients.x_train, patients.y_train, epochs=4, callbacks=[halve], verbose=0)
print([round(float(model.optimizer.learning_rate), 4) for model in (planner, listener)])

# %%
shrinking = {
    "halved every 3 epochs": halve,
    "exponential": schedules.ExponentialDecay(0.1, decay_steps=240, decay_rate=0.1),
    "cosine": schedules.CosineDecay(0.1, decay_steps=300, alpha=0.01),
    "ReduceLROnPlateau": ReduceLROnPlateau(factor=0.3, patience=2, min_lr=0.001),
}
runs = dl.compare_schedules(shrinking, patients_task, optimizer=SGD(0.1), **batches)
runs.plot_learning_rate()

# %%
five = {**{label: runs[label] for label in runs}, "constant": constant["rate 0.1"]}
plot_excess(five, "The same start, five schedules")

# %%
excess = {label: 1000 * (each.final("loss")[0] - lowest) for label, each in five.items()}
spread = {label: np.ptp(each.final("val_loss")) for label, each in five.items()}
rows = [[label, f"{np.median(excess[label]):.1f}", f"{spread[label]:.2f}"] for label in five]
columns = ["schedule", "training loss above the minimum × 1000", "range of validation loss"]
dl.Table(columns, rows, "After 15 epochs: median and range of 5 seeds")

# %% [markdown]
# ## How to read it
#
# - **Each way of shrinking brings the training loss far closer to its minimum** than the constant
#   rate does, on every seed. Which way matters much less.
# - On validation data the gain is *reliability*: the constant rate ends well or badly by the luck
#   of its last batches. For the typical patient we claim no gain.
# - `ReduceLROnPlateau` has no plan: it listens to the validation loss, and acted at other epochs
#   for each seed. By hand, below, it must give the rates that were used, if it hears the losses
#   that were recorded.

# %%
for label in runs:
    assert excess[label].max() < excess["constant"].min(), label
    assert spread[label] < 0.6 * spread["constant"], label
medians = [np.median(excess[label]) for label in runs]
assert max(medians) - min(medians) < 0.1 * np.median(excess["constant"])
print("All three claims hold over 5 seeds.")


# %%
def reduce_on_plateau(losses, learning_rate, factor, patience, min_lr, min_delta=1e-4):
    best, wait, rates = np.inf, 0, []
    for loss in losses:  # one an epoch
        rates.append(learning_rate)
        wait += 1
        if loss < best - min_delta:
            best, wait = loss, 0
        elif wait >= patience:
            learning_rate, wait = max(learning_rate * factor, min_lr), 0
    return rates


listening = runs["ReduceLROnPlateau"]
for row in range(5):
    used = listening.steps["learning_rate"][0, row, ::20]
    heard = listening.history["val_loss"][0, row]
    assert np.allclose(used, reduce_on_plateau(heard, 0.1, 0.3, patience=2, min_lr=0.001))
print("The same rates as Keras, in each epoch from each seed.")

# %% [markdown]
# ## Change one thing: a loss that noise does not hold up
#
# The line cannot fit all patients, so noise held its loss up. The network below can fit all its
# digits, and after five epochs it is still on its way down.


# %%
def build_model():
    return keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(64, activation="relu", name="hidden"),
            keras.layers.Dense(10, name="logits"),
        ],
        name="digit_classifier",
    )


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
digits_task = dl.Task(dl.digits(), build_model, loss, metrics=["accuracy"])
on_digits = dl.compare_schedules(
    {
        "constant": 0.5,
        "exponential decay": schedules.ExponentialDecay(0.5, decay_steps=100, decay_rate=0.1),
        "cosine": schedules.CosineDecay(0.5, decay_steps=200),
    },
    digits_task, optimizer=SGD(), epochs=5, evaluate_every=5,
)  # fmt: skip
on_digits.table("loss", "val_accuracy")

# %%
final = {label: on_digits[label].final("loss")[0] for label in on_digits}
assert (final["constant"] < final["cosine"]).all()
assert (final["cosine"] < final["exponential decay"]).all()
lesson_11.lowest_on_digits.compare(min(final, key=lambda label: np.median(final[label])))

# %% [markdown]
# At this rate shrinking only costs distance: on every seed the constant rate is lowest, and the decay
# that shrinks soonest is last. (At 1.0, where the steps are nearly too long, it does not: try it.) **A
# schedule is a remedy for noise and for steps that are too long: look whether they hold your loss up.**
#
# ## Warm-up: when the start is the steepest part
#
# Why would a rate *rise* first? Take the digits with pixels from 0 to 16, as they come. The first
# gradients are then far larger than later ones, and a full-sized step along them throws
# hidden units to where they are zero for every image. Such a unit is dead: no gradient comes back.

# %%
sixteen = dl.Dataset("pixels 0 to 16", 16 * dl.digits().x_train, dl.digits().y_train)
steep = dl.Task(sixteen, build_model, loss)
start = {
    "no warm-up": schedules.CosineDecay(0.05, decay_steps=200),
    "warm-up": schedules.CosineDecay(0.0, 160, warmup_target=0.05, warmup_steps=40),
}
warm = dl.compare_schedules(
    start, steep, optimizer=SGD(), epochs=5, record=["gradient_norm", "weights"]
)
warm.plot("loss", title="Pixels from 0 to 16: cosine with and without warm-up")


def dead_units(weights):
    w1, b1, *_ = weights
    return int(((sixteen.x_train @ w1 + b1).max(axis=0) <= 0).sum())


dead = {label: [dead_units(warm.weights[label, seed][-1]) for seed in range(5)] for label in warm}
norms = warm["warm-up"].steps["gradient_norm"][0]
print(f"gradient norm at step 0: {np.median(norms[:, 0]):.3g}", end="; ")
print(f"in the last epoch: {np.median(norms[:, -40:]):.2g}")
print({label: f"{np.median(counts):.0f} of 64 units dead" for label, counts in dead.items()})
assert np.median(norms[:, 0]) > 10 * np.median(norms[:, -40:])
assert min(dead["no warm-up"]) > 2 * max(dead["warm-up"])
assert (warm["warm-up"].final("loss") < warm["no warm-up"].final("loss")).all()

# %% [markdown]
# The warm-up spared the units, and its loss is lower on every seed. With Adam there is a second
# reason: its first steps have the full length of the rate whatever the gradient, on statistics of
# a single batch. Where you can remove the steepness itself, do that first: scale the pixels.
#
# ## The setting that fails: a boundary that is never reached
#
# A tutorial on annealing keeps 1.0 until step 100,000. Most trainings end before. Nothing fails,
# nothing is said, and the curve gets the label "annealing". `compare_schedules` looks at the rates
# that were used, and warns.
#
# The same tutorial writes powers as `^`, which is Python's *exclusive or*: with integers silently
# another number. You are lucky if it fails, as with a float, in the second cell below.

# %%
never = {"annealing": schedules.PiecewiseConstantDecay([100000, 110000], [1.0, 0.5, 0.1])}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always", UserWarning)
    idle = dl.compare_schedules(never, digits_task, optimizer=SGD(), epochs=2, seeds=[0])
print(textwrap.fill(str(caught[-1].message), 88))
assert np.ptp(idle.steps["learning_rate"]) == 0

# %% tags=["raises-exception"]
print(f"10 ^ 2 is {10 ^ 2}, and 10**2 is {10**2}")
rate = 0.1 * 0.96 ^ 2

# %% [markdown]
# ## The decay that never ran
#
# A widely read article trains a network from scratch on spiral data, with
# $\eta_t = 1 / (1 + \text{decay} \cdot t)$. It prints three tables (no decay, 0.01 and 0.001), and
# explains at length why 0.01 "got stuck". We rebuild it exactly: same points, same weights, in the
# order in which it draws them. Look at the last line of `article_sgd`: the rate that is computed (and
# printed) is not the one that is used. So what do the three tables compare?


# %%
def article_start(seed):
    random = np.random.RandomState(seed)  # what np.random.seed(seed) starts
    labels = np.repeat(np.arange(3), 100)
    position = np.tile(np.linspace(0, 1, 100), 3)
    angle = 2.5 * (4 * (labels + position) + 0.2 * random.standard_normal(300))
    points = position[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    w1 = 0.01 * random.standard_normal((2, 64))
    w2 = 0.01 * random.standard_normal((64, 3))
    x = np.column_stack([points, np.ones(300)])  # 1 for the bias, which is the last row of w1
    weights = [np.vstack([w1, np.zeros(64)]), w2, np.zeros(3)]
    return np.float32(x), labels, [np.float32(w) for w in weights]


def article_gradients(x, targets, weights):
    w1, w2, b2 = weights
    hidden = np.maximum(x @ w1, 0)
    p = np.exp(hidden @ w2 + b2)
    p /= p.sum(axis=1, keepdims=True)
    error = (p - targets) / 300
    back = (error @ w2.T) * (hidden > 0)
    return p, [x.T @ back, hidden.T @ error, error.sum(axis=0)]


# %%
def article_training(rule, steps, seed=0, every=100, **hyperparameters):
    x, labels, weights = article_start(seed)
    targets = np.eye(3, dtype="float32")[labels]
    states, measured = [{} for _ in weights], []
    for step in range(steps + 1):
        p, gradients = article_gradients(x, targets, weights)
        each = zip(weights, gradients, states, strict=True)
        new = [rule(*parts, **hyperparameters) for parts in each]
        if step % every == 0:
            loss = -np.log((p * targets).sum(axis=1)).mean()
            accuracy = (p.argmax(axis=1) == labels).mean()
            used = np.linalg.norm(new[1] - weights[1]) / np.linalg.norm(gradients[1])
            measured.append((loss, accuracy, used))
        weights = new
    return np.array(measured).T  # three rows: loss, accuracy, rate used


def article_sgd(w, g, state, learning_rate, decay):
    state["step"] = state.get("step", -1) + 1
    state["current_learning_rate"] = learning_rate / (1 + decay * state["step"])
    return w - learning_rate * g


# %%
decays = (0.0, 0.01, 0.001)
printed = [article_training(article_sgd, 100, learning_rate=1.0, decay=each) for each in decays]


def all_three(w, g, state, learning_rate):
    """The article's step with each decay, from the same weights: it must be the same step."""
    each = [article_sgd(w, g, state.setdefault(d, {}), learning_rate, d) for d in decays]
    assert len({new.tobytes() for new in each}) == 1
    return each[0]


whole = article_training(all_three, 10_000, learning_rate=1.0)
assert all(np.array_equal(run, whole[:, :2]) for run in printed)
print(f"{whole.shape[1]} rows of the three tables: equal, bit by bit")
columns = ["decay", "step 0: accuracy / loss", "step 100: accuracy / loss"]
first_two = [[f"{a:.3f} / {e:.3f}" for e, a, _ in run.T] for run in printed]
rows = [[f"{decay:g}", *cells] for decay, cells in zip(decays, first_two, strict=True)]
dl.Table(columns, rows, "The first two rows of the three tables")

# %% [markdown]
# These are the article's numbers. And at each of its 10,000 steps all three decays go from the same
# weights to the same weights, so one training wrote three tables. They end alike in the article, too:
# 0.647 / 0.874 three times. (That end is not ours to print: at rate 1.0 the run is chaotic beyond
# some 300 steps, and machines disagree.) What was used can be measured: the length of the step
# divided by that of the gradient.
# By the way, the article prints 0.909 beside step 20; that is the rate planned for step 1.
#
# Then the experiment that the article meant: **with the decay applied**, and with momentum as well,
# for half of its 10,000 steps (with momentum a fifth shows enough).

# %%
_, _, used = article_training(article_sgd, 200, every=1, learning_rate=1.0, decay=0.1)
steps = np.arange(201)
_, ax = dl.new_axes("Decay 0.1 in the article's optimizer", "step", "learning rate")
ax.plot(steps, 1 / (1 + 0.1 * steps), label="computed", **dl.method_style("computed", 0))
ax.plot(steps, used, label="used: step / gradient", **dl.method_style("used", 1))
ax.legend()
print("computed:", {step: f"{1 / (1 + 0.1 * step):.3f}" for step in (0, 1, 19, 20)})
assert np.allclose(used, 1.0, atol=1e-3)


# %%
def repaired_sgd(w, g, state, learning_rate, decay, momentum=0.0):
    state["step"] = state.get("step", -1) + 1
    current_learning_rate = learning_rate / (1 + decay * state["step"])
    state["v"] = momentum * state.get("v", 0.0) - current_learning_rate * g
    return w + state["v"]


applied = {"as printed (constant 1.0)": whole[0, :51]}
for label, settings in {
    "decay 0.01": {"steps": 5000, "decay": 0.01},
    "decay 0.001": {"steps": 5000, "decay": 0.001},
    "decay 0.001, momentum 0.9": {"steps": 2000, "decay": 0.001, "momentum": 0.9},
}.items():
    applied[label] = article_training(repaired_sgd, learning_rate=1.0, **settings)[0]
_, ax = dl.new_axes("The article's experiment, with the decay applied", "step", "training loss")
for index, (label, curve) in enumerate(applied.items()):
    ax.plot(100 * np.arange(len(curve)), curve, label=label, **dl.method_style(label, index))
dl.mark_varying(ax, "chaotic: details differ between machines")
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Decay 0.01 does stall, and far above the 0.874 that the article explained: it hardly leaves the
# 1.1 of guessing. It is not "stuck" in a minimum. It ran out of steps: the rates of 5,000 steps
# add up to 394, so it went as far as 394 steps at rate 1.0, and is where these would be. (The other
# half of the article's steps would add no more than 68.) It is the same from other starts: we
# compare 500 steps, whose rates add up to 180. And 462 steps at rate 1.0 are too few from each of them.


# %%
def reach(steps):
    return round(sum(1 / (1 + 0.01 * step) for step in range(steps)))


for seed in range(5):
    settings = {"seed": seed, "learning_rate": 1.0}
    at_one = article_training(repaired_sgd, reach(10_000), every=1, decay=0.0, **settings)[0]
    stalled = article_training(repaired_sgd, 500, every=500, decay=0.01, **settings)[0, -1]
    assert abs(stalled - at_one[reach(500)]) < 0.001 and at_one[-1] > 1.0
    if seed == 0:
        assert abs(applied["decay 0.01"][-1] - at_one[reach(5000)]) < 0.005
print(f"500 steps go as far as {reach(500)}, 5,000 as {reach(5000)}, 10,000 as {reach(10_000)};")
print(f"{reach(500)} at rate 1.0 have the same loss as 500 with decay: 5 seeds of 5.")
assert applied["decay 0.01"][-1] > 1.05 > 0.95 > applied["decay 0.001"][-1]
assert applied["decay 0.001, momentum 0.9"][-1] < 0.7

# %% [markdown]
# That decay 0.01 stalls, and why, holds for all five seeds. The order of the other curves is **one
# run**, an illustration. It takes no bad luck to be fooled like this: a rate plotted from its
# formula shows what was meant. Plot the rate that was used.
#
# The article also shows its trainings as films. Here is such a film in four frames, with a decay
# that runs: `watched.animate("spiral.gif")` would write all of it to a file. (A tanh
# network and a lower rate, so that the run is the same on every machine.)

# %%
spiral = dl.spirals(samples=100, classes=3, noise=0.2, seed=0)


def spiral_model():
    hidden = keras.layers.Dense(64, activation="tanh", name="hidden")
    return keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(3, name="logits")])


watched = dl.compare_schedules(
    {"decay 0.001, momentum 0.9": schedules.InverseTimeDecay(0.5, 1, decay_rate=0.001)},
    dl.Task(spiral, spiral_model, loss, metrics=["accuracy"]), optimizer=SGD(momentum=0.9),
    epochs=2000, batch_size=300, seeds=[0], evaluate_every=40,
    record=["model", "weights", "updates"],
)  # fmt: skip
watched.filmstrip(epochs=[40, 400, 1000, 2000])

# %% [markdown]
# The top row shows the class that the network gives each place; below it, one cell for each
# weight, layer under layer, and what the last step changed in it. For some 400 steps the loss is
# flat and nothing seems to happen. The updates show otherwise: a few hidden units are pushed again
# and again until their weights stand out, and the three wedges begin to bend. The rate that was
# used falls from 0.5 to a third of it. It is one run, an illustration.
#
# ## Where Keras surprises you
#
# - `decay_steps` counts optimizer **steps**. With 40 steps an epoch, 20 epochs are 800.
# - In `CosineDecay` the warm-up comes on top of `decay_steps`, `initial_learning_rate` is where the
#   warm-up *starts*, and without `warmup_target` there is no warm-up, whatever `warmup_steps` says.
# - A boundary of `PiecewiseConstantDecay` still belongs to the piece before it.
# - `alpha` is a fraction of the highest rate; `end_learning_rate` is a rate, by default 0.0001.
# - `LearningRateScheduler` and `ReduceLROnPlateau` cannot change an optimizer that has a schedule.
# - `LearningRateScheduler` passes the *current* rate: `lambda epoch, rate: rate * 0.5**epoch`
#   compounds, and is at 1/64 of the first rate in epoch 3, not at 1/8.
# - A second `fit` goes on counting steps where the first ended: the rate starts low.
#
# ## Exercises
#
# **1.** 1,280 digits, batches of 32, 20 epochs: `CosineDecay` shall warm up for the first 4 epochs
# and reach its end with the last step. What is `decay_steps`?

# %% tags=["stub"]
decay_steps = ...
lesson_11.decay_steps.check(decay_steps)

# %% [markdown] tags=["solution"]
# An epoch has 40 steps, and the warm-up is not part of `decay_steps`: 16 epochs are left.

# %% tags=["solution"]
decay_steps = (20 - 4) * 1280 // 32
lesson_11.decay_steps.check(decay_steps)

# %% [markdown]
# **2.** Write exponential decay as a staircase: the rate falls only once every `decay_steps`.


# %% tags=["stub"]
def staircase(step, initial_learning_rate, decay_steps, decay_rate): ...


lesson_11.staircase.check(staircase)


# %% tags=["solution"]
def staircase(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** (step // decay_steps)


lesson_11.staircase.check(staircase)

# %% [markdown]
# ## Takeaways
#
# - Shrink the rate where noise holds the loss up; while the loss still falls, it mostly costs distance.
# - The sum of the rates is how far you can get. Decay that is too fast stalls anywhere.
# - Warm up where the first gradients are the largest.
# - Record the rate that was used. A schedule that never changed it is not a schedule.
#
# ## References
#
# - H. Robbins, S. Monro, *A Stochastic Approximation Method*, 1951.
# - I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017.
# - P. Goyal et al., *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour* (warm-up), 2017.
# - J. Gilmer et al., *A Loss Curvature Perspective on Training Instability in Deep Learning*, 2021.
#
# **Next:** lesson 12 keeps weights small on purpose.
