# %% [markdown]
# # 08 · Why should each weight have its own step?
#
# **About 40 minutes.** You need lesson 06 (the learning rate) and lesson 07 (momentum).
#
# After this lesson you can
#
# - write AdaGrad, RMSprop and AdaDelta in a few lines, and prove them equal to Keras's;
# - read from an optimizer's state which weight takes which step;
# - say on which problems AdaGrad shines, and why it cannot follow a world that changes;
# - say what became of the learning rate that AdaDelta claims not to need.

# %%
import dlcourse

dlcourse.start(seed=0)

import keras
import numpy as np
from matplotlib import pyplot as plt

from dlcourse import Dataset, Landscape, Task, compare_optimizers, conform, descend
from dlcourse import method_style, parabola, plot_band, plot_values, ravine, sweep_learning_rate
from dlcourse.cloning import with_learning_rate
from dlcourse.exercises import lesson_08
from dlcourse.figures import new_axes
from dlcourse.tables import Table

# %% [markdown]
# ## The problem: rare words
#
# Messages are to be sorted into two kinds by the words in them. There are 100 common words, each
# in every second message, which tell a little; and 500 rare words, each in 1 % of the messages,
# which tell ten times as much. We make 4,000 such messages, so we know every word's right weight.

# %%
rng = np.random.default_rng(0)
common, rare = slice(0, 100), slice(100, 600)
chance = np.repeat([0.5, 0.01], [100, 500])
right_weights = np.repeat([0.2, 2.0], [100, 500]) * rng.choice([-1, 1], 600)


def make_messages(rows):
    x = rng.random((rows, 600)) < chance
    y = rng.random(rows) < 1 / (1 + np.exp(-(x @ right_weights)))
    return x.astype("float32"), y.astype("float32").reshape(-1, 1)


words = Dataset("rare words", *make_messages(4000), *make_messages(2000))
words


# %%
def build_model():
    return keras.Sequential(
        [keras.Input((600,)), keras.layers.Dense(1, name="logit")], name="word_classifier"
    )


loss = keras.losses.BinaryCrossentropy(from_logits=True)
words_task = Task(words, build_model, loss)


def share_learned(runs, label, group):
    """How much of its right weight a group's median word has, shape (seeds, epochs)."""
    snapshots = [runs.weights[label, seed] for seed in runs.seeds]
    learned = np.array([[kernel[:, 0] for kernel, bias in kept] for kept in snapshots])
    return np.median((learned / right_weights)[..., group], axis=-1)


# %% [markdown]
# One layer and plain descent at learning rate 0.3, which a sweep further down finds to be its
# best. One seed will do for a first look.

# %%
SGD = keras.optimizers.SGD
first = compare_optimizers(
    {"SGD": SGD(0.3)}, words_task, epochs=6, seeds=[0], record=["weights"]
)
figure, ax = new_axes("Plain descent, learning rate 0.3", "epoch", "share of the right weight")
plot_band(ax, first.epochs, share_learned(first, "SGD", common), "common words, in 50 %")
plot_band(ax, first.epochs, share_learned(first, "SGD", rare), "rare words, in 1 %", marker="s")
ax.set_ylim(0, 1)
ax.legend()
plt.show()

# %% [markdown]
# The common words settle within two epochs, short of their full weight while the rare words' share
# of the answer is still missing. A rare word waits: where it does not appear its gradient is zero,
# so it moves in one message out of a hundred, and then no farther than any other. A larger rate
# would suit it, but the common words do not bear one.
#
# ## Predict before you run
#
# AdaGrad gives each weight its own step. When a word appears, whose weight will move farther for
# the same gradient: `"the common one's"`, `"the rare one's"`, or `"both the same"`?

# %% tags=["stub"]
my_prediction = ...
lesson_08.longer_step.check(my_prediction)

# %% tags=["solution"]
my_prediction = "the rare one's"
lesson_08.longer_step.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Divide each weight's step by the size of the gradients that this weight has met: whoever has
# moved a lot goes on carefully, whoever has hardly moved takes a long step.**
#
# $$s_t = s_{t-1} + g_t^2 \qquad\qquad w_{t+1} = w_t - \frac{\eta}{\sqrt{s_t + \varepsilon}}\; g_t$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $s$ | the accumulator, one number per weight | sum of squared gradients |
# | $s_0$ | `initial_accumulator_value`, 0.1 | where the sum starts |
# | $\varepsilon$ | `epsilon`, 10⁻⁷ | keeps the division finite |
# | $\eta / \sqrt{s + \varepsilon}$ | | the **effective step** of this weight, per unit of gradient |
#
# All operations are element by element. This is AdaGrad (Duchi et al., 2011).
#
# ## By hand


# %%
def adagrad(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    s = state.get("s", initial_accumulator_value) + g**2
    state["s"] = s
    return w - learning_rate * g / np.sqrt(s + epsilon)


keras_defaults = {"initial_accumulator_value": 0.1, "epsilon": 1e-7}
path = descend(
    adagrad, on=parabola(), start=1.0, steps=3, learning_rate=0.1, **keras_defaults
)
assert np.allclose(path.points[1:, 0], [0.90465, 0.83934, 0.78751], atol=1e-5)
path.table()

# %% [markdown]
# On $w^2/2$ the first gradient is 1, so $s = 1.1$ and the step is $0.1 / \sqrt{1.1} = 0.0953$.
# Each further step is shorter: the slope falls a little, the sum grows a lot.
#
# ## The same as Keras?

# %%
Adagrad = keras.optimizers.Adagrad
report = conform(adagrad, Adagrad(learning_rate=0.1))
assert report
report

# %% [markdown]
# A well-known tutorial writes AdaGrad as below. It also keeps ε inside the root. Is it the same?


# %%
def tutorial_adagrad(w, g, state, learning_rate):
    state["s"] = state.get("s", 0.0) + g**2
    return w - learning_rate / np.sqrt(state["s"] + 1e-10) * g


report = conform(tutorial_adagrad, Adagrad(learning_rate=0.1))
assert not report
report

# %% [markdown]
# Not quite: its sum starts at zero, so the very first step is exactly the learning rate, 0.1. We
# start Keras's sum at zero too.

# %%
report = conform(tutorial_adagrad, Adagrad(0.1, initial_accumulator_value=0.0))
assert not report
assert conform(tutorial_adagrad, Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-10))
report

# %% [markdown]
# What is left is the *size* of ε, and only tiny gradients see it. With `epsilon=1e-10` as well the
# two agree, as the assertion shows. (PyTorch's own AdaGrad starts at zero too, and adds its ε to
# the root instead of under it.)
#
# ## A step of its own for each weight
#
# Back to the ravine of lesson 07: curvature 100 across, 1 along. The effective step is what the
# weight moved divided by its gradient, as it really happened.

# %%
start = {"start": (-4.0, 1.0), "steps": 30}
adagrad_path = descend(
    adagrad, on=ravine(condition=100), **start, learning_rate=0.5, **keras_defaults
)
effective = -np.diff(adagrad_path.points, axis=0) / adagrad_path.gradients[:-1]

figure, ax = new_axes(
    "AdaGrad in a ravine, learning rate 0.5", "step", "effective step", yscale="log"
)
for weight, name in enumerate(["along, w[0], curvature 1", "across, w[1], curvature 100"]):
    ax.plot(effective[:, weight], label=name, marker="os"[weight], markevery=5)
ax.axhline(2 / 100, color="0.5", linestyle=":", label="limit of plain descent, for both")
ax.legend()
plt.show()

# %% [markdown]
# The steep direction gets a step about a hundred times shorter, and the flat one a step beyond
# what plain descent could use for either. If the sum starts at zero and ε is negligible, the
# curvature λ even **cancels**: the gradient is $\lambda w$, and so is the root of the sum,
# $\lambda \sqrt{\sum w^2}$. Then the path is the same in every ravine, however steep its walls.

# %%
from_zero = {"learning_rate": 0.5, "initial_accumulator_value": 0.0, "epsilon": 1e-16}
paths = [
    descend(adagrad, on=ravine(condition=condition), **start, **from_zero)
    for condition in (1, 100, 10_000)
]
for path in paths[1:]:
    assert np.allclose(path.points, paths[0].points, atol=1e-9)
print("The same path, to 1e-9, for condition numbers 1, 100 and 10,000.")

# %% [markdown]
# ### Change one thing: turn the ravine
#
# Each weight has its own step, but no step can point *between* the weights. So we turn the same
# ravine by 45°, and both weights become equally steep.

# %%
turn = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)
canyon = ravine(condition=100)
turned = Landscape(
    "turned ravine",
    lambda w: canyon.function(w @ turn.T),
    lambda w: canyon.gradient(w @ turn.T) @ turn,
    domain=((-5, 5), (-5, 5)),
    minima=((0.0, 0.0),),
)


def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


start = {"on": turned, "start": np.array([-4.0, 1.0]) @ turn, "steps": 200}
turned_paths = {"SGD": descend(sgd, **start, learning_rate=2 / 101)}
for rate in (0.3, 1.0, 3.0):
    label = f"AdaGrad, learning rate {rate:g}"
    turned_paths[label] = descend(adagrad, **start, learning_rate=rate, **keras_defaults)
plot_values(turned_paths, title="A ravine that runs between the weights, condition 100")
ends = [path.values[-1] for path in turned_paths.values()]
assert min(ends[1:]) > 2 * ends[0]

# %% [markdown]
# Gone is the miracle: after 200 steps plain descent at its best rate is ahead of AdaGrad at each of
# the three. Steps per weight help when **the weights themselves** differ in scale, as rare and
# common words do. They do not repair a ravine that runs across them.
#
# ## RMSprop: forget old gradients
#
# AdaGrad's sum never shrinks. RMSprop (Tieleman and Hinton, 2012) keeps a running *average*, in
# which a gradient's weight fades by `rho` per step:
#
# $$s_t = \rho\, s_{t-1} + (1 - \rho)\, g_t^2 \qquad\qquad w_{t+1} = w_t - \frac{\eta}{\sqrt{s_t + \varepsilon}}\; g_t$$


# %%
def rmsprop(w, g, state, learning_rate, rho, epsilon):
    s = rho * state.get("s", 0.0) + (1 - rho) * g**2
    state["s"] = s
    return w - learning_rate * g / np.sqrt(s + epsilon)


RMSprop = keras.optimizers.RMSprop
report = conform(rmsprop, RMSprop(learning_rate=0.1))
assert report
path = descend(rmsprop, on=parabola(), start=1.0, steps=3, learning_rate=0.1, rho=0.9, epsilon=1e-7)
assert np.allclose(path.points[1:, 0], [0.68377, 0.49887, 0.36918], atol=1e-5)
path.table()

# %% [markdown]
# The first step is three times the learning rate: the average starts at *zero*, so it is
# $(1-\rho)\,g^2$ and its root only $0.316\,|g|$. Lesson 09 corrects this.
#
# Keras's `RMSprop` has two more options. `momentum` collects scaled steps in a velocity. `centered`
# divides by the *spread* of the gradients: the average square minus the squared average
# (Graves, 2013).


# %%
def full_rmsprop(w, g, state, learning_rate, rho, momentum, centered, epsilon):
    s = rho * state.get("s", 0.0) + (1 - rho) * g**2
    m = rho * state.get("m", 0.0) + (1 - rho) * g
    spread = s - m**2 if centered else s
    v = momentum * state.get("v", 0.0) + learning_rate * g / np.sqrt(spread + epsilon)
    state.update(s=s, m=m, v=v)
    return w - v


assert conform(full_rmsprop, RMSprop(0.1))
assert conform(full_rmsprop, RMSprop(0.1, momentum=0.9))
assert conform(full_rmsprop, RMSprop(0.1, centered=True))
report = conform(full_rmsprop, RMSprop(0.1, momentum=0.9, centered=True))
assert report
report

# %% [markdown]
# ## AdaDelta: no learning rate?
#
# Zeiler (2012) noticed that $\eta\, g/\sqrt{s}$ has the wrong unit: the gradient's unit cancels,
# and nothing is left of the weight's. His remedy is to replace η by the size of recent steps $u$:
#
# $$u_t = \frac{\sqrt{d_{t-1} + \varepsilon}}{\sqrt{s_t + \varepsilon}}\; g_t \qquad
# d_t = \rho\, d_{t-1} + (1 - \rho)\, u_t^2 \qquad w_{t+1} = w_t - u_t$$
#
# Keras multiplies $u_t$ by a `learning_rate` again, after it went into the average.


# %%
def adadelta(w, g, state, learning_rate, rho, epsilon):
    s = rho * state.get("s", 0.0) + (1 - rho) * g**2
    d = state.get("d", 0.0)
    u = np.sqrt(d + epsilon) / np.sqrt(s + epsilon) * g
    state.update(s=s, d=rho * d + (1 - rho) * u**2)
    return w - learning_rate * u


Adadelta = keras.optimizers.Adadelta
report = conform(adadelta, Adadelta(learning_rate=1.0))
assert report
report

# %% [markdown]
# The paper is `learning_rate=1.0`, Keras's default 0.001. And how does the rule start, when no
# step has been taken yet? With $d = 0$ there is only ε. We walk 1,000 steps down a slope of 1.

# %%
slope = Landscape("slope 1", lambda w: -w[..., 0], lambda w: -np.ones_like(w), ((0, 10),))
settings = [(0.001, 1e-7), (1.0, 1e-8), (1.0, 1e-7), (1.0, 1e-6), (1.0, 1e-5)]
distance = {}
for rate, epsilon in settings:
    end = descend(
        adadelta, on=slope, start=0.0, steps=1000, learning_rate=rate, rho=0.95, epsilon=epsilon
    )
    distance[rate, epsilon] = end.points[-1, 0]
assert np.isclose(distance[1.0, 1e-5] / distance[1.0, 1e-7], 10, rtol=0.01)
Table(
    ["learning_rate", "epsilon", "distance walked"],
    [[f"{rate:g}", f"{epsilon:g}", walked] for (rate, epsilon), walked in distance.items()],
    "AdaDelta on a slope of 1, after 1,000 steps",
)

# %% [markdown]
# A hundred times the `epsilon` walks ten times as far. **The missing learning rate is √ε**, which
# no longer only guards a division. (On a steady slope $d$ grows by $(1-\rho)\,\varepsilon$ a step,
# so the steps are about $\sqrt{\varepsilon\,(1 + (1-\rho)\,t)}$.) And Keras's default, the first
# row, crawls: a thousand times slower than the paper.
#
# ## The experiment: the rare words again
#
# First each method's own learning rate, as lesson 10 will explain at length. We take the rate with
# the lowest validation loss.

# %%
optimizers = {
    "SGD": SGD(),
    "Momentum": SGD(momentum=0.9),
    "AdaGrad": Adagrad(),
    "RMSprop": RMSprop(),
}
rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
sweep = sweep_learning_rate(optimizers, words_task, rates, epochs=6, seeds=[0])
best = sweep.best_rates()
assert not sweep.at_the_edge() and best["SGD"] == 0.3
Table(["method", "best rate"], [[k, f"{v:g}"] for k, v in best.items()], "A sweep on rare words")

# %%
tuned = {label: with_learning_rate(each, best[label]) for label, each in optimizers.items()}
tuned |= {"AdaDelta, default": Adadelta(), "AdaDelta, rate 1": Adadelta(1.0)}
runs = compare_optimizers(tuned, words_task, epochs=6, record=["weights"])
runs.plot("val_loss", title="Rare words, each method at its own rate")
Table(
    ["method", "validation loss", "common words learned", "rare words learned"],
    [
        [label, np.median(runs[label].final("val_loss"))]
        + [f"{np.median(share_learned(runs, label, g)[:, -1]):.0%}" for g in (common, rare)]
        for label in runs.labels
    ],
    "After 6 epochs, medians over 5 seeds; learned: share of the right weight",
)

# %% [markdown]
# ## How to read it
#
# - **AdaGrad learns the rare words**, four times as much of them as plain descent in the same six
#   epochs, and its loss is the lowest.
# - Momentum helps as well: it can use a larger effective rate (lesson 07). But it still is one
#   rate for all, and AdaGrad is ahead of it on every seed.
# - RMSprop is close behind AdaGrad. AdaDelta's default learns nothing at all; at the paper's rate
#   of 1 it is on its way, but slow, because √ε is small.
#
# ## In plain Keras, and a look into the state
#
# The optimizer of a fitted model holds the sums. This is what each word's step has become.

# %%
keras.utils.set_random_seed(0)
model = build_model()
model.compile(Adagrad(learning_rate=1.0), loss)
model.fit(words.x_train, words.y_train, batch_size=32, epochs=3, verbose=0)

[sums] = [v.numpy()[:, 0] for v in model.optimizer.variables if v.shape == (600, 1)]
effective = 1.0 / np.sqrt(sums + 1e-7)
appearances = words.x_train.sum(axis=0)
figure, ax = new_axes(
    "AdaGrad's step for each word", "messages with the word", "effective step",
    xscale="log", yscale="log",
)  # fmt: skip
for name, group, marker in [("common words", common, "o"), ("rare words", rare, "s")]:
    ax.plot(appearances[group], effective[group], marker, markersize=3, label=name)
ax.legend()
plt.show()

# %%
ratio = np.median(effective[rare]) / np.median(effective[common])
print(f"for the same gradient the rare word's weight moves {ratio:.2g} times as far")
lesson_08.longer_step.compare("the rare one's" if ratio > 1.5 else "both the same")

# %% [markdown]
# A word that appears 50 times less often adds 50 times fewer squares to its sum, and the root of
# 50 is 7: this is what the picture shows. Nobody told the optimizer which words are rare.
#
# ## A long run, where AdaGrad stalls
#
# The sum only grows. If gradients keep their size, as the noise of mini-batches does, it grows in
# proportion to $t$, and every effective step shrinks like $1/\sqrt{t}$. That is right while the
# target stays where it is. Now let it jump, after 100, 1,000 or 10,000 steps. How long until the
# weight has followed half of the way? Five runs at once, each with its own noise.


# %%
def follow_a_jump(rule, jump_at, learning_rate, **hyperparameters):
    """Noisy gradients of (w - target)²/2; the target jumps from 0 to 1."""
    rng = np.random.default_rng(0)
    w, state, weights, effective = np.zeros(5), {}, [], []
    for step in range(jump_at + 1000):
        g = w - float(step >= jump_at) + rng.normal(size=5)
        w = rule(w, g, state, learning_rate=learning_rate, **hyperparameters)
        weights.append(w)
        effective.append(learning_rate / np.sqrt(state["s"]))
    halfway = (np.array(weights)[jump_at:] > 0.5).argmax(axis=0)
    return halfway, np.array(effective).T


settings = {
    "AdaGrad": (adagrad, {"learning_rate": 0.3, **keras_defaults}),
    "RMSprop": (rmsprop, {"learning_rate": 0.01, "rho": 0.9, "epsilon": 1e-7}),
}
waits = {
    (label, jump_at): follow_a_jump(rule, jump_at, **hyperparameters)
    for label, (rule, hyperparameters) in settings.items()
    for jump_at in (100, 1000, 10_000)
}

# %%
figure, ax = new_axes(
    "10,000 noisy steps", "step", "effective step", xscale="log", yscale="log"
)  # fmt: skip
shown = np.geomspace(1, 10_000, 40).astype(int)
for label in settings:
    plot_band(ax, shown, waits[label, 10_000][1][:, shown - 1], label, **method_style(label, 0))
ax.plot(shown, 0.3 / np.sqrt(shown), ":", color="0.5", label="0.3 / √step")
ax.legend()
plt.show()
halfway = {run: np.median(steps) for run, (steps, _) in waits.items()}
Table(
    ["method", "jump after 100 steps", "after 1,000", "after 10,000"],
    [[label, *(int(halfway[label, at]) for at in (100, 1000, 10_000))] for label in settings],
    "Steps until the weight has followed half of the way, median of 5 runs",
)

# %% [markdown]
# The longer AdaGrad has run, the longer it takes: about √10 times as long for every factor of ten.
# RMSprop follows equally fast at any time. It pays for that: its steps stay long, so it never
# comes to rest. Choose AdaGrad for rare features and a problem that stays put, RMSprop where the
# gradients change with time, as they do in deep networks.
#
# ## Check the claims

# %%
val_loss = {label: runs[label].final("val_loss")[0] for label in runs.labels}
learned = {
    label: np.median(share_learned(runs, label, rare)[:, -1]) for label in runs.labels
}
for label, margin in {"SGD": 0.8, "Momentum": 0.95}.items():
    assert (val_loss["AdaGrad"] < margin * val_loss[label]).all(), f"ahead of {label}, each seed"
assert 0.9 < np.median(val_loss["AdaGrad"]) / np.median(val_loss["RMSprop"]) < 1
assert learned["AdaGrad"] > 3 * learned["SGD"], "because it learns the rare words"
assert learned["AdaDelta, default"] < 0.01 and learned["AdaDelta, rate 1"] < 0.1
assert 5 < ratio < 9, "about the root of 50"
for early, late in [(100, 1000), (1000, 10_000)]:
    assert 2 < halfway["AdaGrad", late] / halfway["AdaGrad", early] < 5, "about the root of 10"
    assert 0.6 < halfway["RMSprop", late] / halfway["RMSprop", early] < 1.6, "no slower later"
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `Adagrad()`, `RMSprop()` and `Adadelta()` all start at `learning_rate=0.001`. For RMSprop that
#   is a usable number. On the rare words AdaGrad wanted 1, a thousand times more.
# - The state belongs to the optimizer, not to the model: save it with the model if you want to
#   train on, or AdaGrad's sums start anew and its first steps are long again.
# - `RMSprop(centered=True)` divides by the spread of the gradients. On a *steady* slope there is
#   none, and the steps grow up to $|g|\,\eta/\sqrt\varepsilon$, 3,000 times the rate here:

# %%
steady = {"on": slope, "start": 0.0, "steps": 300, "learning_rate": 0.001}
options = {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7}
walks = {
    name: descend(full_rmsprop, **steady, **options, centered=centered).step_sizes[-1]
    for name, centered in [("plain", False), ("centered", True)]
}
assert walks["centered"] > 3000 * walks["plain"]
Table(
    ["RMSprop", "step size"], list(walks.items()), "Step 300 on a slope of 1, learning rate 0.001"
)

# %% [markdown]
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_08.<name>.hint()`, then `.solution()`.
#
# **1.** A weight's gradient is always 2. AdaGrad has learning rate 0.1, its sum starts at 0. How
# long is its 100th step?

# %% tags=["stub"]
hundredth_step = ...
lesson_08.hundredth_step.check(hundredth_step)

# %% tags=["solution"]
hundredth_step = 0.1 * 2 / np.sqrt(100 * 2**2)
lesson_08.hundredth_step.check(hundredth_step)

# %% [markdown]
# **2.** Another weight's gradient is always 50, the optimizer `RMSprop(0.003)`. How long is a step
# in the end?

# %% tags=["stub"]
steady_step = ...
lesson_08.steady_step.check(steady_step)

# %% tags=["solution"]
steady_step = 0.003 * 50 / np.sqrt(50**2)
lesson_08.steady_step.check(steady_step)

# %% [markdown]
# **3.** Write AdaGrad with the *mean* of the squared gradients so far instead of their sum, for a
# sum that starts at 0. What then shrinks like $1/\sqrt{t}$ stands in plain sight. (Count the steps
# in `state`, from 1.)


# %% tags=["stub"]
def adagrad_by_mean(w, g, state, learning_rate, epsilon):
    ...


lesson_08.adagrad_by_mean.check(adagrad_by_mean)

# %% [markdown] tags=["solution"]
# The sum is $t$ times the mean, so the root splits: $\sqrt{t\,m + \varepsilon} = \sqrt{t}\,
# \sqrt{m + \varepsilon/t}$. AdaGrad is RMSprop with an average that forgets nothing, and a
# learning rate that falls like $1/\sqrt{t}$.


# %% tags=["solution"]
def adagrad_by_mean(w, g, state, learning_rate, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    mean = state.get("mean", 0.0)
    mean = state["mean"] = mean + (g**2 - mean) / t
    return w - learning_rate / np.sqrt(t) * g / np.sqrt(mean + epsilon / t)


lesson_08.adagrad_by_mean.check(adagrad_by_mean)

# %% [markdown]
# ## Takeaways
#
# - Dividing by the root of a weight's squared gradients gives every weight a step of its own:
#   long for the rare and the flat, short for the common and the steep.
# - AdaGrad sums and so slows down like 1/√t, for good. RMSprop averages and stays awake.
# - AdaDelta needs no learning rate only because √ε is one. In Keras, set `learning_rate=1.0`.
# - None of them helps where the ravine runs across the weights.
#
# ## References
#
# - J. Duchi, E. Hazan, Y. Singer, *Adaptive Subgradient Methods for Online Learning and Stochastic
#   Optimization*, 2011.
# - T. Tieleman, G. Hinton, *Lecture 6.5: rmsprop*, 2012.
# - M. D. Zeiler, *ADADELTA: An Adaptive Learning Rate Method*, 2012.
# - A. Graves, *Generating Sequences With Recurrent Neural Networks* (centered RMSprop), 2013.
#
# **Next:** lesson 09 puts momentum and RMSprop together.
