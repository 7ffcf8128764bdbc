"""The kinds of isolation, by name."""

from __future__ import annotations

from dlcourse.assignment.sandbox.bubblewrap import Bubblewrap
from dlcourse.assignment.sandbox.container import Container
from dlcourse.assignment.sandbox.isolation import Isolation

ISOLATIONS: dict[str, type[Isolation]] = {
    each.name: each for each in (Bubblewrap, Container, Isolation)
}
