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
# The common words get their weights in the first epoch. A rare word waits: where it does not
# appear its gradient is zero, so it moves in one message out of a hundred, and then by no more
# than the others. A larger rate would suit it, but the common words would not survive that.
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
# two agree: the last assertion says so. (PyTorch's own AdaGrad adds ε to the root instead of under
# it: exercise 3 of lesson 07 in another guise, and `conform` tells the two apart.)
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

# %% [markdown]
# Gone is the miracle: at none of these rates is AdaGrad ahead of plain descent at its best rate in
# the end. Steps per weight help when **the weights themselves** differ in scale, as rare and
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
assert not sweep.at_the_edge()
best = sweep.best_rates()
Table(["method", "best rate"], [[k, f"{v:g}"] for k, v in best.items()], "A sweep on rare words")

# %%
tuned = {label: with_learning_rate(each, best[label]) for label, each in optimizers.items()}
tuned |= {"AdaDelta, default": Adadelta(), "AdaDelta, rate 1": Adadelta(1.0)}
runs = compare_optimizers(tuned, words_task, epochs=6, record=["weights"])
runs.plot("val_loss", title="Rare words, each method at its own rate")

# %%
Table(
    ["method", "validation loss", "common words learned", "rare words learned"],
    [
        [label, np.median(runs[label].final("val_loss"))]
        + [f"{np.median(share_learned(runs, label, g)[:, -1]):.0%}" for g in (common, rare)]
        for label in runs.labels
    ],
    "After 6 epochs, medians over 5 seeds; learned: share of the right weight",
)
