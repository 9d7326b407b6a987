"""Patrols: those on this intervention with their state, then whom to send, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from textual.content import Content

from console.domain.hints import asked_for_elsewhere
from console.domain.intervention import AskedService, Sent, State
from console.domain.patrols import Candidate, PatrolState, Reason, ReasonCode, Recommendation, Shortfall
from console.domain.targets import ClockKind, Level, clocks
from console.locale import _, ngettext
from console.locale.words import reason, word
from console.tui.glance import Glance
from console.tui.measures import age, distance, running
from console.tui.pane import Pane, entitle, one_line, stacked, styled
from console.tui.rooms import not_shown, own_room
from console.tui.sentences import service_name

SHAPES = {State.DISPATCHED: "◔", State.EN_ROUTE: "●", State.ON_SCENE: "◆"}


class PatrolsPane(Pane):
    """Own ones first, then the ranking, then why nearer ones are missing."""

    def draw(self, glance: Glance, width: int, height: int) -> Content:
        """As many lines as there are."""
        seen, advice = glance.seen, glance.recommendation
        due = advice.needed if advice and seen and seen.state.state is not State.CLOSED else 0
        to_send = " " + ngettext("– {n} to send", "– {n} to send", due) if due else ""
        entitle(self, _("PATROLS") + to_send)
        if seen is None:
            return Content("")
        if seen.state.glimpsed:
            return styled(not_shown(), "$muted")
        lines = [own(one, glance, width) for one in seen.state.sent]
        lines += [reserved(one, glance, width) for one in seen.state.reserved]
        lines += [asked_for(one, glance, width) for one in seen.state.proposed]
        lines += [service(one, glance, width) for one in seen.state.services]
        if seen.state.state is State.CLOSED:
            return stacked(lines[:height])
        if advice is None:
            return stacked([*lines, styled("…", "$muted")][:height])
        lines += ranking(advice, width, max(0, height - len(lines)))
        return stacked(lines[:height])


def own(one: Sent, glance: Glance, width: int) -> Content:
    """A patrol on this intervention: state, since when, how far, how old its position is."""
    known = glance.picture.room.patrols.get(one.patrol)
    seen = glance.seen
    assert seen is not None
    left = styled(f"{SHAPES.get(one.state, '•')} {glance.call_sign(one.patrol):<6}", "bold")
    left += Content(f" {word(one.state)}")
    since = one.on_scene_at or one.accepted_at or one.dispatched_at
    left += Content(f" {running(glance.age_s(since))}")
    course = glance.recommendation.course_of(known) if glance.recommendation and known else None
    if course is not None and one.state is not State.ON_SCENE:
        left += styled(" · " + reason(Reason(course)), "bold")
    if one.accepted_at is None and one.state is State.DISPATCHED:
        left += styled(" · " + _("not accepted yet"), "$warning")
    found = seen.state.found
    if found is not None and found.patrol == one.patrol:
        left += styled(f" · {word(found.finding)}", "bold" if found.alone else "bold $warning")
    if (number := asked_for_elsewhere(seen.state, glance.picture.room).get(one.patrol)) is not None:
        left += styled(" · ▲ " + _("asked for: {number}", number=number[-4:]), "bold $warning")
    if one.read_danger_at is not None:
        left += styled(" · " + _("danger read"), "$muted")
    if glance.now is not None:
        late = [
            one_clock
            for one_clock in clocks(seen.state, glance.now, glance.targets)
            if one_clock.patrol == one.patrol and one_clock.level is not Level.OK
        ]
        if late and late[0].kind in {ClockKind.ACCEPT, ClockKind.ARRIVE}:
            left += styled(f" · ▲ {word(late[0].kind)}: {word(late[0].level)}", "bold $warning")
    if known is not None and known.position_at is not None:
        left += styled(" · " + _("position {age} old", age=age(glance.age_s(known.position_at))), "$muted")
    return one_line(left, width)


def reserved(patrol: str, glance: Glance, width: int) -> Content:
    """A patrol that is kept for this intervention."""
    known = glance.picture.room.patrols.get(patrol)
    left = styled(f"▹ {glance.call_sign(patrol):<6}", "bold") + f" {word(PatrolState.RESERVED)}"
    if known is not None and known.state is not PatrolState.RESERVED:
        left += styled(f" · ▲ {word(known.state)}", "bold $warning")
    return one_line(left, width)


def asked_for(patrol: str, glance: Glance, width: int) -> Content:
    """A patrol that is asked for: whose it is, or on what."""
    known = glance.picture.room.patrols.get(patrol)
    left = styled(f"▷ {glance.call_sign(patrol):<6}", "bold") + " " + _("asked for")
    if known is not None:
        own = known.room == own_room(glance)
        where = f"{word(known.state)} {known.busy_with or ''}".rstrip() if own else known.room
        left += styled(f" · {where}", "$muted")
    return one_line(left, width)


def service(one: AskedService, glance: Glance, width: int) -> Content:
    """Another service: since when it was asked for, or what it answered."""
    left = styled("✚ ", "bold") + service_name(one.service, glance.atlas.zone)
    if one.answer is None:
        left += styled(
            " · " + _("asked {age} ago, no answer", age=running(glance.age_s(one.asked_at))), "$warning"
        )
    else:
        left += f": {one.answer}"
    return one_line(left, width)


def ranking(advice: Recommendation, width: int, height: int) -> Iterator[Content]:
    """The best that can be sent, numbered, and the nearer ones that cannot."""
    ranked = {one.patrol.id for one in advice.best}
    missing = [one for one in advice.shortfalls if one.patrol.id not in ranked]
    missing = missing[: max(0, height - max(1, advice.needed) - 1)]
    best = advice.best[: max(0, height - len(missing))]
    for place, one in enumerate(best, start=1):
        yield candidate(one, place, width, one in advice.proposed)
    for lacking in missing:
        yield shortfall(lacking, width)
    if not best and not missing:
        yield styled(_("no patrol is known here: use the radio"), "bold $warning")


def candidate(one: Candidate, place: int, width: int, proposed: bool) -> Content:
    """One line of the ranking: place, call sign, distance, age of the position, reasons."""
    far = _("no position") if one.distance_m is None else distance(one.distance_m)
    old = "" if one.age_s is None else age(one.age_s)
    line = styled(f"{place} {one.patrol.call_sign:<6}", "bold" if proposed else "")
    line += Content(f" {far:>7} ") + styled(f"{old:>6}  ", "$muted")
    for given in one.reasons:
        if given.code is ReasonCode.PROPOSED_ELSEWHERE:  # before the reasons, where it is never cut off (W11)
            line += styled(f"▲{str(given.facts['number'])[-4:]} ", "bold $warning")
    reasons = ", ".join(reason(given) for given in sorted(one.reasons, key=_place))
    return one_line(line + styled(reasons, "$primary" if proposed else "$muted"), width)


def _place(given: Reason) -> int:
    """Where a reason stands in the line: what tells this patrol from the others first, for the end may be cut off."""
    return _FIRST.index(given.code) if given.code in _FIRST else len(_FIRST)


_FIRST = (
    ReasonCode.AHEAD,
    ReasonCode.BEHIND,
    ReasonCode.RESERVED_HERE,
    ReasonCode.HIGHWAY,
    ReasonCode.RAILWAY,
    ReasonCode.POSITION_TOO_OLD,
    ReasonCode.NO_POSITION,
    ReasonCode.OTHER_ROOM,
    ReasonCode.OTHER_ZONE,
    ReasonCode.POSITION_OLD,
)


def shortfall(one: Shortfall, width: int) -> Content:
    """A nearer patrol and why it is not proposed."""
    far = "–" if one.distance_m is None else distance(one.distance_m)
    old = "" if one.age_s is None else age(one.age_s)
    head, why = f"– {one.patrol.call_sign:<6} {far:>7} {old:>6}  ", one.why
    number = str(why.facts.get("number", ""))
    if number and cell_len(head + reason(why)) > width:
        # The end of the number tells which one it is, as in the queue; the room's code and the year can go.
        why = Reason(why.code, {**why.facts, "number": number[-4:]})
    return one_line(styled(head + reason(why), "$muted"), width)
