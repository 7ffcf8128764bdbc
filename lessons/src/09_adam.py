# %% [markdown]
# # 09 · What does Adam add?
#
# **About 45 minutes.** You need lesson 07 (momentum) and lesson 08 (adaptive step sizes).
#
# After this lesson you can
#
# - build Adam from momentum and RMSprop, and say what its bias correction is for;
# - tell where epsilon belongs, and recognize two mistakes in a printed Adam;
# - write Adamax, Nadam, Lion and AdamW, and prove each equal to Keras;
# - explain why L2 in the loss and weight decay differ under Adam, and name cases where Adam loses.

# %%
import dlcourse as dl

dl.start(seed=0)

import keras
import numpy as np
from matplotlib import pyplot as plt

lesson_09 = dl.exercises.lesson_09

# %% [markdown]
# ## The problem: long memory, wild start
#
# RMSprop divides each gradient by the root of an average of its squares, so every weight gets a
# step of about the learning rate. The longer the average's memory, the steadier the steps. But the
# average starts at zero. Watch the steps on a uniform slope, where the gradient is always 1.


# %%
def rmsprop(w, g, state, learning_rate, rho, epsilon):
    state["v"] = rho * state.get("v", 0.0) + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["v"] + epsilon)


slope = dl.Landscape("slope", lambda w: w[..., 0], np.ones_like, ((-1, 1),))
walk = {"on": slope, "start": 0.0, "learning_rate": 0.001, "epsilon": 1e-7}
RATIO = "step size / learning rate"
figure, ax = dl.new_axes("RMSprop on a uniform slope", "step", RATIO, xscale="log", yscale="log")
for rho in (0.9, 0.99, 0.999):
    path = dl.descend(rmsprop, steps=3000, rho=rho, **walk)
    ax.plot(range(1, 3001), path.step_sizes / 0.001, label=f"rho {rho:g}")
ax.legend()
plt.show()

# %% [markdown]
# Each should be 1 throughout. With `rho=0.999` the first step is **32 times** too long. And RMSprop
# has no memory of direction: momentum (lesson 07) does, but knows one rate for all weights.
#
# ## Predict before you run
#
# Adam averages the gradients *and* their squares. Both averages start at zero. Leave out Adam's
# correction for that: are its first steps `"too short"`, `"too long"` or `"just right"`?

# %% tags=["stub"]
my_prediction = ...
lesson_09.first_steps.check(my_prediction)

# %% tags=["solution"]
my_prediction = "too long"
lesson_09.first_steps.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Step along the average gradient, divided by the root of the average square, and correct both
# averages for having started at zero.**
#
# $$m_t = \beta_1 m_{t-1} + (1-\beta_1)\, g_t \qquad v_t = \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2$$
# $$w_{t+1} = w_t - \eta\,\frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\cdot\frac{m_t}{\sqrt{v_t} + \hat\varepsilon}$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $m$ | `momentum` slot, `beta_1=0.9` | average gradient: the part from momentum |
# | $v$ | `velocity` slot, `beta_2=0.999` | average square: the part from RMSprop |
# | $t$ | `iterations + 1` | step, counted from **1** |
# | $\hat\varepsilon$ | `epsilon=1e-7` | keeps the division finite |
#
# After $t$ steps an average that started at zero holds weights that sum to $1 - \beta^t$ only.
# Dividing by that is the **bias correction**, all that is new here.
#
# ## By hand, and the same as Keras?


# %%
def averages(g, state, beta_1, beta_2):
    state["step"] = state.get("step", 0) + 1
    state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
    state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
    return state["step"], state["m"], state["v"]


def adam(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    step, m, v = averages(g, state, beta_1, beta_2)
    rate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    return w - rate * m / (np.sqrt(v) + epsilon)


# %%
betas = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
path = dl.descend(adam, on=dl.parabola(), start=1.0, steps=3, learning_rate=0.1, **betas)
assert np.allclose(path.points[1:, 0], [0.9, 0.80041, 0.70159], atol=5e-6)
print("On w²/2 from w = 1:", *path.points[1:, 0].round(4))
report = dl.conform(adam, keras.optimizers.Adam(learning_rate=0.1))
assert report
report

# %% [markdown]
# The first step is the learning rate, whatever the slope: corrected, $m/\sqrt v$ is $g/|g|$, a sign.
# The next steps hardly shrink although the slope does, for it counts in $m$ and in $\sqrt v$ alike.
#
# ## Bias correction on and off
#
# The same averages, and then the plain quotient:


# %%
def uncorrected(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    _, m, v = averages(g, state, beta_1, beta_2)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


figure, ax = dl.new_axes("Adam on a uniform slope", "step", RATIO, xscale="log")
sizes = {}
for rule in (uncorrected, adam):
    path = dl.descend(rule, steps=3000, beta_1=0.9, beta_2=0.999, **walk)
    sizes[rule] = path.step_sizes / 0.001
    ax.plot(range(1, 3001), sizes[rule], label=rule.__name__)
ax.legend()
plt.show()
lesson_09.first_steps.compare("too long" if sizes[uncorrected][0] > 1 else "too short")

# %% [markdown]
# Both averages are too small, but the *root* of $v$ is short by more: the first step is
# $0.1/\sqrt{0.001} = 3.2$ times too long, the twelfth more than 6 times, and after 1,000 steps it is
# not over. With the correction every step is exactly the learning rate.
#
# ## Epsilon: its place and its size
#
# Algorithm 1 of the paper corrects $m$ and $v$ first, then adds $\varepsilon$. Keras uses the
# paper's faster form, which adds $\hat\varepsilon$ to the *uncorrected* root. Is that the same?


# %%
def algorithm_1(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    step, m, v = averages(g, state, beta_1, beta_2)
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)


dl.exercises.Text(dl.conform(algorithm_1, keras.optimizers.Adam(0.1)).hint)

# %%
gradients = np.logspace(-10, 0, 41)
figure, ax = dl.new_axes("How epsilon shortens the first step", "gradient", RATIO, xscale="log")
for rule, epsilon in [(algorithm_1, 1e-7), (adam, 1e-7), (adam, 1e-3)]:
    steps = -rule(0.0, gradients, {}, 1.0, 0.9, 0.999, epsilon)
    ax.plot(gradients, steps, label=f"{rule.__name__}, epsilon {epsilon:g}")
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Where gradients are far above epsilon its size and place do not matter. Below, the step is
# no longer the learning rate. At the first step Keras's epsilon acts $1/\sqrt{0.001} = 32$ times
# larger than the same number in Algorithm 1, which is PyTorch's form (with 1e-8). A large epsilon
# turns Adam into plain momentum with a rate of $\eta/\varepsilon$.
#
# ## The Adam that a famous book prints
#
# A widely read textbook's TensorFlow edition has two slips in its Adam: a division and `+ epsilon`
# without parentheses, so epsilon is added to the *weight*; and nothing ever advances its step
# counter. Does `conform` see it? Then we repair one slip at a time.


# %%
def book_adam(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    _, m, v = averages(g, state, beta_1, beta_2)
    m_hat, v_hat = m / (1 - beta_1), v / (1 - beta_2)  # always as in step 1
    return w - learning_rate * m_hat / np.sqrt(v_hat) + epsilon


def counter_repaired(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    step, m, v = averages(g, state, beta_1, beta_2)
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    return w - learning_rate * m_hat / np.sqrt(v_hat) + epsilon


def epsilon_repaired(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    _, m, v = averages(g, state, beta_1, beta_2)
    m_hat, v_hat = m / (1 - beta_1), v / (1 - beta_2)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)


for rule in (book_adam, counter_repaired, epsilon_repaired):
    report = dl.conform(rule, keras.optimizers.Adam(0.1))
    assert not report
    print(f"{rule.__name__} is not Adam. {report.hint}\n")

# %% [markdown]
# Both slips together are caught, but not recognized. With one left, the hint names it.
#
# ## The family
#
# - **Adamax** divides by $u$, the largest recent $|g|$ (a maximum that fades), not by a root.
# - **Nadam** looks ahead as Nesterov does: the next step's share of $m$, and the gradient itself.
#   Keras warms its momentum up, $\beta_1 (1 - \frac12\, 0.96^t)$, and corrects by the product.
# - **Lion** keeps $m$ only and steps by a *sign*: every weight moves by the learning rate.
# - **AdamW** shrinks the weights a little before Adam's step, apart from the gradient: *decoupled*
#   weight decay. The old way, L2 in the loss, adds $2\lambda w$ to the gradient instead.


# %%
def adamax(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    step = state["step"] = state.get("step", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
    u = state["u"] = np.maximum(beta_2 * state.get("u", 0.0), np.abs(g))
    return w - learning_rate * m / (1 - beta_1**step) / (u + epsilon)


def nadam(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    step, m, v = averages(g, state, beta_1, beta_2)
    now, later = (beta_1 * (1 - 0.5 * 0.96**t) for t in (step, step + 1))
    product = state["product"] = state.get("product", 1.0) * now
    m_hat = later * m / (1 - product * later) + (1 - now) * g / (1 - product)
    return w - learning_rate * m_hat / (np.sqrt(v / (1 - beta_2**step)) + epsilon)


def lion(w, g, state, learning_rate, beta_1, beta_2):
    m = state.get("m", 0.0)
    state["m"] = beta_2 * m + (1 - beta_2) * g
    return w - learning_rate * np.sign(beta_1 * m + (1 - beta_1) * g)


# %%
def adamw(w, g, state, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    w = w - learning_rate * weight_decay * w
    return adam(w, g, state, learning_rate, beta_1, beta_2, epsilon)


def adam_l2(w, g, state, learning_rate, beta_1, beta_2, epsilon, l2):
    return adam(w, g + 2 * l2 * w, state, learning_rate, beta_1, beta_2, epsilon)


# %%
from keras.optimizers import Adam, Adamax, AdamW, Lion, Nadam

for rule, optimizer in [(adamax, Adamax), (nadam, Nadam), (lion, Lion), (adamw, AdamW)]:
    report = dl.conform(rule, optimizer(learning_rate=0.1))
    assert report, report
    print(f"{rule.__name__} is Keras's {report.keras_name}.")

# %% [markdown]
# ## Are L2 and weight decay the same thing?
#
# Under plain descent they are, exactly, if $2\lambda$ is `weight_decay`: both take $2\eta\lambda w$
# off. Under Adam the penalty's gradient goes through $1/\sqrt v$. Here 200 weights have *loud*
# gradients, ±10, and 200 have *quiet* ones, ±0.1. The signs are random, so there is nothing to
# learn, and only the decay moves the mean of the weights.


# %%
def sgd_l2(w, g, state, learning_rate, weight_decay):
    return w - learning_rate * (g + weight_decay * w)


assert dl.conform(sgd_l2, keras.optimizers.SGD(learning_rate=0.1, weight_decay=0.2))
size = np.array([[10.0], [0.1]])  # (loud and quiet, 1)


def mean_weights(rule, **decay):
    rng, w, state, means = np.random.default_rng(0), np.ones((5, 2, 200)), {}, []
    for _ in range(1000):
        g = size * rng.choice([-1.0, 1.0], size=w.shape)  # 5 seeds at once
        w = rule(w, g, state, learning_rate=0.01, **betas, **decay)
        means.append(w.mean(axis=-1))
    return np.array(means).transpose(2, 1, 0)  # (loud and quiet, seeds, steps)


left = {"L2 0.05": mean_weights(adam_l2, l2=0.05)}
left["decay 0.1"] = mean_weights(adamw, weight_decay=0.1)
figure, ax = dl.new_axes("What remains of weights that start at 1", "step", "mean weight")
for color, (label, kinds) in zip(dl.PALETTE[:2], left.items(), strict=True):
    for kind, means, line in zip(["loud", "quiet"], kinds, ["-", "--"], strict=True):
        dl.plot_band(ax, range(1, 1001), means, f"{label}, {kind}", color=color, linestyle=line)
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Decay shrinks all weights alike, to $(1 - 0.001)^{1000} = 0.37$. L2 wipes out the quiet weights
# and hardly touches the loud ones: its pull is divided by $\sqrt v$, like all of the gradient.
# This is why AdamW exists (Loshchilov and Hutter, 2019).
#
# ## In plain Keras
#
# `weight_decay` also shrinks biases; `exclude_from_weight_decay` spares them, before training.


# %%
def build_model():
    hidden = keras.layers.Dense(64, activation="relu", name="hidden")
    return keras.Sequential([keras.Input((64,)), hidden, keras.layers.Dense(10, name="logits")])


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# %%
data = dl.digits()
optimizer = AdamW(learning_rate=0.01, weight_decay=0.01)
optimizer.exclude_from_weight_decay(var_names=["bias"])
model = build_model()
model.compile(optimizer, loss, metrics=["accuracy"])
model.fit(data.x_train, data.y_train, batch_size=64, epochs=5, verbose=0)
_, accuracy = model.evaluate(data.x_val, data.y_val, verbose=0)
print(f"right on the validation digits: {accuracy:.0%}")

# %% [markdown]
# ## The experiment: what is bias correction worth?
#
# A Keras optimizer that differs in nothing else: it multiplies the rate by what the correction
# will divide out. Both train on real digits at four learning rates, five seeds each.


# %%
class UncorrectedAdam(Adam):
    def update_step(self, gradient, variable, learning_rate):
        step = keras.ops.cast(self.iterations + 1, variable.dtype)
        undo = (1 - self.beta_1**step) / keras.ops.sqrt(1 - self.beta_2**step)
        super().update_step(gradient, variable, learning_rate * undo)


assert dl.conform(uncorrected, UncorrectedAdam(0.01))

# %%
sweep = dl.sweep_learning_rate(
    {"uncorrected": UncorrectedAdam(), "Adam": Adam()},
    dl.Task(data, build_model, loss),
    [0.001, 0.01, 0.03, 0.1],
    epochs=5,
    monitor="loss",
)
sweep.plot(title="Training loss on digits after 5 epochs")

# %% [markdown]
# ## How to read it
#
# The correction does **not** make Adam faster. At 0.001 the uncorrected one is far ahead, for its
# steps are simply longer, and at its best rate it is no worse than Adam at its own. At 0.1 it is
# destroyed by its first steps and guesses to the end, where Adam still trains. So the correction
# makes `learning_rate` mean what it says from the first step on, and moves the cliff to higher
# rates. Warm-up (lesson 11) helps in a similar way.
#
# ## When Adam loses: fitting is not learning
#
# Wilson et al. (2017) built data on which adaptive methods fit every row and learn nothing. Column
# 0 *is* the label, ±1. Columns 1 and 2 are always 1. Each row also has private columns that no
# other row uses: one if its label is +1, five if it is −1. The test rows' private columns are new.


# %%
def private_columns(seed, rows=120):
    rng = np.random.default_rng(seed)
    label = np.where(rng.random(rows) < 0.6, 1.0, -1.0)
    x = np.column_stack([label, np.ones((rows, 2)), np.zeros((rows, 5 * rows))])
    for row, private in enumerate(np.where(label > 0, 1, 5)):
        x[row, 3 + 5 * row : 3 + 5 * row + private] = 1
    return x[:60], label[:60], x[60:], label[60:]


def fit_line(rule, seed, **hyperparameters):
    x, label, x_test, label_test = private_columns(seed)
    w, state = np.zeros(x.shape[1]), {}
    for _ in range(1000):
        w = rule(w, 2 * x.T @ (x @ w - label) / len(x), state, **hyperparameters)
    right = np.mean(np.sign(x_test @ w) == label_test)
    return [np.mean((x @ w - label) ** 2), right, w[0], label_test.mean() / 2 + 0.5]


fits = {"SGD": [fit_line(lambda w, g, state: w - 0.05 * g, seed) for seed in range(5)]}
fits["Adam"] = [fit_line(adam, seed, learning_rate=0.01, **betas) for seed in range(5)]
fits["Lion"] = [fit_line(lion, s, learning_rate=0.001, beta_1=0.9, beta_2=0.99) for s in range(5)]

# %%
fits = {label: np.array(runs).T for label, runs in fits.items()}
rows = [
    [label, "yes" if loss.max() < 1e-6 else "no", dl.format_median(right), dl.format_median(weight)]
    for label, (loss, right, weight, _) in fits.items()
]
columns = ["method", "fits every training row", "right on test rows", "weight of column 0"]
dl.Table(columns, rows, "Private columns: median [min, max] over 5 random data sets")

# %% [markdown]
# All fit perfectly, and Adam calls *every* test row positive. SGD's weights stay sums of rows, so
# the column that all rows share wins. Adam takes the sign and gives a column seen once the same
# weight as one seen 60 times. This data set was **built** to make that happen; on the digits of
# lesson 10 no such difference shows. It proves possible, not usual.
#
# ## When Adam loses: rare large gradients
#
# The gradient is 100 in one step of 50, else −1: on average +1.02, so within [−1, 1] the best place
# is −1. A short memory, `beta_2=0.9`, forgets the rare gradient before the next one comes (after
# Reddi et al., 2018). **AMSGrad**, their cure, divides by the largest $v$ so far.


# %%
def amsgrad(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    step, m, v = averages(g, state, beta_1, beta_2)
    largest = state["largest"] = np.maximum(state.get("largest", 0.0), v)
    rate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    return w - rate * m / (np.sqrt(largest) + epsilon)


assert dl.conform(amsgrad, Adam(0.1, amsgrad=True))
stream = np.where(np.random.default_rng(0).random((6000, 5)) < 0.02, 100.0, -1.0)
figure, ax = dl.new_axes("Where is the best place? At −1", "step", "w")
ends = {}
for label, rule, beta_2 in [("Adam", adam, 0.9), ("AMSGrad", amsgrad, 0.9), ("Adam", adam, 0.999)]:
    w, state, ways = np.zeros(5), {}, []
    for g in stream:
        w = np.clip(rule(w, g, state, 0.01, 0.9, beta_2, 1e-7), -1, 1)
        ways.append(w)
    ends[label, beta_2] = np.mean(ways[3000:], axis=0)
    dl.plot_band(ax, range(1, 6001), np.transpose(ways), f"{label}, beta_2 {beta_2:g}")
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# With `beta_2=0.9` Adam goes to the **worst** place and stays, on every seed. AMSGrad gets it
# right, slowly, and so does plain Adam with the long memory of its default.
#
# ## Check the claims

# %%
assert sizes[uncorrected][0] > 3 and sizes[uncorrected].max() > 6, "without correction: too long"
assert np.allclose(sizes[adam], 1, atol=0.01) and sizes[uncorrected][1000] > 1.1
half = -adam(0.0, 1e-7 / np.sqrt(0.001), {}, 1.0, **betas)
assert np.isclose(half, 0.5), "at the first step, Keras's epsilon acts 32 times larger"
bare, corrected = np.median(sweep.final, axis=-1)  # (rates,) each
assert bare[0] < 0.5 * corrected[0], "uncorrected is far ahead at 0.001"
assert bare.min() < 1.1 * corrected.min(), "and no worse at its best rate"
assert corrected[3] < 0.5 < 2 < bare[3], "and does not train at all at 0.1"
quiet_l2, quiet_decay = (np.median(left[label][1, :, -1]) for label in left)
loud_l2, loud_decay = (np.median(left[label][0, :, -1]) for label in left)
assert quiet_l2 < 0.1 and loud_l2 > 0.8, "L2 under Adam: quiet weights go, loud ones stay"
assert abs(quiet_decay - 0.37) < 0.04 and abs(loud_decay - 0.37) < 0.04, "decay: all alike"
assert (fits["SGD"][1] == 1).all(), "SGD is right on every test row of every data set"
assert (fits["Adam"][1] == fits["Adam"][3]).all(), "Adam: right on the positive rows only"
assert all((runs[0] < 1e-6).all() for runs in fits.values()), "and all fit every training row"
assert (ends["Adam", 0.9] > 0.8).all() and (ends["Adam", 0.999] < -0.8).all()
assert np.median(ends["AMSGrad", 0.9]) < 0
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Every other optimizer that Keras ships
#
# | `keras.optimizers` | idea | state per weight | when to use |
# |---|---|---|---|
# | `SGD`, `Adagrad`, `RMSprop`, `Adadelta` | lessons 05 to 08 | 0 to 3 | |
# | `Ftrl` | AdaGrad's rates, and an L1 penalty that yields exact zeros | 2 | linear models with millions of sparse features |
# | `Adafactor` | $v$ of a matrix rebuilt from the means of its rows and columns | 1 and a little | large embeddings; the paper saves memory, Keras's keeps $v$ whole |
# | `Lamb` | Adam's step, scaled to the norm of each layer's weights | 2 | very large batches |
# | `Muon` | momentum, made orthogonal as a matrix | 1 (AdamW's 2 elsewhere) | hidden matrices of large networks |
# | `ScheduleFreeAdamW` | gradients at a mix of the weights and their average, so no schedule | 2 | when the number of steps is not known beforehand |
# | `LossScaleOptimizer` | wraps another: multiplies the loss so that float16 gradients do not vanish | the inner one's | `mixed_float16` training (Keras adds it itself) |
# | `MultiOptimizer` | hands each variable to one of several optimizers (`OptimizerMap`) | theirs | such as Muon for matrices, AdamW for the rest |
#
# What an optimizer keeps can be counted: here for a matrix of 100 × 100 weights.

# %%
from keras import optimizers as ko

adam_inside = ko.OptimizerMap(Adam())
further = [Adam(), Adam(amsgrad=True), Adamax(), Nadam(), AdamW(), Lion(), ko.Ftrl()]
further += [ko.Adafactor(), ko.Lamb(), ko.Muon(), ko.ScheduleFreeAdamW()]
further += [ko.LossScaleOptimizer(Adam()), ko.MultiOptimizer(adam_inside)]
rows = []
for optimizer in further:
    optimizer.build([keras.Variable(np.zeros((100, 100)), name="kernel")])
    kept = sum(np.size(each) for each in optimizer.variables if np.ndim(each))
    amsgrad_on = " (amsgrad)" if getattr(optimizer, "amsgrad", False) else ""
    rows.append([type(optimizer).__name__ + amsgrad_on, kept / 100**2])
dl.Table(["optimizer", "numbers kept per weight"], rows, "State of a 100 × 100 matrix")

# %% [markdown]
# ## Where Keras surprises you
#
# - **`ScheduleFreeAdamW` forgets where you started.** Its `momentum` slot must begin as a copy of
#   the weights. `fit` builds the optimizer inside a traced function, where that copy is lost and the
#   slot is zero: the first step throws your initial, or pretrained, weights away. Call
#   `optimizer.build(model.trainable_variables)` first. Below, one step from weights of 5.
# - `Adam(weight_decay=…)` is AdamW: *every* Keras optimizer's `weight_decay` is decoupled.
#   `AdamW()` decays by 0.004 unless told otherwise.
# - Keras's Nadam warms its momentum up 250 times faster than its paper, which has $0.96^{t/250}$.
# - Keras passes Python numbers through float32. On float64 variables Adam's first step is off by
#   some millionths of its length; `conform` hands float64 numbers in.
# - `epsilon` is not Algorithm 1's, and its default is 1e-7, where PyTorch has 1e-8.


# %%
def weight_after_one_step(build_first):
    fives = keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(5.0))
    model = keras.Sequential([keras.Input((1,)), fives])
    optimizer = ko.ScheduleFreeAdamW(0.01)
    if build_first:
        optimizer.build(model.trainable_variables)
    model.compile(optimizer, "mse")
    model.fit(np.ones((8, 1)), np.ones((8, 1)), batch_size=8, epochs=1, verbose=0)
    return model.get_weights()[0].item()


print(f"as `fit` builds it: {weight_after_one_step(False):.3g}", end="; ")
print(f"built before: {weight_after_one_step(True):.3g}")
assert dl.conform(adamw, Adam(0.1, weight_decay=0.01))
double = keras.Variable(1.0, dtype="float64")
Adam(0.1).apply([np.float64(1.0)], [double])
exact = adam(1.0, 1.0, {}, 0.1, **betas)
assert 1e-7 < abs(double.numpy() - exact) < 1e-5

# %% [markdown]
# ## Exercises
#
# **1.** With `beta_1=0.9`, `beta_2=0.9999` and no bias correction: how many learning rates long is
# the very first step?

# %% tags=["stub"]
first_step = ...
lesson_09.first_step.check(first_step)

# %% tags=["solution"]
first_step = (1 - 0.9) / np.sqrt(1 - 0.9999)
lesson_09.first_step.check(first_step)

# %% [markdown]
# **2.** One weight's gradients are 100 times larger than another's; both weights are equal. Which
# one does L2 in the loss pull more under Adam? `"large gradients"`, `"small gradients"`, `"equal"`?
#
# **3.** `Adam(beta_1=0.0)` is RMSprop with bias correction. Write it, with one average only. (The next
# two cells take these two answers, in this order.)

# %% tags=["stub"]
pulled_more = ...
lesson_09.pulled_more.check(pulled_more)

# %% tags=["solution"]
pulled_more = "small gradients"
lesson_09.pulled_more.check(pulled_more)


# %% tags=["stub"]
def corrected_rmsprop(w, g, state, learning_rate, beta_2, epsilon): ...


lesson_09.corrected_rmsprop.check(corrected_rmsprop)


# %% tags=["solution"]
def corrected_rmsprop(w, g, state, learning_rate, beta_2, epsilon):
    step = state["step"] = state.get("step", 0) + 1
    v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
    return w - learning_rate * np.sqrt(1 - beta_2**step) * g / (np.sqrt(v) + epsilon)


lesson_09.corrected_rmsprop.check(corrected_rmsprop)

# %% [markdown]
# ## Takeaways
#
# - Adam is momentum's average over the root of RMSprop's, each corrected for its start at zero.
# - Without the correction the first steps are too *long*. It buys meaning for the rate, not speed.
# - Epsilon belongs in the denominator. Prove a printed rule before you use it.
# - Under Adam use decoupled weight decay; an L2 penalty spares the weights with large gradients.
# - Adam can fit everything and generalize worse, and a short `beta_2` forgets rare gradients.
#
# ## References
#
# - D. Kingma, J. Ba, *Adam: A Method for Stochastic Optimization*, 2015 (Adamax too).
# - T. Dozat, *Incorporating Nesterov Momentum into Adam*, 2016.
# - A. Wilson et al., *The Marginal Value of Adaptive Gradient Methods in Machine Learning*, 2017.
# - S. Reddi, S. Kale, S. Kumar, *On the Convergence of Adam and Beyond*, 2018.
# - I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, 2019.
# - X. Chen et al., *Symbolic Discovery of Optimization Algorithms* (Lion), 2023.
#
# **Next:** lesson 10 races them all, each at its own learning rate.
