# %% [markdown]
# # 04 · Why can't all weights start at zero?
#
# **About 45 minutes.** You need lessons 02 (backpropagation) and 03 (activations).
#
# After this lesson you can
#
# - say which starts training can never leave, and prove it with the gradients;
# - compute how a layer changes the size of a signal, and compare with what you measure;
# - choose between LeCun's, Glorot's (Xavier's) and He's rule, and say when it matters;
# - say what normalization, residual connections and a small last layer change.

# %%
import dlcourse as dl

dl.start(seed=0)
# %% [markdown]
# ## Look: the signal on its way through ten layers
#
# Training has to start somewhere. Take ten hidden layers of 128 units with tanh, fill their kernels with
# random numbers of a certain **size** (standard deviation) σ around 0, send 256 handwritten digits through, and
# look at the values of the units in layers 1, 4, 7 and 10. Only σ differs between the rows.
# %%
from dataclasses import replace

import keras
import numpy as np
from matplotlib import pyplot as plt

raw = dl.digits()
center, scale = raw.x_train.mean(), raw.x_train.std()  # to mean 0 and mean square 1
data = replace(raw, x_train=(raw.x_train - center) / scale, x_val=(raw.x_val - center) / scale)
x, y = data.x_train[:256], data.y_train[:256]


def layers_forward(sigma, seed=0, units=128, depth=10, f=np.tanh):
    """The values of each hidden layer, from kernels of size σ."""
    random, values, outputs = np.random.default_rng(seed), x, []
    for _ in range(depth):
        kernel = random.normal(0, sigma, size=(values.shape[1], units))
        values = f(values @ kernel)
        outputs.append(values)
    return outputs


# %%
sigmas = {"σ = 0.05": 0.05, "σ = 0.09": 0.09, "σ = 0.5": 0.5}
figure, axes = plt.subplots(3, 4, figsize=(6.4, 4.2), sharex=True)
for row, (name, sigma) in zip(axes, sigmas.items(), strict=True):
    for ax, layer in zip(row, (1, 4, 7, 10), strict=True):
        ax.hist(layers_forward(sigma)[layer - 1].ravel(), bins=np.linspace(-1, 1, 41), density=True)
        ax.set(yticks=[], title=f"layer {layer}" if sigma == 0.05 else "")
    row[0].set_ylabel(name)
figure.supxlabel("value of a unit")
figure.suptitle("How the values of the units are spread")
plt.show()

# %% [markdown]
# **Too small** (top): layer by layer the values shrink to a spike at 0, and every digit looks the same. **Too
# large** (bottom): every unit sits at −1 or 1, where tanh is flat. In the middle row the values stay spread over
# all ten layers. Where does that middle lie, and why? And what if all weights are *equal*?
#
# **Play:** in JupyterLab run `dl.lab.signal("relu", depth=20, gain=1.0)` in a cell of its own and drag the *gain*: σ
# times the root of the number of inputs. Which gain brings the signal to layer 20 undiminished? And with `"tanh"`?
#
# ## The problem: a start that goes nowhere
#
# Zero looks natural: no weight is preferred. Or let all weights be 0.1. Or take random numbers. We try all three
# on a network with one hidden layer of 32 units.

# %%
from keras.layers import Dense
from keras.optimizers import SGD

loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def build_model():
    hidden = Dense(32, activation="tanh", name="hidden")
    return keras.Sequential([keras.Input((64,)), hidden, Dense(10, name="logits")])


task = dl.Task(data, build_model, loss, metrics=["accuracy"])
starts = {
    "zeros": keras.initializers.Zeros(),
    "all 0.1": keras.initializers.Constant(0.1),
    "random": keras.initializers.GlorotNormal(),
}
runs = dl.compare_initializers(starts, task, optimizer=SGD(0.1), epochs=5, record=["model"])
runs.plot("val_accuracy", title="One network, three starts")

# %% [markdown]
# From zeros the network guesses, however long it trains: only the biases of its last layer ever move. From 0.1 it learns
# very little. The random start is nearly done after five epochs.
#
# ## Predict before you run
#
# The network that started at 0.1 has 32 hidden units. After training, how many **different** ones
# are there? Write `"1"`, `"about 16"` or `"32"`.

# %% tags=["stub"]
lesson_04 = dl.exercises.lesson_04
my_prediction = ...
lesson_04.different_units.check(my_prediction)

# %% tags=["solution"]
lesson_04 = dl.exercises.lesson_04
my_prediction = "1"
lesson_04.different_units.check(my_prediction)

# %% [markdown]
# ## The idea, first part: equal weights stay equal
#
# **Two units with the same weights compute the same value, get the same gradient, take the same
# step, and still have the same weights.** Lesson 02's rules say it. For unit $j$ with outgoing
# weights $W_{2,j}$:
#
# $$\frac{\partial L}{\partial W_{1,j}} = X^\top \big[\, (p - y)\, W_{2,j}^\top \; f'(z_j) \,\big]$$
#
# Nothing in it depends on $j$ if $W_{1,j}$ and $W_{2,j}$ do not. And if $W_2$ is zero, so is the whole
# gradient of $W_1$; if $W_1$ is zero, so are all hidden values, and with them the gradient of $W_2$. By hand, with
# two examples and three units:

# %%
X, errors = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.5, -0.5], [-0.2, 0.2]])
for name, value in {"zeros": 0.0, "all 0.1": 0.1}.items():
    W1, W2 = np.full((2, 3), value), np.full((3, 2), value) * [1, 2]
    hidden = np.tanh(X @ W1)
    print(f"{name}: gradient of W1, one column for each unit")
    print((X.T @ (errors @ W2.T * (1 - hidden**2))).round(4) + 0.0)
    print("gradient of W2, one row for each unit")
    print((hidden.T @ errors).round(4) + 0.0)


# %%
def trained_kernels(label):
    return [runs.models[label, seed].layers[0].kernel.numpy() for seed in runs.seeds]


unlike = [int((np.ptp(kernel, axis=1) > 0.001).any()) for kernel in trained_kernels("all 0.1")]
print("seeds in which a unit of the network from 0.1 differs from another:", sum(unlike))
print("kernels that moved from zero:", sum(kernel.any() for kernel in trained_kernels("zeros")))
lesson_04.different_units.compare("1" if sum(unlike) == 0 else "about 16")

# %% [markdown]
# Thirty-two equal units are one unit, and no amount of training makes them differ. This
# **symmetry** is broken by random numbers. Biases may start at zero, as in Keras, because different
# kernels already make the units different.
#
# ## The idea, second part: how large?
#
# Take one unit, before its activation: $z = x_1 w_1 + \dots + x_n w_n$, with 100 inputs of size 1 and random weights
# of size 0.1. How large is $z$, typically? By trying, 10,000 times:

# %%
random = np.random.default_rng(0)
one_input = random.choice([-1.0, 1.0], size=100)  # 100 inputs of size 1
sums = random.normal(0, 0.1, size=(10_000, 100)) @ one_input
print(f"variance of one weight: {0.1**2:.2g}; of the sum of 100: {sums.var():.1f}")

# %% [markdown]
# A hundred independent terms, each of variance 0.01, make a sum of variance 1. **Variances of independent terms
# add up.** So with $n$ inputs of mean square $q_{\text{in}}$ and weights of variance $\sigma^2$:
#
# $$q_z = n\,\sigma^2\, q_{\text{in}} \qquad\qquad q_{\text{out}} = \text{mean of } f(z)^2$$
#
# Each layer multiplies the mean square by some factor, and ten layers multiply ten factors: each must be near 1. For a
# unit that changes nothing, $f(z) = z$, that means $\sigma^2 = 1/n$. For 128 units it is σ = 0.088, the middle
# row above. ReLU cuts off the negative half, and with it half of the mean square: $\sigma^2 = 2/n$ makes up for it.
# Going back, a gradient passes the same kernel the other way, from $m$ units, and gets the factor
# $m\,\sigma^2 \cdot \text{mean of } f'(z)^2$. Three famous rules:
#
# | rule | $\sigma^2$ | keeps | made for |
# |---|---|---|---|
# | LeCun, `LecunNormal` | $1/n$ | the signal, if $f$ is nearly a line | tanh, SELU |
# | Glorot (Xavier), `GlorotNormal` | $2/(n+m)$ | a compromise: signal and gradient | tanh |
# | He, `HeNormal` | $2/n$ | the signal, if $f$ cuts half of it off | ReLU |
#
# Keras calls $n$ and $m$ `fan_in` and `fan_out`. Each rule comes as `...Normal` and `...Uniform`. In this course
# N(0, σ) always names the standard deviation σ.
#
# ## By hand, and the same as Keras?
#
# A uniform number from $-a$ to $a$ has variance $a^2/3$, so $a = \sqrt{3\sigma^2}$. Keras's normal
# ones are *truncated*: nothing beyond two standard deviations. That would cut the variance to
# 77 %, so Keras draws from a wider one first.

# %%
n, m = 1000, 500
by_hand = {"lecun": 1 / n, "glorot": 2 / (n + m), "he": 2 / n}
rows = []
for rule, variance in by_hand.items():
    normal, uniform = (
        np.array(keras.initializers.get(f"{rule}_{kind}")((n, m))) for kind in ("normal", "uniform")
    )
    assert np.allclose([normal.var(), uniform.var()], variance, rtol=0.01)
    assert 0.999 < np.abs(uniform).max() / np.sqrt(3 * variance) <= 1.000001
    rows.append([rule, 1000 * variance, 1000 * normal.var(), 1000 * uniform.var()])
columns = ["rule", "by hand", "..._normal", "..._uniform"]
dl.Table(columns, rows, "1,000 times the variance of a kernel of 1,000 by 500")

# %% [markdown]
# ## The whole map: depth and size
#
# Now all sizes at once. Along the map σ√n, so that 1 is LeCun's and √2 = 1.41 He's rule; upward the layers. The color is
# the root mean square (RMS) of the units' values, on a log scale.

# %%
scales = np.geomspace(0.5, 3.0, 17)


def rms_map(f, depth=20, units=64):
    """RMS of each layer's values, shape (depth, scales)."""
    columns = [layers_forward(s / np.sqrt(units), 0, units, depth, f) for s in scales]
    return np.array([[np.sqrt(np.mean(each**2)) for each in column] for column in columns]).T


figure, axes = dl.new_axes(
    "RMS of the units' values", "σ√n (1: LeCun, 1.41: He)", "layer", columns=2
)
for ax, (name, f) in zip(
    axes, {"tanh": np.tanh, "ReLU": lambda z: np.maximum(z, 0)}.items(), strict=True
):
    levels = np.clip(np.log10(rms_map(f)), -4, 4)
    picture = ax.pcolormesh(scales, np.arange(1, 21), levels, cmap="RdBu_r", vmin=-4, vmax=4)
    ax.set(title=name, yticks=[1, 5, 10, 15, 20])
figure.colorbar(picture, ax=axes, label="log₁₀ of the RMS (0: size 1)")
plt.show()

# %% [markdown]
# Blue means that the signal dies, red that it explodes, white that it keeps a size near 1. For ReLU the white ridge is
# narrow and stands at 1.41, He's rule: a little less, and twenty layers multiply it to nothing. For tanh the border lies at
# 1; beyond it tanh keeps values from exploding, by saturating. That is the trap on the right side, and only the way
# *back* shows it:


# %%
def deep(activation, initializer, units=128, hidden_layers=10):
    def build():
        stack = [keras.Input((64,))]
        for depth in range(1, hidden_layers + 1):
            own = initializer.clone()  # with one object for all, all layers draw the same numbers
            stack.append(Dense(units, activation, kernel_initializer=own, name=f"hidden_{depth}"))
        stack.append(Dense(10, kernel_initializer=initializer.clone(), name="logits"))
        return keras.Sequential(stack)

    return build


from keras.initializers import GlorotNormal, HeNormal, LecunNormal, RandomNormal

starts = {"N(0, 0.01)": RandomNormal(stddev=0.01), "N(0, 0.5)": RandomNormal(stddev=0.5)}
starts["Glorot"] = GlorotNormal()
_, axes = dl.new_axes("Ten layers with tanh (dots: theory)", "layer", "", yscale="log", columns=2)
backward_size = {}
for color, (name, start) in zip(dl.PALETTE, starts.items(), strict=False):
    traces = [dl.trace_signal(deep("tanh", start)(), x, y, loss) for _ in range(5)]
    backward_size[name] = np.median([trace.gradient_size for trace in traces], axis=0)
    for ax, kind in zip(axes, ("size", "gradient_size"), strict=True):
        theory = getattr(traces[0], kind.replace("size", "theory"))
        dl.plot_band(ax, range(1, 12), [getattr(each, kind) for each in traces], name, color=color)
        ax.plot(range(1, 12), theory, "o", color=color, markersize=4)
axes[0].set_ylabel("RMS of the outputs")
axes[1].set_ylabel("RMS of the gradient there")
dl.legend_beside(axes[1])
plt.show()

# %% [markdown]
# `dl.trace_signal` measures the RMS of every layer's outputs and, on the way back, of the gradient there; the dots are the
# two formulas above. With N(0, 0.01) both die: the first layer gets a gradient of about 10⁻¹³. With N(0, 0.5) the
# outputs look healthy, at nearly 1, but the units are saturated, and the gradient *grows* layer by layer on its
# way back, more than a hundredfold. Glorot's rule keeps both within a small factor.
#
# ## In plain Keras
#
# `Dense` starts from `"glorot_uniform"`, whatever its activation. For ReLU you say so yourself:

# %%
model = keras.Sequential(
    [
        keras.Input((64,)),
        Dense(128, activation="relu", kernel_initializer="he_normal", name="hidden_1"),
        Dense(128, activation="relu", kernel_initializer="he_normal", name="hidden_2"),
        Dense(10, name="logits"),
    ]
)
model.compile("adam", loss, metrics=["accuracy"])
model.fit(data.x_train, data.y_train, epochs=5, verbose=0)
print(
    f"{model.evaluate(data.x_val, data.y_val, verbose=0)[1]:.0%} of the validation digits are right"
)

# %% [markdown]
# ## The experiment: does it matter for training?
#
# "He for ReLU, Xavier for tanh" is the rule of thumb. We train eight hidden layers of 32 units with each activation
# from both starts, at five learning rates, from five seeds each, and compare **each start at its own best rate**.

# %%
rates, final = [0.02, 0.05, 0.1, 0.2, 0.4], {}
for activation in ("relu", "tanh"):
    for name, start in {"Glorot": GlorotNormal(), "He": HeNormal()}.items():
        deep_task = dl.Task(data, deep(activation, start, units=32, hidden_layers=8), loss)
        sweep = dl.sweep_learning_rate({"SGD": SGD()}, deep_task, rates, epochs=3, monitor="loss")
        final[activation, name] = sweep.final[0]  # (rates, seeds)

# %%
_, axes = dl.new_axes(
    "Three epochs of SGD, eight layers", "learning rate", "training loss", columns=2
)
for ax, activation in zip(axes, ("relu", "tanh"), strict=True):
    for index, name in enumerate(("Glorot", "He")):
        style = dl.method_style(name, index) | {"markevery": 1}
        dl.plot_band(ax, rates, final[activation, name].T, name, **style)
    ax.set(title=activation, xscale="log", ylim=(0, 2.5))
    ax.set_xticks(rates, rates)
    ax.minorticks_off()
    dl.mark_varying(ax, "details differ by machine")
dl.legend_beside(axes[1])
plt.show()

at_best, best_rate = {}, {}
for pair, losses in final.items():
    medians = np.median(np.nan_to_num(losses, nan=np.inf), axis=1)
    at_best[pair], best_rate[pair] = medians.min(), rates[medians.argmin()]

# %% [markdown]
# ## How to read it
#
# - **ReLU: it matters, even at the best rates.** With each start at its best rate, He's ends at less than half of Glorot's loss. A larger
#   rate cannot make up for a signal whose mean square is halved in every layer.
# - **tanh: it matters much less.** At small rates He's start looks far ahead; once each start has its own best rate, little is
#   left after three epochs. How much depends on the budget: after six epochs (seeds 100 to 104) He's loss is 0.05 and
#   Glorot's 0.10, with ReLU 0.15 and 0.39. For tanh neither rule is exact: exercise 3 looks for the size that is.
#
# So choose the rule that keeps *your* activation's signal, and then tune the rate. What matters most is to be on the map's
# white ridge at all:
#
# ## Change one thing: N(0, 0.01) in a shallow network
#
# A well-known tutorial starts all layers from N(0, 0.01). Its network has two hidden layers. Does it get away with it?

# %%
networks = {f"N(0, 0.01), {n} hidden": (RandomNormal(stddev=0.01), n) for n in (1, 2, 3)}
networks["He, 3 hidden"] = (HeNormal(), 3)
methods = {
    f"{name}, rate {rate:g}": dl.Method(SGD(rate), model=deep("relu", start, 128, layers))
    for name, (start, layers) in networks.items()
    for rate in (0.1, 0.4)
}
tutorial = dl.Task(data, build_model, loss, metrics=["accuracy"])
tried = dl.train_runs(methods, tutorial, epochs=5, evaluate_every=5)
accuracy = np.median(tried.final("val_accuracy"), axis=1).reshape(4, 2)
shallow = dict(zip(networks, accuracy, strict=True))
rows = [[name, f"{small:.0%}", f"{large:.0%}"] for name, (small, large) in shallow.items()]
dl.Table(["start", "rate 0.1", "rate 0.4"], rows, "Validation digits right after 5 epochs")

# %% [markdown]
# With one hidden layer it costs a little. With two it starts slowly, and only a large rate gets it going; with three it does not
# move at all in five epochs of SGD. (Adam, whose steps do not shrink with the gradient, gets it going: lesson 09.)
#
# ## What normalization, residual connections and a small last layer change
#
# Three things that modern networks do, each measured in a line.

# %%
fresh = np.random.default_rng(1)
deviations = np.geomspace(0.01, 1, 3)
normalized = []
for sigma in deviations:  # batch normalization (lesson 14): each unit to mean 0 and deviation 1
    values = x
    for _ in range(10):
        sums = values @ fresh.normal(0, sigma, size=(values.shape[1], 128))
        values = np.tanh((sums - sums.mean(axis=0)) / (sums.std(axis=0) + 1e-9))
    normalized.append(np.sqrt(np.mean(values**2)))
print("RMS after ten normalized layers, for σ = 0.01, 0.1 and 1:", np.round(normalized, 2))

blocks, plain, scaled = 20, x[:, :64].copy(), x[:, :64].copy()
for _ in range(blocks):  # a residual block adds its result to its input
    kernel = fresh.normal(0, 1 / 8, size=(64, 64))
    plain = plain + plain @ kernel
    scaled = scaled + scaled @ kernel / np.sqrt(blocks)
sizes = [np.sqrt(np.mean(each**2)) for each in (plain, scaled)]
print(f"RMS after 20 residual blocks: {sizes[0]:.0f}; each block scaled by 1/√20: {sizes[1]:.1f}")

features = layers_forward(np.sqrt(2 / 128), f=lambda z: np.maximum(z, 0))[-1]
for size in (1.0, 0.01):
    logits = features @ fresh.normal(0, size, size=(128, 10))
    first_loss = float(loss(y, logits))
    print(f"last layer of size {size:g}: loss at the start {first_loss:.2g} (log 10 is 2.3)")

# %% [markdown]
# - **Normalization** divides by whatever the kernel multiplied: the same RMS from kernels a hundredfold apart. For training
#   the size still matters a little (lesson 14).
# - **Residual connections** add variances: the mean square doubles in every block, a thousandfold RMS after twenty. Scaled by
#   one over the root of the number of blocks, the mean square ends below e = 2.7 times what it was, the RMS below √e = 1.6 times, at any depth. GPT-2 starts its
#   residual layers smaller by $1/\sqrt{2L}$ for that reason ($L$ blocks of two).
# - **A small last layer** makes all logits nearly equal, so the loss starts at log(classes), and the first steps are not
#   spent on unlearning wrong certainty.
#
# ## Check the claims
#
# Over five seeds, where chance is at work. Change the lesson and run this again: it says which claims
# still hold.

# %%
val_accuracy = runs.final("val_accuracy")
with dl.claim("From zeros nothing is learned."):
    assert (val_accuracy[0] < 0.15).all() and (val_accuracy[2] > 0.9).all()
with dl.claim("Units that start equal stay equal."):
    assert sum(unlike) == 0 and not np.any(trained_kernels("zeros"))
exploded = backward_size["N(0, 0.5)"]
with dl.claim("A start that is too large makes the gradient explode."):
    assert exploded[0] > 100 * exploded[9]
with dl.claim("A start that is too small makes it vanish."):
    assert backward_size["N(0, 0.01)"][0] < 1e-9
with dl.claim("With ReLU, He's start is far ahead, each start at its best rate."):
    assert at_best["relu", "He"] < 0.6 * at_best["relu", "Glorot"]
gap = {name: abs(at_best[name, "Glorot"] - at_best[name, "He"]) for name in ("relu", "tanh")}
with dl.claim("With tanh, the gap at the best rates is less than half of ReLU's."):
    assert gap["tanh"] < 0.5 * gap["relu"]
with dl.claim("No best rate lies at the edge of the grid."):
    assert not {rates[0], rates[-1]} & set(best_rate.values())
one, two, three, he = shallow.values()
with dl.claim("N(0, 0.01) costs one hidden layer little, slows two, and stops three."):
    assert min(one) > 0.9 and two[0] < 0.5 < 0.8 < two[1] and max(three) < 0.2 and min(he) > 0.9
with dl.claim("Normalized layers and scaled residual blocks keep the signal's size."):
    assert np.ptp(normalized) < 0.05 and sizes[0] > 300 and sizes[1] < 3

# %% [markdown]
# ## In practice
#
# - ReLU and its relatives (GELU, SiLU): `"he_normal"` or `"he_uniform"`
#   ([He et al., 2015](https://arxiv.org/abs/1502.01852)). tanh and sigmoid: Keras's default.
# - Transformers use N(0, 0.02) everywhere, with residual layers scaled by $1/\sqrt{2L}$
#   ([GPT-2, 2019](https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf)); layer or RMS
#   normalization (lesson 14) makes that work at most widths.
# - μP ([Yang et al., 2022](https://arxiv.org/abs/2203.03466)) scales start *and* learning rate with the width, so that a rate
#   tuned on a small network also suits a large one.
# - Check the loss at the start; then look at `dl.trace_signal` before you tune anything else.
#
# ## Where Keras surprises you
#
# - `Dense` starts from `"glorot_uniform"`, whatever its activation.
# - `RandomNormal()` has a standard deviation of 0.05, for every layer width.
# - **An initializer object draws the same numbers each time it is called.** Give one object to two
#   layers of the same shape, and they start equal. A name such as `"he_normal"` makes a new object
#   for each layer, and so does `.clone()`, as in `deep` above.

# %%
shared = HeNormal()
twins = keras.Sequential([keras.Input((8,)), *(Dense(8, kernel_initializer=shared) for _ in "ab")])
first, second = (layer.kernel.numpy() for layer in twins.layers)
print("two layers with one initializer object start equal:", np.array_equal(first, second))

# %% [markdown]
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_04.<name>.hint()`, then `.solution()`.
#
# **1. Compute.** Twelve square layers with ReLU start from Glorot's rule. By which factor is the signal's size
# (RMS) smaller after them?

# %% tags=["stub"]
shrinks_by = ...
lesson_04.shrinks_by.check(shrinks_by)


# %% tags=["solution"]
# The mean square halves in each layer, so the RMS is divided by √2 each time.
shrinks_by = np.sqrt(2) ** 12
lesson_04.shrinks_by.check(shrinks_by)

# %% [markdown]
# **2. Write** `he_uniform(fan_in, fan_out, random)`: a kernel of shape (fan_in, fan_out), uniform, with
# He's variance. `random` is a NumPy generator.


# %% tags=["stub"]
def he_uniform(fan_in, fan_out, random): ...


lesson_04.he_uniform.check(he_uniform)


# %% tags=["solution"]
# A uniform number from -a to a has the variance a² / 3. Set that to 2 / fan_in.
def he_uniform(fan_in, fan_out, random):
    limit = np.sqrt(6 / fan_in)
    return random.uniform(-limit, limit, size=(fan_in, fan_out))


lesson_04.he_uniform.check(he_uniform)

# %% [markdown]
# **3. Beat this.** Neither rule is exact for tanh: after fifty layers Glorot's start leaves an RMS of about 0.1. Find
# the σ√n with which the RMS after fifty layers of 128 tanh units is between 0.4 and 0.6. Try values with
# `layers_forward(s / np.sqrt(128), depth=50)`.

# %% tags=["stub"]
scale_for_tanh = ...
lesson_04.scale_for_tanh.check(scale_for_tanh)


# %% tags=["solution"]
# At 1 tanh shrinks the signal a little in each layer; a somewhat larger σ√n makes up for that.
scale_for_tanh = 1.25
lesson_04.scale_for_tanh.check(scale_for_tanh)

# %% [markdown]
# **4. Repair.** This network of six layers has not moved after ten epochs: its units are all alike. Repair `build`.


# %% tags=["stub"]
def build():
    start = keras.initializers.Constant(0.1)
    hidden = [Dense(32, activation="relu", kernel_initializer=start) for _ in range(6)]
    return keras.Sequential([keras.Input((64,)), *hidden, Dense(10)])


lesson_04.repair_start.check(build)


# %% tags=["solution"]
def build():
    hidden = [Dense(32, activation="relu", kernel_initializer="he_normal") for _ in range(6)]
    return keras.Sequential([keras.Input((64,)), *hidden, Dense(10)])


lesson_04.repair_start.check(build)

# %% [markdown]
# ## Takeaways
#
# - Equal units stay equal. Random kernels break the symmetry; zero biases do no harm.
# - A layer multiplies the mean square of the signal by n σ² times what the activation keeps. Over
#   ten layers a small fault becomes a huge one, forward and back.
# - A deep ReLU network needs He's rule; tuning the rate does not replace it. For tanh the choice matters much less once the rate is tuned.
# - Saturated units look healthy from the front; only the gradient shows it.
#
# ## References
#
# - X. Glorot, Y. Bengio, [*Understanding the difficulty of training deep feedforward neural
#   networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010.
# - K. He et al., [*Delving Deep into Rectifiers*](https://arxiv.org/abs/1502.01852), 2015.
# - G. Klambauer et al., [*Self-Normalizing Neural Networks*](https://arxiv.org/abs/1706.02515), 2017.
# - A. Saxe, J. McClelland, S. Ganguli, [*Exact solutions to the nonlinear dynamics of learning in deep
#   linear neural networks*](https://arxiv.org/abs/1312.6120), 2014.
# - S. Schoenholz et al., [*Deep Information Propagation*](https://arxiv.org/abs/1611.01232), 2017 (the map, and the border
#   between dying and exploding).
#
# **Next:** lesson 05 asks how much data one step needs.
#
# ## Deeper
#
# **Orthogonal kernels.** LeCun's rule keeps the size *on average over directions*. A given kernel stretches some directions and
# shrinks others, and fifty in a row do so fifty times. An orthogonal kernel, $W^\top W = I$, keeps every length exactly
# (Saxe et al.). By hand it comes from the QR decomposition of a random matrix. The **singular values** of a product of fifty kernels say how
# much each of its 64 directions is stretched.


# %%
def orthogonal(random, n):
    Q, R = np.linalg.qr(random.standard_normal((n, n)))
    return Q * np.sign(np.diag(R))  # else not all rotations were equally likely


def spectrum(draw, seed):
    random, product = np.random.default_rng(seed), np.eye(64)
    for _ in range(50):
        product = product @ draw(random, 64)
    return np.linalg.svd(product, compute_uv=False)


keras_kernel = np.array(keras.initializers.Orthogonal()((64, 64)))
assert np.allclose(keras_kernel.T @ keras_kernel, np.eye(64), atol=1e-5)
draws = {
    "LeCun": lambda random, n: random.standard_normal((n, n)) / np.sqrt(n),
    "orthogonal": orthogonal,
}
spectra = {
    name: np.array([spectrum(draw, seed) for seed in range(5)]) for name, draw in draws.items()
}
_, ax = dl.new_axes("The product of fifty kernels", "direction", "stretched by", yscale="log")
for index, (name, values) in enumerate(spectra.items()):
    dl.plot_band(ax, range(1, 65), np.maximum(values, 1e-12), name, **dl.method_style(name, index))
dl.legend_beside(ax)
plt.show()
assert np.allclose(spectra["orthogonal"], 1) and np.median(spectra["LeCun"][:, 32]) < 1e-6

# %% [markdown]
# (What is below 10⁻¹² is drawn at 10⁻¹².) The product of LeCun's kernels stretches its first direction by about 7 and has all but lost the middle one (10⁻⁸): of
# 64 numbers that went in, a handful come out. With orthogonal kernels every direction keeps its length, through fifty layers.
#
# **SELU** is a ReLU-like curve whose two constants are chosen so that LeCun's start keeps mean 0 and deviation 1 by itself. Does
# it find back to them, even from inputs that are five times too large?


# %%
def traces_of(activation, initializer, inputs=x):
    build = deep(activation, initializer)
    return [dl.trace_signal(build(), inputs, y, loss) for _ in range(5)]


selu = {"LeCun": traces_of("selu", LecunNormal()), "He": traces_of("selu", HeNormal())}
selu["LeCun, inputs × 5"] = traces_of("selu", LecunNormal(), 5 * x)
rows = []
for name, traces in selu.items():
    after = [
        [
            np.median([each.mean[k] for each in traces]),
            np.median([each.deviation[k] for each in traces]),
        ]
        for k in (0, 9)
    ]
    rows.append([name, *np.round(np.ravel(after), 1)])
columns = ["start", "layer 1: mean", "deviation", "layer 10: mean", "deviation"]
dl.Table(columns, rows, "Ten layers with SELU: outputs (medians of 5)")

# %%
settled = selu["LeCun, inputs × 5"]
mean, deviation = (
    np.median([getattr(each, name)[9] for each in settled]) for name in ("mean", "deviation")
)
assert abs(mean) < 0.2 and abs(deviation - 1) < 0.3, "SELU with LeCun's start finds back"
assert np.median([each.deviation[9] for each in selu["He"]]) > 1.5, "with He's it does not"
