# %% [markdown]
# # 06 · How big should a step be?
#
# **About 40 minutes.** You need lesson 05 (gradient descent).
#
# After this lesson you can
#
# - recognize a rate that is too small, too large or hopeless by the path it takes;
# - compute the largest rate that converges, 2 / curvature, and show where it comes from;
# - find a good rate for a network with a sweep, and see when the sweep must be widened;
# - run a learning-rate range test, and say what it cannot tell you.

# %%
import dlcourse as dl

dl.start(seed=0)

import keras
import numpy as np
from keras.optimizers import SGD, Adam
from matplotlib import pyplot as plt

lesson_06 = dl.exercises.lesson_06

# %% [markdown]
# ## Play first
#
# A landscape with one weight and several valleys. Drag the learning rate. Goal: below 0.1 in 60 steps, from this start.
# Which rates stop in the first valley, which jump over the best one, and which never come back?

# %%
dl.lab.descent(dl.bumpy(), [SGD(0.02)], steps=60, goal=0.1)

# %% [markdown]
# ## The problem: a good direction is not enough
#
# The gradient says which way is down. It does not say how far to go. In lesson 05 the learning
# rate was simply given; here it is all that changes. `bumpy()` has three minima, each lower than
# the one to its left, and we start at w = -2. First a small, careful rate.


# %%
def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


careful = dl.descend(sgd, on=dl.bumpy(), start=-2.0, steps=40, learning_rate=0.02)
careful.plot(title="A careful learning rate of 0.02")

# %% [markdown]
# The path is smooth, it converges, and it ends in the worst minimum of the three. Nothing in its
# loss curve would tell you.
#
# ## Predict before you run
#
# Which learning rate takes plain descent from here to the star? Write `"a smaller one"`,
# `"a larger one"` or `"none"`.

# %% tags=["stub"]
my_prediction = ...
lesson_06.best_minimum.check(my_prediction)

# %% tags=["solution"]
my_prediction = "none"
lesson_06.best_minimum.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **The gradient gives the direction, the learning rate turns slope into distance; how much is too
# much depends on how fast the slope changes.**
#
# $$w_{t+1} = w_t - \eta\, g_t$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $w$ | the variable | weights |
# | $g$ | the gradient | slope of the loss at $w$ |
# | $\eta$ | `learning_rate` | what a gradient is multiplied with |
# | $\lambda$ | | curvature: how fast the slope changes, the second derivative |
#
# ## By hand
#
# On $f(w) = w^2/2$ the gradient is $w$ itself. From 1, the rate 0.1 leads to $1 - 0.1 \cdot 1 = 0.9$.
# The rate stays the same, and yet the steps shrink: they follow the slope. And `conform` runs our
# rule beside Keras's.

# %%
dl.descend(sgd, on=dl.parabola(), start=1.0, steps=3, learning_rate=0.1).table()

# %%
report = dl.conform(sgd, SGD(learning_rate=0.1))
assert report
report

# %% [markdown]
# ## Six rates, six fates
#
# Now the same start with six rates. Numbers count the steps, the star is the best minimum. The
# table follows the last path, step by step.

# %%
stories = {
    0.02: "too small for the hill",
    0.1: "overshoots, returns",
    0.28: "over one hill, quickly",
    0.42: "over both, thrown back",
    0.5: "bounces, then explodes",
    0.7: "explodes",
}
paths = {
    rate: dl.descend(sgd, on=dl.bumpy(), start=-2.0, steps=40, learning_rate=rate)
    for rate in stories
}
figure, grid = plt.subplots(2, 3, figsize=(9.6, 5.6), sharex=True, sharey=True)
for ax, (rate, path) in zip(grid.flat, paths.items(), strict=True):
    path.plot(ax=ax)
    ax.collections[0].colorbar.remove()
    ax.get_legend().remove()
    end = f"overflow at step {path.end}" if path.diverged else f"ends at {path.points[-1][0]:.3g}"
    ax.set_title(f"{rate:g}: {stories[rate]}\n{end}", fontsize=10)
    ax.set(xlabel="w", ylabel="f(w)")
    ax.label_outer()
figure.suptitle("One start, six learning rates")
plt.show()
paths[0.7].table(steps=range(5))

# %% [markdown]
# - **0.02** stays in the first minimum; **0.1** flies past it and comes back.
# - **0.28** crosses the hill in its first step and is at rest in the second minimum after three.
# - **0.42** crosses both hills, sees the best valley, and is thrown out of it again.
# - **0.5** is flung from wall to wall until one throw is too far; **0.7** is gone at once.
#
# (0.42 and 0.5 are illustrations: rates close by fare otherwise, as the next figure shows.)
#
# The table shows why it gets worse with every step: a step too far lands where the slope is
# steeper, so the next step is longer still. From a gradient of 8 to overflow it takes four steps.
# This is an *exploding gradient*, and the learning rate caused it.
#
# ## Could some rate in between reach the best minimum?
#
# Let us try a thousand: every rate from 0.001 to 1, 1,000 steps each.

# %%
rates = np.arange(1, 1001) / 1000
w = np.full((1000, 1), -2.0)
with np.errstate(all="ignore"):  # overflow is one of the answers
    for _ in range(1000):
        w = w - rates[:, np.newaxis] * dl.bumpy().gradient(w)
ends = w[:, 0]

figure, ax = dl.new_axes("Where does each rate end?", "learning rate", "w after 1,000 steps")
ax.plot(rates, ends, ".", markersize=3, label="at rest")
lost = rates[~np.isfinite(ends)]
ax.plot(lost, np.full(len(lost), 2.4), "x", markersize=3, label="overflow")
ax.axhline(1.9, color="0.5", linestyle=":", label="best minimum")
ax.legend(loc="lower right")
plt.show()

assert np.allclose(ends[:119], -1.7) and np.allclose(ends[119:377], 0.3)
assert not np.isfinite(ends[504:]).any()
found = np.any(np.abs(ends - 1.9) < 0.3)
lesson_06.best_minimum.compare("a larger one" if found else "none")

# %% [markdown]
# Up to 0.119 all end in the first minimum, then up to 0.377 in the second. Beyond, tiny changes of
# the rate decide between the second minimum and overflow: there, one run proves nothing. From 0.505
# on every rate explodes. **Not one of the thousand ends in the best minimum.** Why not? Look at how
# sharp the three minima are.

# %%
h, minima = 1e-4, np.array([[-1.7], [0.3], [1.9]])
slope = dl.bumpy().gradient
curvature = (slope(minima + h) - slope(minima - h)) / (2 * h)
rows = np.hstack([minima, curvature, 2 / curvature]).tolist()
dl.Table(["minimum at w", "curvature", "2 / curvature"], rows, "The three minima of bumpy()")

# %% [markdown]
# The last column is the largest rate with which descent can come to rest there; the next section
# shows why. To stay in the best minimum, the rate must be below 0.150. To jump from the start
# over the hilltop at -1, it must be above 1 / 8.34 = 0.120. A rate between the two gets over the
# first hill, and then rolls into the second minimum. To get farther takes a memory of past steps
# (lesson 07) or a rate that shrinks (lesson 11).
#
# ## How large can it be? The exact limit
#
# On a parabola with curvature $\lambda$ the gradient is $\lambda w$, so one step is
#
# $$w_{t+1} = w_t - \eta\,\lambda w_t = (1 - \eta\lambda)\, w_t .$$
#
# That is the whole proof: every step multiplies the distance to the minimum by $1 - \eta\lambda$.
#
# | rate | factor | the path |
# |---|---|---|
# | below $1/\lambda$ | between 0 and 1 | glides in from one side |
# | $1/\lambda$ | 0 | arrives in one step |
# | from $1/\lambda$ to $2/\lambda$ | between -1 and 0 | bounces from side to side, converges |
# | $2/\lambda$ | -1 | bounces forever |
# | above $2/\lambda$ | below -1 | bounces farther each time: diverges |
#
# Near a minimum every smooth loss is nearly a parabola, so the limit holds there too: on the right,
# the best minimum of `bumpy()`, whose limit is 0.150.

# %%
figure, (left, right) = dl.new_axes("Glide, arrive, bounce, diverge", "step", "w", columns=2)
rows = []
for product in (0.3, 1.0, 1.7, 2.0, 2.1):
    rate = product / 4
    path = dl.descend(sgd, on=dl.parabola(curvature=4), start=1.0, steps=12, learning_rate=rate)
    w = path.points[:, 0]
    assert np.allclose(w, (1 - product) ** np.arange(13))
    left.plot(w, marker="o", markersize=3, label=f"rate {rate:g}")
    rows.append([rate, product, 1 - product, w[1] / w[0], abs(w[-1])])
for rate in (0.14, 0.16):
    near = dl.descend(sgd, on=dl.bumpy(), start=1.85, steps=30, learning_rate=rate)
    right.plot(near.points, marker="o", markersize=3, label=f"rate {rate:g}")
assert abs(near.points[-1] - 1.9) > 0.05, "just above the limit it never comes to rest"
left.set(title="a parabola of curvature 4", ylim=(-3.2, 5.5))
right.set(title="the best minimum of bumpy()", ylim=(1.78, 2.02))
for ax in (left, right):
    ax.legend(loc="upper left", ncol=2)
plt.show()
columns = ["rate", "rate × curvature", "factor in theory", "measured", "distance after 12 steps"]
dl.Table(columns, rows, "From distance 1 on the parabola")

# %% [markdown]
# Theory and run agree in every step. Beyond the limit a minimum *repels*, and what happens next
# depends on the walls. On the parabola the path diverges. In `bumpy()`, with a rate just above
# the limit, it does not: it bounces forever, and the loss stops falling.
#
# ### The limit in a real training
#
# With many weights there is a curvature for each direction, and **the steepest one sets the
# limit**. For a linear model with squared error the curvatures are known exactly: they are the
# eigenvalues of $2 X^\top X / n$. Real data: ten measurements of 320 diabetes patients, all of them
# in each step.

# %%
patients = dl.diabetes()
inputs = np.column_stack([patients.x_train, np.ones(len(patients.x_train))])  # 1 for the bias
curvatures = np.linalg.eigvalsh(2 * inputs.T @ inputs / len(inputs))
limit = 2 / curvatures[-1]
print(f"curvatures from {curvatures[0]:.3g} to {curvatures[-1]:.3g}; limit {limit:.3g}")


def build_line():
    return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1, name="line")])


line_task = dl.Task(patients, build_line, keras.losses.MeanSquaredError())
exact = dl.compare_optimizers(
    {"2 % below the limit": SGD(0.98 * limit), "2 % above the limit": SGD(1.02 * limit)},
    line_task,
    epochs=300,
    batch_size=len(inputs),
    evaluate_every=25,
)
exact.plot("loss", title="A linear model on real data: the limit is sharp")

# %% [markdown]
# Two percent decide between the best line and a loss of billions, from all five seeds. A rate
# this safe for the steepest direction is slow for the flattest, whose curvature is 500 times
# smaller: that is the problem of lesson 07.
#
# ## In plain Keras
#
# For a deep network nobody knows the curvatures, and they change while it trains. So rates are
# found by trying. The data are handwritten digits, 8 × 8 pixels.

# %%
data = dl.digits()


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
model = build_model()
model.compile(SGD(), loss, metrics=["accuracy"])  # Keras's default rate
model.fit(data.x_train, data.y_train, batch_size=32, epochs=3, verbose=0)
val_loss, val_accuracy = model.evaluate(data.x_val, data.y_val, verbose=0)
print(f"default rate, 3 epochs: {val_accuracy:.0%} of the validation digits right")
model.optimizer.learning_rate = 0.5
model.fit(data.x_train, data.y_train, batch_size=32, epochs=3, verbose=0)
print(f"3 more at rate 0.5: {model.evaluate(data.x_val, data.y_val, verbose=0)[1]:.0%}")

# %% [markdown]
# ## The experiment: a sweep
#
# Try rates on a log scale, several seeds each, and compare the final validation losses. The first
# grid is a guess around Keras's default of 0.01, and for a first look two seeds will do.

# %%
digits_task = dl.Task(data, build_model, loss, metrics=["accuracy"])
first_grid = [0.001, 0.01, 0.1]
first = dl.sweep_learning_rate({"SGD": SGD()}, digits_task, first_grid, epochs=5, seeds=range(2))
first.table()

# %% [markdown]
# **Edge of the grid**: the best rate is the last one tried, so nothing says that 0.2 is not better.
# Widen until the best rate lies inside. Beside SGD we sweep Adam, which lesson 09 explains.

# %%
grid = [0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0]
sweep = dl.sweep_learning_rate({"SGD": SGD(), "Adam": Adam()}, digits_task, grid, epochs=5)
assert not sweep.at_the_edge()
sweep.plot()
sweep.table()

# %% [markdown]
# ## How to read it
#
# - Each optimizer has a **valley**. SGD's lies near 0.5, Adam's near 0.02: a rate means nothing
#   without its optimizer.
# - The left side is a slope: too small only means slow. The right side is a **cliff**. From 1 to 2
#   SGD falls from a trained network to a loss of 2.3 = ln 10, which is guessing among ten digits.
#   No NaN, no warning: not every failure explodes.
# - The default rates, 0.01 for SGD and 0.001 for Adam, lie far left of the valleys here.
#
# ## Change one thing: a range test
#
# A sweep costs many trainings. The *range test* (Smith, 2017) asks for a part of one: let the rate
# rise from step to step (Smith's rises linearly, ours by a constant factor), and watch where the loss
# falls and where it breaks down. A schedule of your own is a class with one method. One epoch is 40 steps. Single batches are
# noisy, so the loss is smoothed by a running mean in which older steps fade.


# %%
class Rising(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, lowest, highest, steps):
        self.lowest, self.highest, self.steps = lowest, highest, steps

    def __call__(self, step):
        share = keras.ops.cast(step, "float32") / (self.steps - 1)
        return self.lowest * (self.highest / self.lowest) ** share


def smooth(losses, keep=0.9):
    weights = keep ** np.arange(len(losses))
    return np.array(
        [np.average(losses[: t + 1], weights=weights[t::-1]) for t in range(len(losses))]
    )


def rising(epochs):
    steps = epochs * 40  # 1,280 digits in batches of 32
    return {"SGD": SGD(Rising(0.001, 10.0, steps)), "Adam": Adam(Rising(0.0001, 1.0, steps))}


# %%
test = dl.compare_optimizers(rising(epochs=1), digits_task, epochs=1, record=["loss"])
figure, ax = dl.new_axes("Range test: 40 steps", "learning rate", "smoothed loss", xscale="log")
for row, label in enumerate(test.labels):
    smoothed = [smooth(losses) for losses in test.steps["loss"][row]]
    style = dl.method_style(label, row)
    dl.plot_band(ax, test.steps["learning_rate"][row, 0], smoothed, label, **style)
ax.set_ylim(0, 5)
ax.legend()
plt.show()

# %% [markdown]
# The picture looks convincing: flat, falling, broken. Which rate is it now? Three readings are in
# use: the rate at the *lowest* loss, a *tenth* of it for safety, and the rate where the loss falls
# *steepest*. We take all three from each of five seeds, and once more from a test that rises more
# slowly, over five epochs.
#
# And we test the test: the same call trains for five epochs at the median of each reading, and at
# three more rates for SGD, also from five seeds.


# %%
def readings(test):
    found = {}
    for row, label in enumerate(test.labels):
        rates = test.steps["learning_rate"][row, 0]
        smoothed = [smooth(losses) for losses in test.steps["loss"][row]]
        lowest = np.array([each.argmin() for each in smoothed])
        steepest = [np.diff(each[: each.argmin() + 1]).argmin() for each in smoothed]
        found[f"{label}, lowest loss"] = rates[lowest]
        found[f"{label}, a tenth of it"] = rates[lowest] / 10
        found[f"{label}, steepest fall"] = rates[steepest]
    return found


short = readings(test)
suggested = {n: (SGD if "SGD" in n else Adam)(float(np.median(r))) for n, r in short.items()}
wide = {f"{rate:g}": SGD(rate) for rate in (0.05, 0.2, 1.0)}
methods = {**rising(epochs=5), **suggested, **wide}
trained = dl.compare_optimizers(methods, digits_task, epochs=5, evaluate_every=5, record=["loss"])
long = readings(trained[["SGD", "Adam"]])
rows = [[name, dl.format_median(short[name]), dl.format_median(long[name])] for name in short]
dl.Table(["reading", "test of 40 steps", "test of 200 steps"], rows, "Which rate does it suggest?")

# %% [markdown]
# Two warnings already. One seed in five reads SGD's steepest fall at 0.0013, hundreds of times
# below the others: noise at the flat start looked steep. And the longer test suggests lower rates,
# for Adam by 4 to 10 times. The length is yours to choose, so how do you choose it?
#
# Now the trainings at the median of each reading, beside the sweep:

# %%
ended = {name: np.median(trained[name].final("val_loss")) for name in suggested}
figure, ax = dl.new_axes("", "learning rate", "loss")
sweep.plot(ax=ax, title="What a range test of 40 steps suggests")
looks = {"lowest loss": ("X", 0), "a tenth of it": ("v", 2), "steepest fall": ("^", 3)}
for reading, (marker, color) in looks.items():
    names = [f"SGD, {reading}", f"Adam, {reading}"]
    points = [[np.median(short[name]) for name in names], [ended[name] for name in names]]
    ax.plot(*points, marker, markersize=10, color=dl.PALETTE[color], label=reading)
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# **No reading is right for both.** A tenth of the lowest is right for Adam; for SGD it ends at more
# than twice the best loss. The steepest fall is right for SGD and a little high for Adam. At the
# lowest loss itself SGD stands on the edge of its cliff, and Adam is far beyond it.
#
# The reason is what the test leaves out. **Each rate gets one step, and damage takes time**: a rate
# can look fine for a step and still ruin a training. So use the test for what it can do: 40 steps
# tell the power of ten in which to begin a sweep.
#
# ## How exact must a rate be?
#
# Accuracy is more forgiving than the loss. These are the three more rates:

# %%
accuracies = np.median(trained[wide].final("val_accuracy"), axis=1)
for rate, accuracy in zip(wide, accuracies, strict=True):
    print(f"rate {rate:>4}: {accuracy:.0%} of the validation digits right")
assert (accuracies > 0.9).all()

# %% [markdown]
# A factor of 20 in the rate costs five percent of the digits. Look for the right power of ten, then
# the right factor of two. Nobody needs the second digit.
#
# ## Check the claims
#
# Medians over five seeds.

# %%
best = dict(zip(sweep.labels, sweep.medians.min(axis=1), strict=True))
worse = {name: loss / best[name.split(",")[0]] for name, loss in ended.items()}
valley = sweep.valley()
assert valley["SGD"][0] > 10 * valley["Adam"][1], "the valleys lie far apart"
assert valley["SGD"][0] > 10 * 0.01 and valley["Adam"][0] > 5 * 0.001, "the defaults lie left"
assert sweep.medians[0, -1] > 2 > 0.5 > sweep.medians[0, -2], "SGD: a cliff from 1 to 2"
assert np.median(exact["2 % below the limit"].final("loss")) < 0.5, "below the limit: converges"
assert np.all(exact["2 % above the limit"].final("loss") > 1e6), "above it: diverges, all seeds"
assert worse["Adam, lowest loss"] > 5, "the lowest loss is no safe rate"
assert worse["SGD, a tenth of it"] > 2 > 1.5 > worse["Adam, a tenth of it"], "a tenth: one right"
assert worse["SGD, steepest fall"] < 1.2 < worse["Adam, steepest fall"], "steepest: the other"
steepest = short["SGD, steepest fall"]
assert min(steepest) < 0.01 * np.median(steepest), "one seed alone can mislead"
assert max(long["Adam, steepest fall"]) < min(short["Adam, steepest fall"]), "so does the length"
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - The default is 0.01 for `SGD` and 0.001 for `Adam`. They are starting points, not advice.
# - `SGD(learning_rate=1)` raises an error: an integer is no rate. Write `1.0`.
# - A rate can be changed at any time, as above, and holds from the next step on, without compiling
#   again. If the optimizer was made with a schedule, it cannot.
# - Keras computes in float32, which ends at 3.4 × 10³⁸. The same explosion overflows there earlier,
#   and `fit` goes on with NaN unless you pass `keras.callbacks.TerminateOnNaN()`.

# %%
print(f"default of SGD {float(SGD().learning_rate):.2g}, of Adam {float(Adam().learning_rate):.2g}")
start = {"on": dl.bumpy(), "start": -2.0, "steps": 10}
in_float32, in_float64 = dl.descend(SGD(0.6), **start), dl.descend(sgd, **start, learning_rate=0.6)
print(f"rate 0.6 overflows at step {in_float32.end} in float32, {in_float64.end} in float64")
try:
    SGD(learning_rate=1)
except ValueError as error:
    print(str(error).partition(",")[0])

# %% [markdown]
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_06.<name>.hint()`, then `.solution()`.
#
# **1.** Rate times curvature is 0.1. After how many steps is a thousandth of the distance left?

# %% tags=["stub"]
steps_needed = ...
lesson_06.steps_needed.check(steps_needed)

# %% [markdown] tags=["solution"]
# The factor is 0.9, so 0.9ⁿ = 0.001.

# %% tags=["solution"]
steps_needed = np.log(0.001) / np.log(0.9)
lesson_06.steps_needed.check(steps_needed)

# %% [markdown]
# **2.** Write `largest_rate(gradient, minimum)`: the largest rate that converges to a minimum of a
# function of one weight. `gradient` is a function of a number.


# %% tags=["stub"]
def largest_rate(gradient, minimum): ...


lesson_06.largest_rate.check(largest_rate)

# %% [markdown] tags=["solution"]
# The curvature is the slope of the gradient.


# %% tags=["solution"]
def largest_rate(gradient, minimum, h=1e-3):
    curvature = (gradient(minimum + h) - gradient(minimum - h)) / (2 * h)
    return 2 / curvature


lesson_06.largest_rate.check(largest_rate)

# %% [markdown]
# **3.** On a new task a range test of 40 steps has its lowest loss at rate 0.3. What comes next:
# `"train at 0.3"`, `"train at 0.03"` or `"sweep around 0.03"`?

# %% tags=["stub"]
next_move = ...
lesson_06.next_move.check(next_move)

# %% [markdown] tags=["solution"]
# The test finds the decade; trainings find the valley.

# %% tags=["solution"]
next_move = "sweep around 0.03"
lesson_06.next_move.check(next_move)

# %% [markdown]
# ## Takeaways
#
# - A step multiplies the distance to a minimum by 1 - rate × curvature. It converges below
#   2 / curvature, bounces above 1 / curvature, and the steepest direction sets the limit.
# - A rate decides which minimum you reach, not only how fast.
# - Sweep on a log scale over several seeds, and widen until the best rate lies inside.
# - The valley has a slope on its left and a cliff on its right. When in doubt, go left.
# - A range test tells where to begin a sweep. It does not replace it.
#
# ## References
#
# - L. N. Smith, *Cyclical Learning Rates for Training Neural Networks*, 2017.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp*, 1998 (the limit 2 / curvature).
# - B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, *Least Angle Regression*, 2004 (the diabetes
#   data).
# - E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits* (the data), 1998.
#
# **Next:** lesson 07 gives the steps a memory.
