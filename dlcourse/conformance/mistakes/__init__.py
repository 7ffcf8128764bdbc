"""The catalogue of classical mistakes in rules and schedules, each a wrong rule that runs."""

from __future__ import annotations

from dlcourse.conformance.mistakes.adam import ADAM
from dlcourse.conformance.mistakes.adam_family import ADAM_FAMILY
from dlcourse.conformance.mistakes.adaptive import ADAPTIVE
from dlcourse.conformance.mistakes.cosine_schedules import COSINE_SCHEDULES
from dlcourse.conformance.mistakes.forms import FORMS
from dlcourse.conformance.mistakes.mistake import Mistake
from dlcourse.conformance.mistakes.schedules import SCHEDULES
from dlcourse.conformance.mistakes.sgd import SGD
from dlcourse.conformance.mistakes.shared import DECAY, SETTINGS, SHARED

__all__ = ["CATALOGUE", "DECAY", "Mistake"]

# The order decides between rules that run alike. Any later rule may be the right one at some
# hyperparameters, so a setting left out comes first; what is particular to an optimizer comes
# before what is common to all. Those in DECAY are apart: they see to the weight decay themselves.
CATALOGUE: tuple[Mistake, ...] = (
    *SETTINGS,
    *FORMS,
    *SGD,
    *ADAPTIVE,
    *ADAM,
    *ADAM_FAMILY,
    *SHARED,
    *COSINE_SCHEDULES,
    *SCHEDULES,
)
