# %% [markdown]
# # 01 · What is a neural network made of?
#
# **About 45 minutes.** You need some Python (functions, lists, loops) and school algebra; what we
# use of NumPy is explained as it comes. The logarithm here is the natural one, to base e = 2.718….
#
# After this lesson you can
#
# - draw a neuron, a layer and a network, and say what each number in them does;
# - read the shape of an array, and foresee what broadcasting does with it;
# - compute a dense layer, and then a whole network, by hand, and get Keras's numbers;
# - turn a network's output into probabilities and a loss, and avoid the fault that Keras never reports.
#
# **How these lessons work.** Read a cell, guess what it does, then run it with Shift+Enter. Change
# a number and run it again: nothing can break. Where you see `...`, put your answer in its place;
# `check` tells you at once whether it is right. For the exercises at the end, `hint()` gives a
# nudge and `solution()` a worked answer. The next cell only loads what the lesson needs.

# %%
import dlcourse as dl

dl.start(seed=0)
import keras
import numpy as np
from matplotlib import pyplot as plt

# %% [markdown]
# ## Look: from 64 numbers to an answer
#
# Here is a digit that somebody wrote by hand. To you it is a picture. To the computer it is 64
# numbers, the amount of ink in each of 8 × 8 squares, from 0 (paper) to 1.

# %%
data = dl.digits()
row = 6
image = data.x_val[row].reshape(8, 8)
print(np.round(image, 1))
figure, ax = dl.new_axes("A handwritten digit, 8 × 8 pixels", "column", "row")
ax.imshow(image, cmap="gray_r")
ax.grid(False)
plt.show()

# %%
layer_names = ["pixels", "hidden 1", "hidden 2", "digits"]
dl.draw_network([64, 128, 64, 10], layer_names, title="The network of this lesson")

# %% [markdown]
# No rule that you could write down in a few lines says which 64 numbers are an eight. A **neural
# network** is a long formula with thousands of adjustable numbers. Each circle of the drawing is a
# **neuron**, also called a unit: it holds one number. Each line is a **weight**: how strongly one
# neuron's number counts for the next. A column of neurons is a **layer**; the layers between input
# and output are called **hidden**. 64 pixels go in on the left; on the right come out ten numbers, one
# for each digit, and the largest is the answer.
#
# ## Predict before you run
#
# The network has 17,226 weights. Before training they are random: Keras draws those of the first layer
# between −0.18 and 0.18, and the others in a similar range. It has never seen a digit. What will
# it answer for the picture above? Write `"sure of the right digit"`, `"sure of some digit"` or
# `"about equal for all ten"` in place of the dots. A guess is noted, not graded.

# %% tags=["stub"]
lesson_01 = dl.exercises.lesson_01
my_prediction = ...
lesson_01.untrained_answer.check(my_prediction)

# %% tags=["solution"]
lesson_01 = dl.exercises.lesson_01
my_prediction = "about equal for all ten"
lesson_01.untrained_answer.check(my_prediction)

# %% [markdown]
# ## One neuron
#
# **A neuron adds up its inputs, each times its own weight, and adds one more number, its bias.**
# Then it replaces a negative sum by zero; this last part, `relu`, is called its **activation**, and why
# it is needed is the question of lesson 03.
#
# $$y = \text{relu}(x_1 w_1 + x_2 w_2 + x_3 w_3 + b) \qquad \text{relu}(s) = \max(s, 0)$$

# %%
inputs, weights, bias = [1.0, 2.0, 3.0], [1.0, 0.0, 1.0], 0.5
total = bias
for x, w in zip(inputs, weights, strict=True):
    total = total + x * w
print("the neuron's number:", max(total, 0.0))

# %% [markdown]
# 1·1 + 2·0 + 3·1 + 0.5 = 4.5. That is all a neuron does. The weights decide *what it looks for*: with
# a large weight on a pixel, ink there raises the sum; with a negative weight, ink there lowers it.
# Below you will see such weights as pictures.
#
# ## A layer is many neurons at once: tensors
#
# A loop over 64 pixels, for each of 128 neurons, for each of a thousand pictures, is a lot of
# loops. An **array** (or **tensor**) is a box of numbers, and one operation works on the whole box. How many
# axes it has is its **rank**, and the **shape** says how long each axis is. Square brackets cut
# pieces out, one entry an axis: `3` picks one place, `a:b` the places from `a` to `b − 1`, and `:`
# all. `reshape` re-arranges the same numbers in their reading order; one length may be −1, which is
# then computed from the others.

# %%
images = data.x_train.reshape(-1, 8, 8)
boxes = {"one pixel": images[2, 3, 4], "one row": images[2, 3], "one image": images[2]}
boxes |= {"its two middle rows": images[2, 3:5], "all images": images}
boxes |= {"every image as one line": images.reshape(-1, 64)}
rows = [[name, np.ndim(box), str(np.shape(box)), np.size(box)] for name, box in boxes.items()]
dl.Table(["what", "rank", "shape", "numbers"], rows, "The same data in boxes of several shapes")

# %% [markdown]
# Two rows of three inputs, and a layer of two neurons. The weights of a layer form a matrix $W$, its
# **kernel**, with a column for each neuron. The **matrix product** `x @ W` does all sums at once: row $i$
# of $x$ and column $j$ of $W$ are multiplied number by number and added up.

# %%
x = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])  # (rows, inputs)
W = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])  # (inputs, neurons)
b = np.array([0.5, -0.5])  # (neurons,)


def show_matrix(ax, matrix, title, marked):
    ax.imshow(marked, cmap="Blues", vmin=0, vmax=3)
    for (i, j), number in np.ndenumerate(matrix):
        ax.text(j, i, f"{number:g}", ha="center", va="center")
    ax.set(title=title, xticks=[], yticks=[], xlabel="", ylabel="")
    ax.grid(False)


figure, axes = dl.new_axes(
    "Row 0 of x, times column 1 of W, summed: place (0, 1)", "", "", columns=3
)
show_matrix(axes[0], x, "x: rows × inputs", [[1, 1, 1], [0, 0, 0]])
show_matrix(axes[1], W, "W: inputs × neurons", [[0, 1], [0, 1], [0, 1]])
show_matrix(axes[2], x @ W, "x @ W: rows × neurons", [[0, 1], [0, 0]])
plt.show()

# %% [markdown]
# In the picture 1·0 + 2·1 + 3·(−1) = −1. The inner lengths must agree (three inputs, three rows of $W$);
# the outer ones remain. The whole layer is one line:
#
# $$y = \text{relu}(x\,W + b)$$
#
# | symbol | Keras | shape | the field's word |
# |---|---|---|---|
# | $x$ | the input | (rows, inputs) | batch of inputs |
# | $W$ | `layer.kernel` | (inputs, `units`) | weights, kernel |
# | $b$ | `layer.bias` | (`units`,) | bias |
# | $y$ | the output | (rows, `units`) | activations |
#
# How can a matrix of shape (2, 2) and a vector of shape (2,) be added? By **broadcasting**: shapes
# are lined up *at their right ends*; an axis that is missing, or has length 1, is repeated. So each
# row gets the same biases. It is useful, and it is a trap:

# %%
answers, targets = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0])
print("every answer is right, and the errors are")
print(answers - targets)

# %% [markdown]
# Three answers of shape (3, 1) minus three targets of shape (3,) should be three zeros. Broadcasting
# makes a 3 × 3 table of it, without any error. If a loss looks absurd, print the shapes first.
#
# ## By hand, and the same as Keras?


# %%
def dense(x, W, b):
    return x @ W + b


def relu(y):
    return np.maximum(y, 0)


layer = keras.layers.Dense(2, activation="relu", name="by_keras")
layer.build((None, 3))
layer.set_weights([W, b])
assert np.allclose(layer(x), relu(dense(x, W, b)), atol=1e-6)
print(relu(dense(x, W, b)))
print("Keras's Dense is relu(x @ W + b).")

# %% [markdown]
# ## A network, in plain Keras and by hand
#
# A network is a chain of layers: the output of one is the input of the next. The last layer has no
# relu, so that its numbers may be negative; they are called **logits**. `Sequential` is Keras's word
# for a chain. And here is the same network in three lines of NumPy, with Keras's weights.


# %%
def build_network():
    return keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(128, activation="relu", name="hidden_1"),
            keras.layers.Dense(64, activation="relu", name="hidden_2"),
            keras.layers.Dense(10, name="logits"),
        ],
        name="digit_classifier",
    )


def network_by_hand(x, weights):
    W1, b1, W2, b2, W3, b3 = weights
    return dense(relu(dense(relu(dense(x, W1, b1)), W2, b2)), W3, b3)


network = build_network()
untrained_weights = network.get_weights()
difference = network(data.x_val) - network_by_hand(data.x_val, untrained_weights)
assert np.abs(difference).max() < 1e-5
rows = [
    [each.name, str(each.kernel.shape), str(each.bias.shape), each.count_params()]
    for each in network.layers
]
rows.append(["all", "", "", network.count_params()])
dl.Table(["layer", "kernel", "bias", "weights"], rows, "By hand = Keras; the network's numbers")

# %% [markdown]
# ## From logits to probabilities, and to a loss
#
# **Softmax** makes probabilities of the ten logits: $e^z$ makes each positive, and dividing by the
# sum makes them add up to 1. **Cross-entropy** then asks for one of them, the probability of the
# right digit, and takes minus its logarithm: 0 if the network is sure and right, large if it thinks
# the right digit unlikely. Training makes its mean over many digits small.
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad\qquad \text{loss} = -\log p_{\text{right}}$$


# %%
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))  # the largest exponent is 0: no overflow
    return e / e.sum(axis=-1, keepdims=True)


def cross_entropy(labels, p):
    return -np.log(p[np.arange(len(labels)), labels]).mean()


z, labels = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), np.array([0, 2])
print(np.round(softmax(z), 3), f"loss {cross_entropy(labels, softmax(z)):.3f}")
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
assert np.isclose(cross_entropy(labels, softmax(z)), loss(labels, z), atol=1e-6)
print("Keras agrees, from logits to loss.")

# %% [markdown]
# `from_logits=True` tells Keras that it is given logits and has to apply softmax itself. Remember
# this argument. The second row above knows nothing: every class gets 1/3, and its loss is
# $-\log(1/3) = \log 3$. With ten classes, knowing nothing costs $\log 10 = 2.30$. Now the picture:

# %%
answer = softmax(network_by_hand(data.x_val[row : row + 1], untrained_weights))[0]
dl.plot_class_probabilities(image, answer, data.class_names, title="Before training")
largest = []
for seed in range(5):
    keras.utils.set_random_seed(seed)
    largest.append(np.median(softmax(np.asarray(build_network()(data.x_val))).max(axis=1)))
lesson_01.untrained_answer.compare(
    "about equal for all ten" if max(largest) < 0.3 else "sure of some digit"
)

# %% [markdown]
# ## What training changes
#
# `compile` names the optimizer, which changes the weights (lessons 05 to 09), and the loss. `fit`
# shows all training digits twenty times. The digits that we *test* on are others, called
# **validation** digits: training never sees them. We start with the smallest network there is, a
# single layer from 64 pixels to ten digits, because its weights can be looked at: each of the ten
# neurons has one weight for each pixel.

# %%
SGD = keras.optimizers.SGD
keras.utils.set_random_seed(0)
single = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, name="logits")])
before = single.get_weights()[0]  # (pixels, digits)
single.compile(SGD(learning_rate=0.3), loss, metrics=["accuracy"])
single.fit(data.x_train, data.y_train, batch_size=32, epochs=20, verbose=0)
after = single.get_weights()[0]

figure, axes = plt.subplots(2, 10, figsize=(6.4, 1.9))
for digit in range(10):
    for ax, kernel in zip(axes[:, digit], (before, after), strict=True):
        ax.imshow(kernel[:, digit].reshape(8, 8), cmap="RdBu", vmin=-1.2, vmax=1.2)
        ax.set(xticks=[], yticks=[])
    axes[0, digit].set_title(digit)
axes[0, 0].set_ylabel("before")
axes[1, 0].set_ylabel("after")
figure.suptitle("The weights of ten neurons: blue = ink raises the sum, red = it lowers it")
plt.show()

# %% [markdown]
# Before training the weights are noise. After it each neuron is a **template** for its digit. Look at
# the 0: ink on the ring speaks for it, ink in the middle speaks against it. Nobody drew these
# templates; they are what made the loss small. With hidden layers, the first one becomes a set of
# templates for *pieces* of digits, and the next layers combine them. What does that gain?

# %%
network.compile(SGD(learning_rate=0.3), loss, metrics=["accuracy"])
network.fit(data.x_train, data.y_train, batch_size=32, epochs=20, verbose=0)
for name, model in {"a single layer": single, "with two hidden layers": network}.items():
    accuracy = model.evaluate(data.x_val, data.y_val, verbose=0, return_dict=True)["accuracy"]
    print(f"{name}: {accuracy:.0%} of the validation digits right")

# %% [markdown]
# The same formula as before, the same 64 numbers in; only the weights have changed. (These are single
# trainings, an illustration: how sure one can be of a difference of a few digits is a question for
# lesson 10.)
#
# ## Predict again: the forgotten argument
#
# Leave out `from_logits=True`. Keras then takes the logits for probabilities, clips those that are
# not between 0 and 1, and takes the logarithm. What will happen in training? Write
# `"an error or a warning"`, `"it learns, more slowly"` or `"it hardly learns, silently"`.

# %% tags=["stub"]
my_prediction = ...
lesson_01.forgotten_argument.check(my_prediction)

# %% tags=["solution"]
my_prediction = "it hardly learns, silently"
lesson_01.forgotten_argument.check(my_prediction)

# %% [markdown]
# One training proves little: it could be luck, or a learning rate that does not suit. So we train
# from five random starts (**seeds**), at three rates, with and without the argument. `dl.train_runs`
# does what `fit` does, for many settings and seeds in one call, and faster.

# %%
import warnings

rates = {f"rate {rate:g}": SGD(rate) for rate in (0.03, 0.1, 0.3)}
forgotten = keras.losses.SparseCategoricalCrossentropy()
runs = {}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for name, each in {"from_logits=True": loss, "forgotten": forgotten}.items():
        task = dl.Task(data, build_network, each, metrics=["accuracy"])
        runs[name] = dl.train_runs(rates, task, epochs=10, seeds=range(5))
print("warnings:", len(caught))

# %%
figure, axes = dl.new_axes("Five seeds at each rate", "epoch", "", columns=2)
for ax, (name, each) in zip(axes, runs.items(), strict=True):
    each.plot("val_accuracy", ax=ax)
    ax.set(title=name, ylim=(0, 1))
axes[0].get_legend().remove()
dl.mark_varying(axes[0], "details differ by machine")
dl.mark_varying(axes[1], "what clipped numbers do differs by machine")
plt.show()

best = {name: np.median(each.final("val_accuracy"), axis=1).max() for name, each in runs.items()}
learned = best["forgotten"] > 0.9
lesson_01.forgotten_argument.compare(
    "it learns, more slowly" if learned else "it hardly learns, silently"
)

# %% [markdown]
# ## How to read it
#
# Left, every seed at every rate gets nearly all validation digits right. Right, the same network, the same
# digits, the same rates: about one in ten, which is guessing. Where a logit is negative it is clipped to a tiny
# probability, and **where something is clipped, no gradient gets through**: nothing tells the weights
# which way to go. No error, no warning, and a loss that is printed in good order.
#
# **Softmax belongs in the model or in the loss, exactly once.** In this course it is in the loss: models
# end in logits, and the loss says `from_logits=True`. And the opposite fault, softmax in both places?
# There Keras usually rescues you, with a warning. If it cannot (another layer stands between), some
# starts lose a whole class and stay near 89 %, while others learn as well as ever; we saw it over 40
# epochs. It is the milder fault.
#
# ## Change one thing: the size of the weights
#
# The fresh network's answers were about equal. Was that luck? We draw the weights from a bell curve
# around 0 with three standard deviations (their typical size), and measure the loss before training.


# %%
def first_loss(seed, size):
    keras.utils.set_random_seed(seed)
    model, random = build_network(), np.random.default_rng(seed)
    if size:
        shapes = [each.shape for each in model.get_weights()]
        model.set_weights(
            [random.normal(0, size, s) if len(s) == 2 else np.zeros(s) for s in shapes]
        )
    return float(loss(data.y_val, model(data.x_val)))


starts = {"size 0.01": 0.01, "Keras's own": None, "size 1": 1.0}
first = {name: [first_loss(seed, size) for seed in range(5)] for name, size in starts.items()}
rows = [[name, f"{np.median(losses):.2g}"] for name, losses in first.items()]
dl.Table(["weights", "loss before training"], rows, "Median of five networks; log 10 is 2.3")

# %% [markdown]
# Small weights make small logits, and nearly equal logits make nearly equal probabilities. Weights of
# size 1 make the network *sure*, of wrong digits: a hundred times the loss. So **a fresh network
# should have a loss near log(classes)**, and that is the first thing to check before a training. Lesson
# 04 tells how Keras chooses the size, and why 0.01 is too small for a good start.
#
# ## Check the claims
#
# Over five seeds, where chance is at work. Change the lesson and run this again: it says which claims
# still hold.

# %%
right, wrong = runs["from_logits=True"], runs["forgotten"]
with dl.claim("With from_logits=True, every seed learns at every rate."):
    assert right.final("val_accuracy").min() > 0.9
with dl.claim("Without it, no rate does better than guessing."):
    assert np.median(wrong.final("val_accuracy"), axis=1).max() < 0.2
with dl.claim("Keras gives no warning."):
    assert not caught
with dl.claim("A network that knows nothing has a loss of log 10."):
    assert max(np.abs(np.array(first["size 0.01"]) - np.log(10))) < 0.01
with dl.claim("Weights of size 1 make a network sure, and wrong."):
    assert min(first["size 1"]) > 30 * np.log(10)
with dl.claim("From Keras's own start, the loss is near log 10."):
    assert max(np.array(first["Keras's own"])) < 1.5 * np.log(10)

# %% [markdown]
# ## In practice
#
# - Models end in logits and the loss takes them: softmax and logarithm in one formula cannot
#   overflow, as exercise 2 shows. ([Keras](https://keras.io/api/losses/probabilistic_losses/),
#   [PyTorch](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html).)
# - Check the loss before training: near log(classes)
#   ([Karpathy, *A Recipe for Training Neural Networks*](https://karpathy.github.io/2019/04/25/recipe/), 2019).
# - For two classes use one logit and `BinaryCrossentropy(from_logits=True)`. Squared error is for
#   numbers: for a sure and wrong answer it is flat ("Deeper" shows it).
#
# ## Where Keras surprises you
#
# - `from_logits` is False by default, also behind the name `"sparse_categorical_crossentropy"`.
# - NumPy's numbers are `float64`, Keras's `float32`. A layer converts what it is given; plain
#   TensorFlow refuses to add the two.
# - `Dense` works on the *last* axis: images of shape (rows, 8, 8) give (rows, 8, units) and no
#   error. Flatten them first.
# - The loss takes the labels first: `loss(y, prediction)`. PyTorch takes them second.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_01.<name>.hint()`, then `.solution()`.
#
# **1. Compute.** `Dense(5)` gets inputs with 20 numbers. How many weights does it hold, biases included?

# %% tags=["stub"]
weights_held = ...
lesson_01.weights_of_dense.check(weights_held)


# %% tags=["solution"]
# A kernel of 20 × 5, and a bias for each of the 5 units.
weights_held = 20 * 5 + 5
lesson_01.weights_of_dense.check(weights_held)

# %% [markdown]
# **2. Write** `loss_from_logits(z, labels)`: softmax and mean cross-entropy in one function of NumPy,
# for `z` of shape (rows, classes). It must stand logits like 1,000 and −1,000.


# %% tags=["stub"]
def loss_from_logits(z, labels): ...


lesson_01.loss_from_logits.check(loss_from_logits)


# %% tags=["solution"]
# -log(e^z / Σ e^z) = log Σ e^z - z, and the largest logit may be subtracted first.
def loss_from_logits(z, labels):
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]).mean()


lesson_01.loss_from_logits.check(loss_from_logits)

# %% [markdown]
# **3. Beat this.** Our network has 17,226 weights. Train one with at most 2,500 that still gets 95 % of
# the validation digits right. Build it, compile it, fit it on the training digits, and hand it over.

# %% tags=["stub"]
small = ...
lesson_01.small_network.check(small)

# %% tags=["solution"]
# 64 · 30 + 30 + 30 · 10 + 10 = 2,260 weights, and a longer training.
keras.utils.set_random_seed(1)
hidden = keras.layers.Dense(30, activation="relu", name="hidden")
small = keras.Sequential([keras.Input((64,)), hidden, keras.layers.Dense(10, name="logits")])
small.compile(SGD(0.5), loss)
small.fit(data.x_train, data.y_train, epochs=20, verbose=0)
lesson_01.small_network.check(small)

# %% [markdown]
# **4. Repair.** This network has not learned anything after ten epochs. Repair `compiled`.


# %% tags=["stub"]
def compiled():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, name="logits")])
    model.compile(SGD(0.1), loss="sparse_categorical_crossentropy")
    return model


lesson_01.repair_the_loss.check(compiled)


# %% tags=["solution"]
def compiled():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, name="logits")])
    model.compile(SGD(0.1), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


lesson_01.repair_the_loss.check(compiled)

# %% [markdown]
# ## Takeaways
#
# - A neuron is a weighted sum, a bias and an activation. A layer is a matrix product,
#   `relu(x @ W + b)`; a network is a chain of layers.
# - Shapes are lined up at the right end, and axes of length 1 are repeated, whether you meant it or not.
# - Models end in logits; the loss applies softmax, once, if you say `from_logits=True`.
# - Before training, the loss should be near log(classes).
#
# ## References
#
# - J. Bridle, [*Probabilistic Interpretation of Feedforward Classification Network
#   Outputs*](https://doi.org/10.1007/978-3-642-76153-9_28), 1990 (softmax).
# - C. Bishop, [*Pattern Recognition and Machine
#   Learning*](https://www.microsoft.com/en-us/research/publication/pattern-recognition-machine-learning/), 2006, chapters 4 and 5.
# - C. Harris et al., [*Array programming with NumPy*](https://doi.org/10.1038/s41586-020-2649-2), 2020.
# - E. Alpaydin, C. Kaynak, [*Optical Recognition of Handwritten
#   Digits*](https://doi.org/10.24432/C50P49), 1998 (the data).
#
# **Next:** lesson 02 asks how a network learns which way to change each of its weights.
#
# ## Deeper
#
# **Three ways to build one network.** `Sequential` is a list. The *functional* way calls layers on
# symbols, so that paths may fork and join. A *subclass* is plain Python: `call` may do anything. Names
# must be unique within a model; they find a layer again. Weights can be read and set by hand.

# %%
layers = keras.layers
pixels = keras.Input((64,))
hidden = layers.Dense(128, activation="relu", name="hidden_1")(pixels)
hidden = layers.Dense(64, activation="relu", name="hidden_2")(hidden)
functional = keras.Model(pixels, layers.Dense(10, name="logits")(hidden), name="functional")


class DigitClassifier(keras.Model):
    def __init__(self):
        super().__init__(name="subclass")
        self.hidden_1 = layers.Dense(128, activation="relu", name="hidden_1")
        self.hidden_2 = layers.Dense(64, activation="relu", name="hidden_2")
        self.logits = layers.Dense(10, name="logits")

    def call(self, inputs):
        return self.logits(self.hidden_2(self.hidden_1(inputs)))


# %%
subclass = DigitClassifier()
subclass(data.x_val[:1])  # it makes its weights when it first sees an input
for model in (functional, subclass):
    model.set_weights(network.get_weights())
    assert np.array_equal(model(data.x_val), network(data.x_val))
print("Three ways, equal weights, equal outputs.")
try:
    keras.Sequential([layers.Dense(10, name="hidden"), layers.Dense(10, name="hidden")])
except ValueError as error:
    print("Two layers of one name:", error)

# %% [markdown]
# **Copied or shared?** If two arrays hold the *same* memory, a change in one shows up in the other. We
# hand an array over, change it, and look who noticed.

# %%
import tensorflow as tf

pixels = np.array([1.0, 2.0, 3.0], dtype="float32")
taken = {
    "pixels[:2]": pixels[:2],
    "pixels.reshape(3, 1)": pixels.reshape(3, 1),
    "tf.constant(pixels)": tf.constant(pixels),
    "keras.ops.convert_to_tensor(pixels)": keras.ops.convert_to_tensor(pixels),
    "keras.Variable(pixels)": keras.Variable(pixels, name="pixels"),
}
pixels[0] = 99.0
rows = [[call, "shared" if np.max(holder) == 99 else "copied"] for call, holder in taken.items()]
dl.Table(["call", "the numbers are"], rows, "Who noticed? (TensorFlow 2.21, on a processor)")

# %% [markdown]
# Inside NumPy, slices share, and so do most reshapes; write `.copy()` if you want your own. Into
# TensorFlow everything is copied (its guides say only that memory *may* be shared). In PyTorch
# `torch.from_numpy` shares. A TensorFlow tensor never changes; only a **Variable** does, when you say
# `assign`. Weights are Variables.
#
# **Squared error for classes.** Mean squared error is made for predicting numbers. Tutorials also
# offer it for two classes, without a warning. See what each loss says to a network that is sure and
# wrong (on the left):

# %%
logit = np.linspace(-8, 8, 161)  # of the right class
p = 1 / (1 + np.exp(-logit))  # softmax for two classes
curves = {"cross-entropy": -np.log(p), "squared error": (1 - p) ** 2}
figure, ax = dl.new_axes("What a wrong answer costs", "logit of the right class", "loss")
for name, values in curves.items():
    ax.plot(logit, values, label=name)
ax.legend()
plt.show()
slopes = {name: np.gradient(values, logit)[20] for name, values in curves.items()}  # at −6
assert slopes["cross-entropy"] < -0.99 and abs(slopes["squared error"]) < 0.01

# %% [markdown]
# At −6 the answer is as good as certain, and wrong. Cross-entropy falls steeply from there, which
# tells the weights where to go. Squared error is flat: it has nothing to say to the worst mistakes.
