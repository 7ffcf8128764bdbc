"""The catalogue of classical mistakes in update rules and schedules, each a wrong rule that runs."""

from __future__ import annotations

from dlcourse.mistakes.adam import ADAM
from dlcourse.mistakes.adam_family import ADAM_FAMILY
from dlcourse.mistakes.adaptive import ADAPTIVE
from dlcourse.mistakes.mistake import Mistake
from dlcourse.mistakes.schedules import SCHEDULES
from dlcourse.mistakes.sgd import SGD
from dlcourse.mistakes.shared import DECAY, SHARED

# What is particular to an optimizer comes before what is common to all.
CATALOGUE: tuple[Mistake, ...] = (
    *SGD,
    *ADAPTIVE,
    *ADAM,
    *ADAM_FAMILY,
    *SHARED,
    *DECAY,
    *SCHEDULES,
)
