"""Has the ranking of patrols computed in a thread: the first exact distance costs the import of geopy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from textual.message import Message
from textual.screen import Screen

from console.domain.hints import proposed_to_others
from console.domain.intervention import State
from console.domain.patrols import Recommendation, recommend_for
from console.tui.glance import Glance

EVERY_S: Final = 2.0
"""Patrols move all the time: the ranking follows them no faster than this."""


class Recommended(Message):
    """The ranking for an intervention has been computed."""

    def __init__(self, intervention: UUID, advice: Recommendation) -> None:
        self.intervention, self.advice = intervention, advice
        super().__init__()


class Advisor:
    """One computation at a time, for what is selected; it posts `Recommended` to the screen."""

    def __init__(self, screen: Screen[None], clock: Callable[[], float]) -> None:
        self._screen, self._clock = screen, clock
        self._known: tuple[UUID, Recommendation] | None = None
        self._proposed: dict[UUID, tuple[str, ...]] = {}
        self._decision = -1
        self._asked_s = float("-inf")
        self._busy = False

    def of(self, intervention: UUID | None) -> Recommendation | None:
        """The ranking for an intervention, as last computed; None if it is another one's."""
        return self._known[1] if self._known is not None and self._known[0] == intervention else None

    def keep(self, message: Recommended) -> None:
        """The ranking is here."""
        self._known = (message.intervention, message.advice)
        self._proposed[message.intervention] = tuple(one.patrol.id for one in message.advice.proposed)

    def look(self, glance: Glance) -> None:
        """Have it computed anew where it is due."""
        seen, now = glance.seen, glance.now
        if (
            seen is None
            or now is None
            or self._busy
            or seen.state.state is State.CLOSED
            or seen.state.glimpsed
        ):
            return
        fresh = self.of(seen.state.id) is not None and self._decision == seen.state.decision
        if fresh and abs(self._clock() - self._asked_s) < EVERY_S:  # a replay also goes back
            return
        self._busy, self._asked_s, self._decision = True, self._clock(), seen.state.decision
        state, patrols, targets = seen.state, tuple(glance.picture.room.patrols.values()), glance.targets
        here = glance.picture.room.seen
        self._proposed = {key: patrols for key, patrols in self._proposed.items() if key in here}
        elsewhere = proposed_to_others(state, self._proposed, glance.picture.room)
        operator = glance.picture.operator
        room = operator.room if operator else None

        def compute() -> None:
            try:
                self._screen.post_message(
                    Recommended(
                        state.id,
                        recommend_for(
                            state, patrols, now, room=room, proposed_elsewhere=elsewhere, targets=targets
                        ),
                    )
                )
            finally:
                self._busy = False

        self._screen.run_worker(compute, thread=True, group="recommend", exit_on_error=False)
