# %% [markdown]
# # 07 · Why does a memory of gradients help?
#
# **About 35 minutes.** You need lesson 05 (gradient descent) and lesson 06 (the learning rate).
#
# After this lesson you can
#
# - say what a velocity is, compute two steps by hand, and prove your rule equal to Keras's;
# - tell from the curvature which learning rates converge, with momentum and without;
# - explain what the story of the rolling ball gets right, and what it leaves out;
# - recognize too much momentum in a path on a ravine.

# %%
import dlcourse as dl

dl.start(seed=0)

import keras
import numpy as np
from matplotlib import pyplot as plt

lesson_07 = dl.exercises.lesson_07

# %% [markdown]
# ## Play first
#
# A ravine, twenty times steeper across than along. Black is plain descent, blue has momentum. Press
# *Play*, drag a rate or the momentum, click another start. Goal: below 0.1 in as few steps as you can.
# Then find a setting in which momentum *loses*. (The sliders need a running kernel or a browser; elsewhere you see a picture.)

# %%
from keras.optimizers import SGD

dl.lab.descent(dl.ravine(20), [SGD(0.05), SGD(0.05, momentum=0.8)], steps=40, goal=0.1)

# %% [markdown]
# ## The problem: one learning rate, two slopes
#
# A ravine is steep across and nearly flat along its floor. Here the curvature is 100 across and
# 1 along: `f(w) = (w₀² + 100 w₁²) / 2`. Lesson 06 showed that plain descent needs a learning rate
# below 2 / curvature, and the *steepest* direction sets that limit: 0.02.


# %%
def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


canyon = dl.ravine(condition=100)
zigzag = dl.descend(sgd, on=canyon, start=(-4.0, 1.0), steps=60, learning_rate=0.019)
crawl = dl.descend(sgd, on=canyon, start=(-4.0, 1.0), steps=60, learning_rate=0.004)
dl.plot_paths(
    {"SGD, learning rate 0.019": zigzag, "SGD, learning rate 0.004": crawl},
    title="Plain descent in a ravine: 60 steps",
)

# %% [markdown]
# Near the limit the path bounces from wall to wall. At a fifth of it the bouncing is gone, and
# the path crawls: after 60 steps it is still far from the minimum at (0, 0). No single rate suits
# both directions.
#
# ## Predict before you run
#
# Suppose each step also keeps 90 % of the step before. What happens to the two directions?
# Write one of `"across faster"`, `"along faster"`, `"both the same"`.

# %% tags=["stub"]
my_prediction = ...
lesson_07.which_direction.check(my_prediction)

# %% tags=["solution"]
my_prediction = "along faster"
lesson_07.which_direction.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Keep a running sum of past steps, in which old steps fade: what points the same way adds up,
# what alternates cancels.**
#
# $$v_{t+1} = \beta\, v_t - \eta\, g_t \qquad\qquad w_{t+1} = w_t + v_{t+1}$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $w$ | the variable | weights |
# | $g$ | the gradient | slope of the loss at $w$ |
# | $v$ | the optimizer's velocity | the last step |
# | $\beta$ | `momentum` | the share of the last step that is kept |
# | $\eta$ | `learning_rate` | what a gradient is multiplied with |
#
# If the gradient stays the same, the steps grow toward $\eta g\,(1 + \beta + \beta^2 + \dots) =
# \eta g / (1 - \beta)$: with $\beta = 0.9$, ten times a plain step.
#
# ## By hand
#
# Every rule in this course has one form: weights, gradient, a `state` that is kept between calls,
# and hyperparameters by Keras's names. It returns the new weights.


# %%
def momentum(w, g, state, learning_rate, momentum):
    v = momentum * state.get("v", 0.0) - learning_rate * g
    state["v"] = v
    return w + v


# %% [markdown]
# On $f(w) = w^2/2$ the gradient is $w$ itself, so every number can be checked in your head:
# from $w = 1$ the first step is $0.1$, the second $0.9 \cdot 0.1 + 0.1 \cdot 0.9 = 0.18$.

# %%
path = dl.descend(momentum, on=dl.parabola(), start=1.0, steps=3, learning_rate=0.1, momentum=0.9)
path.table()

# %% [markdown]
# The second step is nearly twice the first, although the slope got smaller.
#
# ## The same as Keras?
#
# `conform` runs your rule beside Keras's optimizer, over scalars, vectors and matrices, with
# plain, zero, tiny, huge and sparse gradients, and reports the first difference to 10⁻⁶.

# %%
keras_momentum = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
report = dl.conform(momentum, keras_momentum)
assert report
print(report)
print(dl.conform(sgd, keras_momentum))

# %% [markdown]
# The second report is about plain `sgd`: that is how a rule which forgets its velocity is caught.
#
# ## What momentum does to the ravine

# %%
start = {"on": canyon, "start": (-4.0, 1.0), "steps": 60}
rolling = dl.descend(momentum, **start, learning_rate=0.004, momentum=0.9)
dl.plot_paths(
    {"SGD, learning rate 0.004": crawl, "Momentum 0.9, learning rate 0.004": rolling},
    title="A memory of gradients in the same ravine",
)

# %% [markdown]
# At the same small learning rate the path now runs along the floor and reaches the minimum. At first
# it swings widely across, because the walls' gradients no longer stop it at once.


# %%
def distance_left(path, direction):
    return abs(path.points[-1][direction] / path.points[0][direction])


speedup = [
    distance_left(crawl, direction) / distance_left(rolling, direction) for direction in (0, 1)
]
lesson_07.which_direction.compare("along faster" if speedup[0] > speedup[1] else "across faster")

# %% [markdown]
# ## How fast can it be? The answer in closed form
#
# The popular story is a ball that rolls downhill and gathers speed. It explains why momentum is
# fast along the floor. It does not explain which learning rates converge, or why too much
# momentum is slow. A quadratic does, because there the two numbers $(w, v)$ evolve by a fixed
# 2 × 2 matrix. For one direction with curvature $\lambda$ the factor per step, $z$, solves
#
# $$z^2 - (1 + \beta - \eta\lambda)\, z + \beta = 0 .$$
#
# Three facts follow:
#
# 1. It converges exactly for $0 < \eta\lambda < 2\,(1 + \beta)$: momentum *widens* the range.
# 2. For $\eta\lambda$ between $(1-\sqrt\beta)^2$ and $(1+\sqrt\beta)^2$ the two solutions are complex and
#    both have size $\sqrt\beta$: the path swings, and shrinks by $\sqrt\beta$ a step **whatever the
#    curvature**. Below that range it is damped too much and only crawls.
# 3. For curvatures from $\mu$ to $L$ the best choice is $\eta = 4/(\sqrt L + \sqrt\mu)^2$,
#    $\sqrt\beta = (\sqrt L - \sqrt\mu)/(\sqrt L + \sqrt\mu)$ (Polyak, 1964).


# %%
def factor_per_step(eta_lambda, beta):
    roots = np.roots([1, -(1 + beta - eta_lambda), beta])
    return np.abs(roots).max()


figure, ax = dl.new_axes(
    "How much of the distance is left after one step?", "learning rate × curvature", "factor"
)
grid = np.linspace(0.002, 4.2, 400)
for beta in (0.0, 0.5, 0.9):
    ax.plot(grid, [factor_per_step(x, beta) for x in grid], label=f"momentum {beta:g}")
ax.axhline(1.0, color="0.5", linestyle=":", label="no progress")
ax.set_ylim(0, 1.4)
ax.legend()
plt.show()

# %% [markdown]
# Plain descent has one best point and stops converging at 2. With momentum the curve has a flat
# floor at $\sqrt\beta$: **every curvature on it shrinks equally fast**. That is what makes a ravine
# harmless, and the floor reaches up to nearly 4. More momentum means a wider but higher floor.
#
# Do real paths agree? We start on both sides of each limit and watch the size after 400 steps.

# %%
rows = []
for beta in (0.0, 0.5, 0.9):
    limit = 2 * (1 + beta)
    ends = [
        dl.descend(
            momentum, on=dl.parabola(), start=1.0, steps=400, learning_rate=rate, momentum=beta
        )
        for rate in (0.99 * limit, 1.01 * limit)
    ]
    grows = [abs(path.points[-1][0]) > 1 for path in ends]
    assert grows == [False, True]
    rows.append([beta, limit, "shrinks", "grows"])
dl.Table(
    ["momentum", "limit of rate × curvature", "1 % below it", "1 % above it"],
    rows,
    "Where gradient descent with momentum stops converging",
)

# %% [markdown]
# Now the ravine with each method at its best setting for curvatures from 1 to 100.

# %%
best_plain = {"learning_rate": 2 / 101}
best_momentum = {"learning_rate": 4 / 11**2, "momentum": (9 / 11) ** 2}
start["steps"] = 150
tuned = {
    "SGD": dl.descend(sgd, **start, **best_plain),
    "Momentum": dl.descend(momentum, **start, **best_momentum),
}
dl.plot_values(tuned, title="Both at their best in a ravine of condition 100")
for label, theory in {"SGD": 99 / 101, "Momentum": 9 / 11}.items():
    values = tuned[label].values  # they shrink by the square of the factor
    measured = np.sqrt((values[140] / values[100]) ** (1 / 40))
    print(f"{label}: a factor of {measured:.3g} per step measured, {theory:.3g} in theory")
    assert abs(measured - theory) < 0.01

# %% [markdown]
# The factors are $(\kappa-1)/(\kappa+1) = 0.980$ and $(\sqrt\kappa-1)/(\sqrt\kappa+1) = 0.818$ with
# $\kappa = 100$: **momentum replaces the condition number by its square root**, and one of its steps
# is worth ten plain ones. Note the first steps: momentum starts *worse*, because the walls first
# set it swinging.

# %% [markdown]
# ## Nesterov: look ahead
#
# Nesterov's variant takes the gradient where the velocity will carry the weights (Sutskever et al.,
# 2013). Keras keeps this look-ahead point itself as the weights. Written for it, the rule uses the
# same gradient $g$ twice (Bengio et al., 2013):
#
# $$v_{t+1} = \beta v_t - \eta g_t \qquad\qquad w_{t+1} = w_t + \beta v_{t+1} - \eta g_t$$


# %%
def nesterov(w, g, state, learning_rate, momentum):
    v = momentum * state.get("v", 0.0) - learning_rate * g
    state["v"] = v
    return w + momentum * v - learning_rate * g


assert dl.conform(nesterov, keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True))
start["steps"] = 100
settings = {"learning_rate": 0.01, "momentum": 0.95}
swings = {
    "Momentum": dl.descend(momentum, **start, **settings),
    "Nesterov": dl.descend(nesterov, **start, **settings),
}
dl.plot_values(swings, title="Nesterov damps the steep direction (rate 0.01, momentum 0.95)")

# %% [markdown]
# The rule is Keras's (the assertion passed). Looking ahead brakes earlier where the slope changes
# fast. At this rate, where rate × curvature is exactly 1 across, Nesterov's swing is gone after two
# steps; at smaller rates it takes some more. The brake has a price: Nesterov converges only for rate ×
# curvature below $2(1 + \beta)/(1 + 2\beta)$, here 1.34, where momentum bears 3.9, and plain
# descent 2.
#
# ## Over the hill
#
# Not every loss is a bowl. `bumpy()` has three minima, each lower than the one before, and the
# start on the left sits above the worst of them.

# %%
hills = {
    f"momentum {beta:g}": dl.descend(
        momentum, on=dl.bumpy(), start=-2.0, steps=200, learning_rate=0.1, momentum=beta
    )
    for beta in (0.0, 0.5, 0.8, 0.95)
}
dl.plot_paths(hills, title="From the left, learning rate 0.1")

# %% [markdown]
# Without memory the weight stays in the first minimum. With `momentum=0.5` it gets over one hill,
# with 0.8 over both; with 0.95 it overshoots the far wall and diverges. Do not read a rule into
# this: it is **one start on one curve**, an illustration.
#
# ## In plain Keras
#
# This is all a user writes. The data are three spiral arms of 100 points each, which no straight
# line separates.

# %%
data = dl.spirals(samples=100, classes=3, noise=0.2, seed=0)
print(data)


def build_model():
    return keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(32, activation="tanh", name="hidden"),
            keras.layers.Dense(3, name="logits"),
        ],
        name="spiral_classifier",
    )


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model = build_model()
model.compile(keras.optimizers.SGD(0.5, momentum=0.9), loss, metrics=["accuracy"])
history = model.fit(data.x_train, data.y_train, batch_size=300, epochs=20, verbose=0)
print(f"training loss, first epoch to 20th: {history.history['loss'][0]:.3g}", end="")
print(f" to {history.history['loss'][-1]:.3g}")

# %% [markdown]
# ## The experiment: is it more than a larger step?
#
# Momentum 0.9 makes steady steps ten times larger. So a fair comparison gives plain descent the
# ten-fold rate too. We train each setting from five seeds, 1,200 full-batch steps each. (The last
# setting waits for its own figure.)

# %%
SGD = keras.optimizers.SGD
spiral_task = dl.Task(data, build_model, loss, metrics=["accuracy"])
runs = dl.compare_optimizers(
    {
        "SGD, rate 0.5": SGD(learning_rate=0.5),
        "Momentum 0.9, rate 0.05": SGD(learning_rate=0.05, momentum=0.9),
        "Momentum 0.9, rate 0.5": SGD(learning_rate=0.5, momentum=0.9),
        "Nesterov 0.9, rate 0.5": SGD(learning_rate=0.5, momentum=0.9, nesterov=True),
        "SGD, rate 5": SGD(learning_rate=5.0),
    },
    spiral_task,
    epochs=1200,
    batch_size=300,
    evaluate_every=50,
)
first_four = runs[runs.labels[:4]]
_, ax = dl.new_axes("Three spiral arms, 1,200 full-batch steps", "", "")
dl.mark_varying(first_four.plot("loss", ax=ax), "chaotic: details differ between machines")

# %% [markdown]
# ## How to read it
#
# - **Plain at 0.5 and momentum 0.9 at 0.05 go the same way**: where the slope is steady, momentum is a
#   rate that is $1/(1-\beta) = 10$ times larger, and no more. (Both stay on a plateau here, where much
#   would look alike; the claims below show it on a steady slope.)
# - **Momentum 0.9 at 0.5** is an effective rate of 5 and gets far ahead.
# - Nesterov's median ends close to momentum's, and their bands overlap.
#
# Toward the end rounding errors grow in the two fast runs, so no number is quoted from them.
#
# Could plain descent simply use the rate 5? That is the setting that fails.

# %%
same_rate = runs[["SGD, rate 5", "Momentum 0.9, rate 0.5"]]
_, ax = dl.new_axes("The same effective rate of 5, with and without momentum", "", "")
dl.mark_varying(same_rate.plot("loss", ax=ax), "chaotic: details differ between machines")

# %% [markdown]
# At rate 5 plain descent is beyond the limit 2 / curvature of its steepest direction: it jumps
# about, far above the loss it began with. Its curve is *chaotic*: rounding errors grow until two
# machines disagree, so this course shows its shape and quotes no number from it. Momentum's limit
# is 2 (1 + β) for the rate times the curvature, and its rate is only 0.5.
#
# ## Check the claims
#
# Medians over five seeds; if one of these ever stops being true, the course's tests fail.

# %%
loss_of = {label: np.median(runs[label].final("loss")) for label in runs.labels}
plain, slow = loss_of["SGD, rate 0.5"], loss_of["Momentum 0.9, rate 0.05"]
fast, wild = loss_of["Momentum 0.9, rate 0.5"], loss_of["SGD, rate 5"]
assert abs(slow / plain - 1) < 0.01, "both are still on the plateau"
w, state = 0.0, {}
for _ in range(200):
    before, w = w, momentum(w, 1.0, state, learning_rate=0.05, momentum=0.9)
assert np.isclose(before - w, 0.05 / (1 - 0.9)), "on a steady slope each step is that much longer"
beyond = {**start, "steps": 100, "learning_rate": 0.0136, "momentum": 0.95}
assert (
    dl.descend(nesterov, **beyond).values[-1] > 1e3 > 1 > dl.descend(momentum, **beyond).values[-1]
)
assert fast < 0.8 * plain, "a larger effective rate that momentum can use"
assert wild > 3 * plain, "and plain descent cannot"
print("All claims hold; those about training over 5 seeds.")

# %% [markdown]
# ## Too much momentum
#
# On the ravine, `momentum=0.99` shrinks by at most $\sqrt{0.99} = 0.995$ a step: a ball
# this heavy hardly brakes.

# %%
start["steps"] = 300
heavy = {
    f"momentum {beta:g}": dl.descend(momentum, **start, learning_rate=0.01, momentum=beta)
    for beta in (0.8, 0.95, 0.99)
}
dl.plot_values(heavy, title="Too much memory: learning rate 0.01")

# %% [markdown]
# With 0.8 the path is at the bottom within 100 steps; with 0.99 it still swings after 300: **the loss
# rises and falls every few steps, and its level hardly sinks.** Whether 0.99 is too much depends on the
# problem, and on the number of steps.
#
# ## Where Keras surprises you
#
# - `momentum` is 0 by default: `SGD()` is plain descent. `RMSprop` has a `momentum` too.
# - Keras keeps the learning rate **inside** the velocity ($v = \beta v - \eta g$). PyTorch keeps it
#   outside ($v = \beta v + g$, then $w = w - \eta v$). Both are the same as long as the rate stays
#   constant. When a schedule lowers it, Keras's velocity still carries the old, larger steps.
# - The `momentum` of `BatchNormalization` is something else (lesson 14).
# - Tutorials say that momentum "mainly solves saddle points". Its proven gain is the square root
#   of the condition number, as you saw.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_07.<name>.hint()`, then `.solution()`.
#
# **1.** A direction has curvature 50 and `momentum=0.9`. Up to which learning rate does it
# converge?

# %% tags=["stub"]
largest_rate = ...
lesson_07.largest_rate.check(largest_rate)

# %% [markdown] tags=["solution"]
# Rate × curvature must stay below 2 (1 + β) = 3.8, so the rate below 3.8 / 50.

# %% tags=["solution"]
largest_rate = 2 * (1 + 0.9) / 50
lesson_07.largest_rate.check(largest_rate)

# %% [markdown]
# **2.** The gradient stays at 2, the learning rate is 0.01 and the momentum 0.95. How long is a
# step in the end?

# %% tags=["stub"]
steady_step = ...
lesson_07.steady_step.check(steady_step)

# %% [markdown] tags=["solution"]
# The steps add up to η g (1 + β + β² + …) = η g / (1 − β).

# %% tags=["solution"]
steady_step = 0.01 * 2 / (1 - 0.95)
lesson_07.steady_step.check(steady_step)

# %% [markdown]
# **3.** Write PyTorch's form: the velocity collects gradients, and the learning rate comes last.
# It must still be Keras's rule for a constant rate.


# %% tags=["stub"]
def torch_momentum(w, g, state, learning_rate, momentum): ...


lesson_07.torch_momentum.check(torch_momentum)

# %% [markdown] tags=["solution"]
# Dividing Keras's velocity by −η gives PyTorch's: both describe the same steps.


# %% tags=["solution"]
def torch_momentum(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0.0) + g
    return w - learning_rate * state["v"]


lesson_07.torch_momentum.check(torch_momentum)

# %% [markdown]
# ## Takeaways
#
# - Momentum adds up the steps that agree and cancels those that alternate.
# - In a steady slope it is a rate 1/(1 − β) times larger. Its gain is that such a rate can be
#   *used*: the steep directions stay stable up to 2 (1 + β) / curvature (without Nesterov).
# - At its best it replaces the condition number by its square root. Too much of it swings.
#
# ## References
#
# - B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
# - Y. Nesterov, *A method of solving a convex programming problem with convergence rate
#   O(1/k²)*, 1983.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and momentum
#   in deep learning*, 2013.
# - Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu, *Advances in Optimizing Recurrent Networks*, 2013.
# - G. Goh, *Why Momentum Really Works*, 2017.
#
# **Next:** lesson 08 gives every weight its own step size.
