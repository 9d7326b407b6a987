"""What warned of something while an intervention was open, and what somebody did about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from console.domain import events as e
from console.domain.could_be_now import REPORT_EVERY_S
from console.domain.intervention import Intervention, State
from console.domain.location import Verdict, stuck
from console.domain.targets import Targets
from console.domain.voice_line import LineState
from console.domain.watch import heard_at
from console.training.history import History, Moment


class WarningKind(StrEnum):
    """What warned."""

    POSITION_SILENT = "position_silent"
    POSITION_STUCK = "position_stuck"
    NO_POSITION = "no_position"
    BAD_FIX = "bad_fix"
    LINE_UNHEARD = "line_unheard"
    LINE_LOST = "line_lost"
    ZONE_PROPOSED = "zone_proposed"
    NOT_ACCEPTED = "not_accepted"
    NOT_ARRIVED = "not_arrived"
    SAME_MAN = "same_man"
    ESCALATED = "escalated"
    PHONE_NOT_REACHED = "phone_not_reached"
    NOBODY_THERE = "nobody_there"
    FILE_CHANGED = "file_changed"
    DURESS_WORD = "duress_word"


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning from ``at`` to ``until``. ``answer``: the first thing a person did about it, None if nothing shows it.

    ``about``: the patrol, zone, room or code that it is about, "" if nothing more is to be said.
    """

    code: WarningKind
    at: datetime
    until: datetime
    answer: e.Event | None
    about: str = ""

    @property
    def stood_s(self) -> float:
        """For how many seconds it stood."""
        return (self.until - self.at).total_seconds()

    @property
    def missed(self) -> bool:
        """Nobody answered it, and it stood as long as it takes for a further position to come.

        What ends by itself before that says nothing of anybody.
        """
        return self.answer is None and self.stood_s >= REPORT_EVERY_S


_SPOKE: Final = (e.PhoneRung, e.PhoneCalled, e.ChatSent, e.PushSent)
_LOOKED_FURTHER: Final = (*_SPOKE, e.FixChosen, e.ServiceRequested, e.RoomSupportRequested, e.DangerPassedOn)
_OF_PATROLS: Final = (
    e.PatrolDispatched,
    e.PatrolReleased,
    e.PatrolProposed,
    e.DangerPassedOn,
    e.ServiceRequested,
)
_OF_ROOMS: Final = (e.RoomSupportRequested, e.RoomLeadOffered, e.RoomLeadDeclined, e.ServiceRequested)

ANSWERS: Final[dict[WarningKind, tuple[type, ...]]] = {
    WarningKind.POSITION_SILENT: _LOOKED_FURTHER,
    WarningKind.POSITION_STUCK: _LOOKED_FURTHER,
    WarningKind.NO_POSITION: _LOOKED_FURTHER,
    WarningKind.BAD_FIX: (e.FixChosen,),
    WarningKind.LINE_UNHEARD: (e.LineListenerChanged,),
    WarningKind.LINE_LOST: _LOOKED_FURTHER,
    WarningKind.ZONE_PROPOSED: (e.ZoneChanged, e.ZoneKept),
    WarningKind.NOT_ACCEPTED: _OF_PATROLS,
    WarningKind.NOT_ARRIVED: _OF_PATROLS,
    WarningKind.SAME_MAN: (),
    WarningKind.ESCALATED: (e.Acknowledged, e.PatrolDispatched),
    WarningKind.PHONE_NOT_REACHED: _LOOKED_FURTHER,
    WarningKind.NOBODY_THERE: _OF_ROOMS,
    WarningKind.FILE_CHANGED: (e.CasefileOpened, e.DangerPassedOn),
    WarningKind.DURESS_WORD: (e.PatrolDispatched, e.DangerPassedOn, e.ServiceRequested),
}
"""What shows that a warning was noticed; beside it always a note in a person's own words."""


def warnings(history: History, targets: Targets) -> tuple[Warned, ...]:
    """Everything that warned, in the order in which it began."""
    found = [*_standing(history), *_told(history), *_silent(history, targets)]
    order = list(WarningKind)
    return tuple(sorted(found, key=lambda one: (one.at, order.index(one.code), one.about)))


def _nobody_with_her(state: Intervention) -> bool:
    return all(one.state is not State.ON_SCENE for one in state.sent)


def _bad_fix(state: Intervention) -> str | None:
    doubtful = state.disputed is not None and state.disputed_why in {Verdict.JUMP, Verdict.COARSE}
    return state.disputed_why if doubtful and _nobody_with_her(state) else None


def _no_position(state: Intervention) -> str | None:
    return "" if state.no_fix_since is not None and _nobody_with_her(state) else None


def _stuck(state: Intervention) -> str | None:
    return "" if stuck(state.trail) and _nobody_with_her(state) else None


def _line_lost(state: Intervention) -> str | None:
    return "" if state.line.state is LineState.LOST else None


def _line_unheard(state: Intervention) -> str | None:
    return "" if state.line.unheard else None


def _proposed(state: Intervention) -> str | None:
    return state.proposed_zone


_STANDS: Final[dict[WarningKind, Callable[[Intervention], str | None]]] = {
    WarningKind.BAD_FIX: _bad_fix,
    WarningKind.NO_POSITION: _no_position,
    WarningKind.POSITION_STUCK: _stuck,
    WarningKind.LINE_LOST: _line_lost,
    WarningKind.LINE_UNHEARD: _line_unheard,
    WarningKind.ZONE_PROPOSED: _proposed,
}
"""What stands as long as the state is so: what it is about, or None while there is nothing to warn of."""


def _standing(history: History) -> Iterator[Warned]:
    for code, stands in _STANDS.items():
        since: tuple[datetime, int, str] | None = None
        for place, one in enumerate(history.moments):
            about = None if one.after.state is State.CLOSED else stands(one.after)
            if since is not None and about != since[2]:
                yield _ended(history, code, since, one.at)
                since = None
            if since is None and about is not None:
                since = one.at, place, about
        if since is not None:
            yield _ended(history, code, since, history.ends_at)


def _ended(history: History, code: WarningKind, since: tuple[datetime, int, str], until: datetime) -> Warned:
    at, place, about = since
    return Warned(code, at, until, _answer(history, code, at, until, place), about)


def _answer(
    history: History, code: WarningKind, at: datetime, until: datetime, after: int = -1
) -> e.Event | None:
    for one in history.moments[after + 1 :]:
        if at <= one.at <= until and one.by_operator and _answers(code, one):
            return one.event
    return None


def _answers(code: WarningKind, one: Moment) -> bool:
    match one.event.body:
        case e.NoteAdded(code=None):
            return True
        case e.NoteAdded(code=e.NoteCode.OTHER_VICTIMS_SHOWN):
            return code is WarningKind.SAME_MAN
        case e.LineListenerChanged(operator=None):
            return False
        case e.PatrolReleased(code="closed" | "refused"):
            return False  # not a deed of its own
        case body:
            return isinstance(body, ANSWERS[code])


def _told(history: History) -> Iterator[Warned]:
    """What an event says once; it stands until the intervention is over, or what it waits for has come."""
    for place, one in enumerate(history.moments):
        told = _tells(one.event.body)
        if told is None:
            continue
        code, about = told
        until = next((later.at for later in history.moments[place + 1 :] if _over(code, about, later)), None)
        until = min(until or history.over_at, max(history.over_at, one.at))
        yield Warned(code, one.at, until, _answer(history, code, one.at, until, place), about)


def _tells(body: e.AnyBody) -> tuple[WarningKind, str] | None:
    match body:
        case e.PatrolOverdue(patrol=patrol, awaited=awaited):
            return (
                WarningKind.NOT_ACCEPTED if awaited is e.Awaited.ACCEPT else WarningKind.NOT_ARRIVED
            ), patrol
        case e.NoteAdded(code=e.NoteCode.SAME_MAN, words=words):
            return WarningKind.SAME_MAN, words
        case e.NoteAdded(code=e.NoteCode.PHONE_NOT_REACHED):
            return WarningKind.PHONE_NOT_REACHED, ""
        case e.NoteAdded(code=e.NoteCode.NOBODY_THERE, words=words):
            return WarningKind.NOBODY_THERE, words
        case e.EscalationRaised(code="duress_word"):
            return WarningKind.DURESS_WORD, ""
        case e.EscalationRaised(code=code) if code != "cancelled_by_device":
            return WarningKind.ESCALATED, code
        case e.CasefileChanged(new_danger=True):
            return WarningKind.FILE_CHANGED, ""
        case _:
            return None


def _over(code: WarningKind, about: str, later: Moment) -> bool:
    """What a warning waited for has come by itself."""
    body = later.event.body
    match code:
        case WarningKind.NOT_ACCEPTED:
            came = (e.PatrolAccepted, e.PatrolEnRoute, e.PatrolOnScene, e.PatrolReleased)
            return isinstance(body, came) and body.patrol == about
        case WarningKind.NOT_ARRIVED:
            return isinstance(body, e.PatrolOnScene | e.PatrolReleased) and body.patrol == about
        case WarningKind.ESCALATED:
            return isinstance(body, e.Acknowledged | e.PatrolDispatched)
        case WarningKind.NOBODY_THERE:
            answers = (e.RoomSupportAccepted, e.RoomSupportDeclined, e.RoomLeadAccepted, e.RoomLeadDeclined)
            return isinstance(body, answers)
        case _:
            return False


def _silent(history: History, targets: Targets) -> Iterator[Warned]:
    """Her phone has not said where it is for too long (`Targets.position_age`), and nobody is with her yet."""
    limit = timedelta(seconds=targets.position_age.red)
    since: datetime | None = None
    for here, following in pairwise([*history.moments, None]):
        assert here is not None
        state = here.after
        until = history.ends_at if following is None else following.at
        waits = state.state is not State.CLOSED and _nobody_with_her(state)
        due = heard_at(state) + limit
        if since is not None and (not waits or due > here.at):
            yield Warned(
                WarningKind.POSITION_SILENT,
                since,
                here.at,
                _answer(history, WarningKind.POSITION_SILENT, since, here.at),
            )
            since = None
        if since is None and waits and due <= until:
            since = max(due, here.at)
    if since is not None:
        answer = _answer(history, WarningKind.POSITION_SILENT, since, history.ends_at)
        yield Warned(WarningKind.POSITION_SILENT, since, history.ends_at, answer)
