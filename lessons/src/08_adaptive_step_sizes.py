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
import dlcourse as dl

dl.start(seed=0)

import keras
import numpy as np
from matplotlib import pyplot as plt

lesson_08 = dl.exercises.lesson_08

# %% [markdown]
# ## Play first
#
# The same ravine for two rules. One of them gives each weight a step of its own. Find a rate for each that gets below 0.1
# in 60 steps. Then turn the ravine (*angle in degrees*) to 45°. Which of the two does not mind?

# %%
from keras.optimizers import SGD, Adagrad

dl.lab.descent(dl.ravine(100), [SGD(0.01), Adagrad(0.5)], steps=60, goal=0.1)

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


words = dl.Dataset("rare words", *make_messages(4000), *make_messages(2000))
words


# %%
def build_model():
    layers = [keras.Input((600,)), keras.layers.Dense(1, name="logit")]
    return keras.Sequential(layers, name="word_classifier")


loss = keras.losses.BinaryCrossentropy(from_logits=True)
words_task = dl.Task(words, build_model, loss)


# %%
def train(optimizer):
    keras.utils.set_random_seed(0)
    model = build_model()
    model.compile(optimizer, loss)
    model.fit(words.x_train, words.y_train, batch_size=32, epochs=3, verbose=0)
    return model


# %%
from keras.optimizers import Adadelta, RMSprop

learned = train(SGD(0.3)).get_weights()[0][:, 0]
figure, ax = dl.new_axes("Plain descent, 3 epochs", "a word's right weight", "what it has learned")
for name, group, marker in [("common", common, "o"), ("rare", rare, "s")]:
    ax.plot(right_weights[group], learned[group], marker, markersize=4, label=f"{name} words")
ax.plot([-2, 2], [-2, 2], ":", color="0.5", label="right")
ax.legend()
plt.show()
for name, group in [("common", common), ("rare", rare)]:
    x = words.x_train[:, group]
    curvature = np.linalg.eigvalsh(x.T @ x / len(x)).max() / 4
    print(f"the {name} words alone allow rates up to {2 / curvature:.3g}")

# %% [markdown]
# The learning rate is 0.3, which a sweep below finds to be the best for plain descent. The rare
# words tell most, and they have learned very little. A rare word waits: where it does not appear
# its gradient is zero, so it moves in one message out of a hundred, and then no farther than any
# other. A larger rate would suit it, but the common words do not bear one: the printed limits are
# lesson 06's 2 / curvature, for the steepest direction of this loss at the start.
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


# %%
keras_defaults = {"initial_accumulator_value": 0.1, "epsilon": 1e-7}
path = dl.descend(
    adagrad, on=dl.parabola(), start=1.0, steps=3, learning_rate=0.1, **keras_defaults
)
assert np.allclose(path.points[1:, 0], [0.90465, 0.83934, 0.78751], atol=1e-5)
path.table()

# %% [markdown]
# On $w^2/2$ the first gradient is 1, so $s = 1.1$ and the step is $0.1 / \sqrt{1.1} = 0.0953$.
# Each further step is shorter: the slope falls a little, the sum grows a lot.
#
# ## The same as Keras?
#
# And is a well-known tutorial's AdaGrad? Its $\varepsilon$ is $10^{-10}$, and its sum starts at zero. We
# give Keras the same ε, then the same start, then both.

# %%
report = dl.conform(adagrad, Adagrad(learning_rate=0.1))
assert report
report


# %%
def tutorial_adagrad(w, g, state, learning_rate):
    state["s"] = state.get("s", 0.0) + g**2
    return w - learning_rate / np.sqrt(state["s"] + 1e-10) * g


assert not dl.conform(tutorial_adagrad, Adagrad(0.1))
same_epsilon, same_start = {"epsilon": 1e-10}, {"initial_accumulator_value": 0.0}
for settings in (same_epsilon, same_start, same_epsilon | same_start):
    report = dl.conform(tutorial_adagrad, Adagrad(0.1, **settings))
    print(f"{settings}:\n    {report.hint or 'the same rule'}")
assert report

# %% [markdown]
# The start matters to everyone: from zero the first step is always the whole learning rate. What ε
# is matters to tiny gradients only. Like Keras the tutorial keeps it *inside* the root, so here it is
# the size that differs; PyTorch's own AdaGrad adds ε to the root.
#
# ## A step of its own for each weight
#
# Back to the ravine of lesson 07: curvature 100 across, 1 along. The effective step is what the
# weight moved divided by its gradient, as it really happened.

# %%
start = {"start": (-4.0, 1.0), "steps": 30, "learning_rate": 0.5}
path = dl.descend(adagrad, on=dl.ravine(condition=100), **start, **keras_defaults)
effective = -np.diff(path.points, axis=0) / path.gradients[:-1]

figure, ax = dl.new_axes("AdaGrad in a ravine", "step", "effective step", yscale="log")
for weight, name in enumerate(["along, w[0], curvature 1", "across, w[1], curvature 100"]):
    ax.plot(effective[:, weight], label=name, marker="os"[weight], markevery=5)
ax.axhline(2 / 100, color="0.5", linestyle=":", label="limit of plain descent, for both")
ax.legend()
plt.show()

from_zero = {"initial_accumulator_value": 0.0, "epsilon": 1e-16}
gentle, steep = (
    dl.descend(adagrad, on=dl.ravine(condition=condition), **start, **from_zero)
    for condition in (1, 10_000)
)
assert np.allclose(gentle.points, steep.points, atol=1e-9)

# %% [markdown]
# The steep direction gets a much shorter step, and the flat one a longer step than plain descent, with
# one rate for both, could use. Started from zero with a negligible ε, the curvature λ even **cancels**: the
# gradient is $\lambda w$, and the root of the sum $\lambda \sqrt{\sum w^2}$. The last assertion
# says so: the same path in ravines of condition 1 and 10,000.
#
# ### Change one thing: turn the ravine
#
# Each weight has its own step, but no step points *between* the weights. So we turn the same
# ravine by 45°, and both weights become equally steep.

# %%
turn = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)
canyon = dl.ravine(condition=100)
turned = dl.Landscape(
    "turned ravine",
    lambda w: canyon.function(w @ turn.T),
    lambda w: canyon.gradient(w @ turn.T) @ turn,
    domain=((-5, 5), (-5, 5)),
    minima=((0.0, 0.0),),
)
start = {"on": turned, "start": np.array([-4.0, 1.0]) @ turn, "steps": 200}
turned_paths = {"SGD": dl.descend(SGD(2 / 101), **start)}
for rate in (0.3, 1.0, 3.0):
    label = f"AdaGrad, learning rate {rate:g}"
    turned_paths[label] = dl.descend(adagrad, **start, learning_rate=rate, **keras_defaults)
dl.plot_values(turned_paths, title="A ravine that runs between the weights")
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
#
# The average starts at *zero*, so at first it is only $(1-\rho)\,g^2$, its root $0.316\,|g|$ and the
# step three times the learning rate. Lesson 09 corrects this.


# %%
def rmsprop(w, g, state, learning_rate, rho, epsilon):
    s = rho * state.get("s", 0.0) + (1 - rho) * g**2
    state["s"] = s
    return w - learning_rate * g / np.sqrt(s + epsilon)


# %%
assert dl.conform(rmsprop, RMSprop(learning_rate=0.1))
path = dl.descend(
    rmsprop, on=dl.parabola(), start=1.0, steps=3, learning_rate=0.1, rho=0.9, epsilon=1e-7
)
assert np.allclose(path.points[1:, 0], [0.68377, 0.49887, 0.36918], atol=1e-5)
path.table()

# %% [markdown]
# Keras's `RMSprop` has two more options. `momentum` collects scaled steps in a velocity. `centered`
# divides by the *spread* of the gradients: the average square minus the squared average
# (Graves, 2013). On a *steady* slope there is no spread, and the steps grow up to
# $|g|\,\eta/\sqrt\varepsilon$, which is 3,000 times the learning rate on the slope of 1 below.


# %%
def full_rmsprop(w, g, state, learning_rate, rho, momentum, centered, epsilon):
    s = rho * state.get("s", 0.0) + (1 - rho) * g**2
    m = rho * state.get("m", 0.0) + (1 - rho) * g
    spread = s - m**2 if centered else s
    v = momentum * state.get("v", 0.0) + learning_rate * g / np.sqrt(spread + epsilon)
    state.update(s=s, m=m, v=v)
    return w - v


# %%
for options in ({}, {"momentum": 0.9}, {"centered": True}, {"momentum": 0.9, "centered": True}):
    report = dl.conform(full_rmsprop, RMSprop(0.1, **options))
    assert report
report

# %%
slope = dl.Landscape("slope 1", lambda w: -w[..., 0], lambda w: -np.ones_like(w), ((0, 10),))
steady = {"on": slope, "start": 0.0, "steps": 300, "learning_rate": 0.001, "momentum": 0.0}
for centered in (False, True):
    path = dl.descend(full_rmsprop, **steady, rho=0.9, epsilon=1e-7, centered=centered)
    print(f"centered={centered}: step 300 is {path.step_sizes[-1]:.3g} long")
assert path.step_sizes[-1] > 3000 * 0.001

# %% [markdown]
# ## AdaDelta: no learning rate?
#
# Zeiler (2012) noticed that $\eta\, g/\sqrt{s}$ has the wrong unit: the gradient's unit cancels,
# and nothing is left of the weight's. His remedy is to replace η by the size of recent steps $u$:
#
# $$u_t = \frac{\sqrt{d_{t-1} + \varepsilon}}{\sqrt{s_t + \varepsilon}}\; g_t \qquad
# d_t = \rho\, d_{t-1} + (1 - \rho)\, u_t^2 \qquad w_{t+1} = w_t - u_t$$
#
# Keras multiplies $u_t$ by a `learning_rate` again, after it went into the average: the paper is
# `learning_rate=1.0`, Keras's default 0.001. And how does the rule start, before any step was taken?
# With $d = 0$ there is only ε. So we walk 1,000 steps down a slope of 1, with one ε and another.


# %%
def adadelta(w, g, state, learning_rate, rho, epsilon):
    s = rho * state.get("s", 0.0) + (1 - rho) * g**2
    d = state.get("d", 0.0)
    u = np.sqrt(d + epsilon) / np.sqrt(s + epsilon) * g
    state.update(s=s, d=rho * d + (1 - rho) * u**2)
    return w - learning_rate * u


# %%
report = dl.conform(adadelta, Adadelta(learning_rate=1.0))
assert report
report

# %%
settings = [(0.001, 1e-7), (1.0, 1e-8), (1.0, 1e-7), (1.0, 1e-6), (1.0, 1e-5)]
walk = {"on": slope, "start": 0.0, "steps": 1000, "rho": 0.95}
distance = {
    (rate, epsilon): dl.descend(adadelta, **walk, learning_rate=rate, epsilon=epsilon).points[-1, 0]
    for rate, epsilon in settings
}
assert np.isclose(distance[1.0, 1e-5] / distance[1.0, 1e-7], 10, rtol=0.01)
assert np.isclose(distance[1.0, 1e-6] / distance[0.001, 1e-7], 3000, rtol=0.1)
dl.Table(
    ["learning_rate", "epsilon", "distance walked"],
    [[f"{rate:g}", f"{epsilon:g}", walked] for (rate, epsilon), walked in distance.items()],
    "AdaDelta on a slope of 1, after 1,000 steps",
)

# %% [markdown]
# A hundred times the `epsilon` walks ten times as far. **The missing learning rate is √ε**, which
# no longer only guards a division. (On a steady slope $d$ grows by $(1-\rho)\,\varepsilon$ a step,
# so the steps are about $\sqrt{\varepsilon\,(1 + (1-\rho)\,t)}$.) And Keras's default, the first
# row, crawls: a thousand times less far than at rate 1, and 3,000 times less than at rate 1 with the
# paper's ε of 10⁻⁶.
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
first = dl.sweep_learning_rate(optimizers, words_task, rates, epochs=6, seeds=[0])
rates = [10.0, 30.0, 100.0]
second = dl.sweep_learning_rate({"AdaDelta": Adadelta()}, words_task, rates, epochs=6, seeds=[0])
assert not first.at_the_edge() + second.at_the_edge()
best = first.best_rates() | second.best_rates()
print(*(f"{label} {rate:g}" for label, rate in best.items()), sep=", ")

tuned = {
    "SGD": SGD(best["SGD"]),
    "Momentum": SGD(best["Momentum"], momentum=0.9),
    "AdaGrad": Adagrad(best["AdaGrad"]),
    "RMSprop": RMSprop(best["RMSprop"]),
    "AdaDelta": Adadelta(best["AdaDelta"]),
}
methods = tuned | {"AdaDelta, default": Adadelta()}
runs = dl.compare_optimizers(methods, words_task, epochs=6, record=["model"])
_, ax = dl.new_axes("Rare words, each method at its own rate", "", "")
dl.mark_varying(runs[[*tuned]].plot("val_loss", ax=ax), "chaotic: details differ between machines")


# %%
def share_learned(label, group):
    """How much of its right weight a group's median word has, median over the seeds."""
    kernels = [runs.models[label, seed].get_weights()[0][:, 0] for seed in runs.seeds]
    return np.median(np.median((kernels / right_weights)[:, group], axis=1))


dl.Table(
    ["method", "validation loss", "rare words learned"],
    [
        [label, np.median(runs[label].final("val_loss")), f"{abs(share_learned(label, rare)):.0%}"]
        for label in runs.labels
    ],
    "Medians over 5 seeds; learned: the median rare word's share of its right weight",
)

# %% [markdown]
# ## How to read it
#
# - **AdaGrad learns the rare words**, four times as much of them as plain descent in the same six
#   epochs, and its loss is the lowest.
# - Momentum helps as well: it can use a larger effective rate (lesson 07). But it still is one
#   rate for all, and AdaGrad is ahead of it on every seed.
# - RMSprop and AdaDelta, which have steps per weight as well, are close behind. At its default rate
#   AdaDelta has learned nothing at all; here it wanted a rate 30,000 times larger.
#
# ## In plain Keras, and a look into the state
#
# `train`, above, is all a user writes. The optimizer of a fitted model holds the sums, one for each
# weight, and they say what each word's step has become.

# %%
optimizer = train(Adagrad(learning_rate=1.0)).optimizer
[sums] = [v.numpy()[:, 0] for v in optimizer.variables if v.shape == (600, 1)]
word_steps = 1.0 / np.sqrt(sums + 1e-7)

appearances = words.x_train.sum(axis=0)
title = "AdaGrad's step for each word"
figure, ax = dl.new_axes(title, "messages with the word", "effective step", xscale="log")
for name, group, marker in [("common", common, "o"), ("rare", rare, "s")]:
    ax.plot(appearances[group], word_steps[group], marker, markersize=3, label=f"{name} words")
ax.set_ylim(0, 3.5)
ax.legend()
plt.show()
ratio = np.median(word_steps[rare]) / np.median(word_steps[common])
lesson_08.longer_step.compare("the rare one's" if ratio > 1.5 else "both the same")

# %% [markdown]
# The common words have used up most of their step. The rare words' sums are still near their start
# at 0.1, and so are their steps, at $1/\sqrt{0.1} = 3.2$: they are ready to learn from every
# appearance. Nobody told the optimizer which words are rare.
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
    return np.array(weights), np.array(effective)


jumps = (100, 1000, 10_000)
settings = {
    "AdaGrad": (adagrad, {"learning_rate": 0.3, **keras_defaults}),
    "RMSprop": (rmsprop, {"learning_rate": 0.01, "rho": 0.9, "epsilon": 1e-7}),
}
followed = {
    label: [follow_a_jump(rule, at, **hyperparameters) for at in jumps]
    for label, (rule, hyperparameters) in settings.items()
}

# %%
figure, ax = dl.new_axes("A long, noisy run", "step", "effective step", xscale="log", yscale="log")
shown = np.geomspace(1, 10_000, 40).astype(int)
halfway = {}
for label, results in followed.items():
    _, effective = results[-1]
    dl.plot_band(ax, shown, effective[shown - 1].T, label, **dl.method_style(label, 0))
    waits = [(w[at:] > 0.5).argmax(axis=0) for at, (w, _) in zip(jumps, results, strict=True)]
    halfway[label] = np.median(waits, axis=1).astype(int)
ax.plot(shown, 0.3 / np.sqrt(shown), ":", color="0.5", label="0.3 / √step")
ax.legend()
plt.show()
dl.Table(
    ["method", *(f"jump after {at:,} steps" for at in jumps)],
    [[label, *steps.tolist()] for label, steps in halfway.items()],
    "Steps until the weight has followed half of the way, median of 5 runs",
)

# %% [markdown]
# The longer AdaGrad has run, the longer it takes: about √10 times as long for every factor of ten.
# RMSprop follows about equally fast at any time. It pays for that: its steps stay long, so it never
# comes to rest. Choose AdaGrad for rare features and a problem that stays put, RMSprop where the
# gradients change with time.
#
# ## Check the claims

# %%
val_loss = {label: runs[label].final("val_loss")[0] for label in runs.labels}
for label, margin in {"SGD": 0.8, "Momentum": 0.95}.items():
    assert (val_loss["AdaGrad"] < margin * val_loss[label]).all(), f"ahead of {label}, each seed"
for label in ("RMSprop", "AdaDelta"):
    assert 0.85 < np.median(val_loss["AdaGrad"]) / np.median(val_loss[label]) < 1, "just ahead"
assert share_learned("AdaGrad", rare) > 3 * share_learned("SGD", rare), "because of the rare words"
assert abs(share_learned("AdaDelta, default", rare)) < 0.01
assert best == {"SGD": 0.3, "Momentum": 0.1, "AdaGrad": 1, "RMSprop": 0.01, "AdaDelta": 30}
assert 2.5 < np.median(word_steps[rare]) < 3.2 and ratio > 4
for early, late in [(0, 1), (1, 2)]:
    assert 2 < halfway["AdaGrad"][late] / halfway["AdaGrad"][early] < 5, "about the root of 10"
    assert 0.6 < halfway["RMSprop"][late] / halfway["RMSprop"][early] < 1.6, "no slower later"
unrest = [np.abs(followed[label][-1][0][5000:10_000]).mean() for label in ("AdaGrad", "RMSprop")]
assert unrest[1] > 1.3 * unrest[0], "RMSprop never comes to rest"
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `RMSprop()`, `Adagrad()` and `Adadelta()` all come with `learning_rate=0.001`. Here they wanted
#   0.01, 1 and 30: the same number is another thing to each rule.
# - The start of AdaGrad's sum, 0.1, is a limit: no effective step is ever longer than
#   $\eta/\sqrt{0.1}$. Where all gradients are tiny it makes AdaGrad slow.
# - `RMSprop(centered=True)` takes huge steps on steady slopes, as you saw.
#
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
# **2.** Write AdaGrad with the *mean* of the squared gradients so far instead of their sum, for a
# sum that starts at 0. (ε is added to the sum, so beside the mean it is ε / t.) What then shrinks like $1/\sqrt{t}$ stands in plain sight. (Count the steps
# in `state`, from 1.)


# %% tags=["stub"]
def adagrad_by_mean(w, g, state, learning_rate, epsilon): ...


lesson_08.adagrad_by_mean.check(adagrad_by_mean)


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
# - AdaDelta's missing rate is √ε. In Keras set `learning_rate=1.0`, and tune it like any other.
# - Steps per weight do not repair a ravine that runs across the weights.
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
