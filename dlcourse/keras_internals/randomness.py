"""Randomness in a compiled step that no seed reaches: a run would depend on those before it."""

from __future__ import annotations

from collections.abc import Iterable

import keras
import tensorflow as tf
from keras.src.backend.common import global_state

from dlcourse.checks import expect

# TensorFlow's operations that keep a hidden state; Keras's own random functions use others.
_STATEFUL = {
    "Multinomial",
    "ParameterizedTruncatedNormal",
    "RandomGamma",
    "RandomPoissonV2",
    "RandomShuffle",
    "RandomStandardNormal",
    "RandomUniform",
    "RandomUniformInt",
    "TruncatedNormal",
}


def expect_restorable(graph: tf.Graph, own: Iterable[keras.Variable]) -> None:
    """Raise for a step that draws or counts outside the model's and the optimizer's variables.

    Args:
        graph: the step's graph.
        own: the variables that are put back before each run.

    Raises:
        ValueError: what the step draws, or remembers, cannot start anew for each run.
    """
    definition = graph.as_graph_def()
    functions = [function.node_def for function in definition.library.function]
    used = {node.op for nodes in (definition.node, *functions) for node in nodes}
    stateful = sorted(used & _STATEFUL)
    expected = (
        "a model that draws from a keras.random.SeedGenerator of its own, as in "
        "keras.random.normal(shape, seed=self.seed_generator), so that a run follows from its seed"
    )
    expect(not stateful, "model", expected, f"tf.random ({', '.join(stateful)})")
    known = {id(variable.value) for variable in own}
    generator = global_state.get_global_attribute("global_seed_generator")
    used_global = generator is not None and any(
        variable is generator.state.value for variable in graph.variables
    )
    expect(not used_global, "model", expected, "Keras's global seed generator")
    strange = [v.name for v in graph.variables if id(v) not in known]
    expected = "a model whose variables are all its own, so that each run starts with new ones"
    expect(not strange, "model", expected, f"another variable: {', '.join(strange)}")
