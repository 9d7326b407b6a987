"""What devices and patrols report -> event bodies, or a refusal. Pure, as `console.domain.decide` is for people.

A report is never a decision: a press opens or joins an intervention, a cancel is something to check (W14), a
position in another zone is a proposal, and nothing here closes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from console.domain import commands as c
from console.domain import events as e
from console.domain.allocation import Allocation
from console.domain.casefile import Extract
from console.domain.could_be_now import zone_news
from console.domain.intervention import Intervention, Sent, State
from console.domain.location import Fix, Verdict, is_nowhere, judge
from console.domain.planned_test import AnnouncedTest, at_press, contradicted
from console.domain.voice_line import LineState


@dataclass(frozen=True)
class Owner:
    """The control room that answers, the zone allocated, and what decided it."""

    room: str
    zone: str | None
    by: Literal["position", "nearest", "file_zone"]


def owner_of(
    allocation: Allocation | None, file_zone: str | None, room_of_zone: Mapping[str, str], fallback: str
) -> Owner:
    """Say who answers: the zone with the largest share at the press, else the file zone, else ``fallback``.

    ``allocation`` is None without a position; its ``zone`` is None farther than 1,500 m outside Belgium.
    ``fallback`` is the control room of the button's own stock, so that a press is never dropped.
    """
    if allocation is not None and allocation.zone is not None and allocation.zone in room_of_zone:
        by: Literal["position", "nearest"] = "nearest" if allocation.outside_m > 0 else "position"
        return Owner(room_of_zone[allocation.zone], allocation.zone, by)
    if file_zone is not None and file_zone in room_of_zone:
        return Owner(room_of_zone[file_zone], file_zone, "file_zone")
    return Owner(fallback, None, "file_zone")


@dataclass(frozen=True)
class PressFacts:
    """What the registry and the map know of a press."""

    number: str
    owner: Owner
    button_status: e.ButtonStatus
    extract: Extract | None = None
    allocation: Allocation | None = None
    others: tuple[e.OtherVictim, ...] = ()
    announced: AnnouncedTest | None = None


def raise_alarm(press: c.Press, facts: PressFacts) -> tuple[e.KnownBody, ...]:
    """Open an intervention: every press is an alarm, whatever its button (W1). 0,0 is "no position".

    A press inside the window of an announced test says so right after it, and whether it fits (W15).
    """
    fix = _position(press.fix)
    extract = facts.extract
    raised = e.AlarmRaised(
        number=facts.number,
        room=facts.owner.room,
        button=press.button,
        button_status=facts.button_status,
        press_id=press.press_id,
        pressed_at=press.pressed_at,
        fix=fix,
        case_file=extract
        and e.CaseFileRef(
            id=extract.case_file,
            revision=extract.revision,
            number=extract.number,
            file_zone=extract.file_zone,
        ),
        victim=extract and extract.victim,
        perpetrator=extract and extract.perpetrator,
        others=facts.others or None,
    )
    allocated = e.ZoneAllocated(zone=facts.owner.zone, allocation=facts.allocation, by=facts.owner.by)
    return raised, *at_press(facts.announced, fix), allocated


def join(state: Intervention, press: c.Press, allocation: Allocation | None) -> tuple[e.KnownBody, ...]:
    """A later press of the same victim joins the open intervention; its position is judged like any other."""
    repeated = e.AlarmRepeated(button=press.button, press_id=press.press_id, pressed_at=press.pressed_at)
    bodies = repeated, *(_fix(state, press.fix, allocation) if press.fix else ())
    return *bodies, *contradicted(state.planned_test, bodies)


def report(
    state: Intervention, said: c.Report, allocation: Allocation | None = None
) -> tuple[e.KnownBody, ...] | c.Refusal:
    """Answer what a device or patrol reports on an open intervention. What is already known gives no event.

    ``allocation`` is that of the reported position, if there is one.
    """
    if state.state is State.CLOSED:
        return c.Refusal(code="closed", facts={"number": state.number})
    match said:
        case c.Press():
            return join(state, said, allocation)
        case c.FixReport():
            bodies = _fix(state, said.fix, allocation)
            return *bodies, *contradicted(state.planned_test, bodies)
        case c.Cancel():
            cancelled = e.AlarmCancelledByDevice(button=state.button or "")
            return cancelled, e.EscalationRaised(code="cancelled_by_device")
        case c.LineReport():
            return _line(state, said)
        case c.ChatReport():
            return (e.ChatReceived(words=said.words),)
        case c.PatrolReport() | c.PatrolRead() | c.PatrolSaw():
            return _patrol(state, said)


def _position(fix: Fix | None) -> Fix | None:
    return None if fix is None or is_nowhere(fix.lon, fix.lat) else fix


def _fix(state: Intervention, fix: Fix | None, allocation: Allocation | None) -> tuple[e.KnownBody, ...]:
    """Record every fix; only a believed one moves the marker, and the zone only by an operator's word."""
    verdict = judge(fix, state.fix, state.trail)
    reported = e.FixReported(fix=fix, verdict=verdict, allocation=allocation)
    return reported, *(zone_news(state, allocation) if verdict is Verdict.SHOWN else ())


def _opened(now: LineState) -> tuple[e.KnownBody, ...]:
    """What it means that the line is open."""
    match now:
        case LineState.OPEN:
            return ()
        case LineState.LOST:
            return (e.LineRestored(),)
        case LineState.NONE | LineState.ENDED:
            return (e.LineOpened(),)


def _line(state: Intervention, said: c.LineReport) -> tuple[e.KnownBody, ...]:
    now = state.line.state
    match said.change:
        case c.LineChange.CAPTION:
            # Whatever is heard comes over a line that is open, also where its opening was never told.
            return (*_opened(now), e.LineHeard(words=said.words))
        case c.LineChange.OPENED:
            return _opened(now)
        case c.LineChange.LOST if now is LineState.OPEN:
            return (e.LineLost(),)
        case c.LineChange.ENDED if now in {LineState.OPEN, LineState.LOST}:
            return (e.LineEnded(),)
        case _:
            return ()


_ORDER = (State.DISPATCHED, State.EN_ROUTE, State.ON_SCENE)


def _patrol(
    state: Intervention, said: c.PatrolReport | c.PatrolRead | c.PatrolSaw
) -> tuple[e.KnownBody, ...] | c.Refusal:
    """A patrol's own steps, forward only: a report that comes late or twice changes nothing."""
    sent = state.patrol(said.patrol)
    if sent is None:
        return c.Refusal(code="patrol_not_on_it", facts={"patrol": said.patrol, "number": state.number})
    if isinstance(said, c.PatrolRead):
        return () if sent.read_danger_at else (e.PatrolReadDanger(patrol=sent.patrol),)
    if isinstance(said, c.PatrolSaw):
        return seen_by(state, sent, said.finding, said.words)
    return stepped(sent, said.step)


def stepped(sent: Sent, step: c.PatrolStep) -> tuple[e.KnownBody, ...]:
    """How far a patrol says that it is, by its terminal or by voice; nothing where that is known already."""
    accepted = () if sent.accepted_at else (e.PatrolAccepted(patrol=sent.patrol),)
    match step:
        case c.PatrolStep.ACCEPTED:
            return accepted
        case c.PatrolStep.REFUSED:
            return (e.PatrolReleased(patrol=sent.patrol, code="refused"),)
        case c.PatrolStep.EN_ROUTE if _ORDER.index(sent.state) < _ORDER.index(State.EN_ROUTE):
            return *accepted, e.PatrolEnRoute(patrol=sent.patrol)
        case c.PatrolStep.ON_SCENE if sent.state is not State.ON_SCENE:
            return *accepted, e.PatrolOnScene(patrol=sent.patrol)
        case _:
            return ()


def seen_by(state: Intervention, sent: Sent, finding: e.Finding, words: str) -> tuple[e.KnownBody, ...]:
    """What a patrol says of the victim; who has seen her has arrived. The same word again is no news."""
    last = state.found
    if last is not None and (last.patrol, last.finding) == (sent.patrol, finding) and not words:
        return ()
    accepted = () if sent.accepted_at else (e.PatrolAccepted(patrol=sent.patrol),)
    arrived = () if sent.state is State.ON_SCENE else (*accepted, e.PatrolOnScene(patrol=sent.patrol))
    return *arrived, e.VictimSeen(patrol=sent.patrol, finding=finding, words=words)
