"""Where she is, in words for the radio, and which zone that is."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from console.domain.location import (
    Fix,
    Movement,
    clock_off,
    confidence_known,
    could_be_now_m,
    heading_of,
    heading_words,
    moving,
    position_age_s,
    r95_of,
    speed_of,
    stuck,
)
from console.domain.places import NOTHING, Described, Whose, known_addresses
from console.domain.targets import Level, position_level
from console.locale import _, current
from console.locale.words import compass, word
from console.tui.glance import Glance
from console.tui.measures import age, distance, share
from console.tui.pane import joined, styled
from console.tui.sentences import verdict_words
from console.tui.street import street


def where(glance: Glance, brief: bool = False) -> Iterator[Content]:
    """Place, radius at 95 %, method, age, movement; a disputed second position is named too."""
    assert glance.seen is not None
    state = glance.seen.state
    yield place(glance)
    if state.fix is not None:
        if len(named := street(glance, state.fix, brief)):
            yield named
        if brief:
            yield measured(glance)
        else:
            yield _measured(state.fix, glance, brief)
            yield _movement(glance, state.fix, brief)
    if (other := disputed(glance)) is not None:
        yield other
    if (lost := no_fix_now(glance)) is not None:
        yield lost


def place(glance: Glance) -> Content:
    """The place in words."""
    assert glance.seen is not None
    if (fix := glance.seen.state.fix) is None:
        return styled(_("NO POSITION"), "bold $warning") + Content(" " + _("– the file zone answers"))
    return styled(place_words(glance, fix), "bold")


def measured(glance: Glance) -> Content:
    """Radius, method, age and movement, in the fewest words."""
    assert glance.seen is not None
    fix = glance.seen.state.fix
    assert fix is not None
    return joined([_measured(fix, glance, True), _movement(glance, fix, True)])


def _measured(fix: Fix, glance: Glance, brief: bool) -> Content:
    return joined([_radius(fix), Content(word(fix.method)), _age(fix, glance, brief)])


def disputed(glance: Glance) -> Content | None:
    """A second position that contradicts the one shown, why, and the key that chooses; None: there is none."""
    assert glance.seen is not None
    state = glance.seen.state
    if (other := state.disputed) is None:
        return None
    said = _(
        "▲ another position ({why}): ~{radius}, {age} old",
        why=verdict_words(state.disputed_why) or _("not shown"),
        radius=distance(r95_of(other)),
        age=old(other, glance),
    )
    return styled(said + " [x]", "$warning")


def no_fix_now(glance: Glance) -> Content | None:
    """That her phone reports without a position now, and for how long; None while it finds one."""
    assert glance.seen is not None
    state = glance.seen.state
    if state.fix is None or state.no_fix_since is None:
        return None
    since = age(glance.age_s(state.no_fix_since))
    return styled(_("▲ her phone finds no position now, for {since}", since=since), "$warning")


def _radius(fix: Fix) -> Content:
    said = styled(_("~{radius} @95 %", radius=distance(r95_of(fix))))
    return said if confidence_known(fix) else said + styled(" (" + _("confidence unknown") + ")", "$warning")


def old(fix: Fix, glance: Glance) -> str:
    """How old a fix is."""
    return age(position_age_s(fix, glance.now)) if glance.now else "–"


def _age(fix: Fix, glance: Glance, brief: bool) -> Content:
    if glance.now is None:
        return Content("")
    since = old(fix, glance) if brief else _("{age} old", age=old(fix, glance))
    match position_level(fix, glance.now, glance.targets):
        case Level.OK:
            said = Content(since)
        case Level.AMBER:
            said = styled(f"▲ {since}", "$warning")
        case _:
            said = styled(f"▲ {since}", "bold $error")
    return said + styled(" (" + _("device clock is off") + ")", "$warning") if clock_off(fix) else said


def described(glance: Glance, fix: Fix) -> Described:
    """A position in codes and facts, as far as this console knows the country."""
    places = glance.atlas.places
    if places is None or glance.seen is None:
        return NOTHING
    return places.describe_fix(fix, glance.seen.state.trail, known_addresses(glance.seen.state.extract))


def place_words(glance: Glance, fix: Fix) -> str:
    """The nearest known address or place, and the municipality: ``140 m NE of home, Voorbeeldstraat 1``."""
    at = described(glance, fix)
    if at.address is not None:
        his = at.address.whose is Whose.PERPETRATOR
        kind = word(at.address.kind)
        name = _("{kind} of the PERPETRATOR", kind=kind) if his else _("her {kind}", kind=kind)
        return f"{_from(name, at.address.distance_m, at.address.direction)}, {at.address.address.text}"
    if at.place is None:
        return f"{fix.lat:.5f} N {fix.lon:.5f} E"
    said = _from(at.place.name, at.place.distance_m, at.place.direction)
    town = at.municipality.name(current()) if at.municipality else ""
    return said if not town or town == at.place.name else f"{said} ({town})"


def _from(name: str, metres: float, direction: str | None) -> str:
    if direction is None:
        return name
    return _("{distance} {point} of {name}", distance=distance(metres), point=compass(direction), name=name)


def _movement(glance: Glance, fix: Fix, brief: bool) -> Content:
    assert glance.seen is not None
    trail = glance.seen.state.trail
    how = moving(fix, trail)
    if stuck(trail):
        return styled(_("▲ STUCK: the same digits several times – perhaps no live position"), "$warning")
    if how is Movement.STILL:
        return styled(word(how), "bold")
    if how is Movement.UNKNOWN:
        return styled(word(how), "$muted")
    parts = [styled(word(how), "bold")]
    heading, speed = heading_of(fix, trail), speed_of(fix, trail)
    if heading is not None:
        point, towards = compass(heading_words(heading)), described(glance, fix).towards
        said = point if brief else _("heading {point}", point=point)
        parts.append(styled(said + (", " + _("towards {place}", place=towards) if towards else ""), "bold"))
    if speed is not None and not brief:
        parts.append(Content(f"{speed * 3.6:.0f} km/h"))
    reach = could_be_now_m(fix, glance.now, trail) if glance.now else None
    if reach is not None:
        # The circle that counts (W9): it is said however little room there is.
        parts.append(styled(_("by now within {reach}", reach=distance(reach)), "" if brief else "bold"))
    return joined(parts)


def zone(glance: Glance, brief: bool = False) -> Iterator[Content]:
    """The zone to send; every zone that the circle touches with its share; the file zone if it is another."""
    assert glance.seen is not None
    state, name = glance.seen.state, glance.atlas.zone
    allocation = state.allocation
    approximate = allocation is not None and allocation.approximate
    # Where there is no room for the words the sign stands for them; help explains it.
    mark = styled("≈ ", "$muted") if approximate and brief else Content("")
    words = styled(_("≈ approximate map"), "$muted") if approximate and not brief else Content("")
    if state.zone is None:
        yield styled(_("no zone: the control room decides"), "bold $warning")
    elif allocation is None or allocation.certain:
        yield mark + joined([styled(name(state.zone), "bold"), words])
    else:
        outside = _("outside Belgium")
        parts = [
            styled(
                f"{name(part.zone) if part.zone else outside} {share(part.share)}",
                "bold" if part.zone == state.zone else "",
            )
            for part in allocation.shares
        ]
        yield mark + joined(parts)
        if words:
            yield words
        if allocation.outside_m > 0:
            yield styled(
                _("▲ {distance} outside Belgium: the nearest zone", distance=distance(allocation.outside_m)),
                "$warning",
            )
    if state.proposed_zone:
        yield styled(_("▲ she is now in {zone}", zone=name(state.proposed_zone)) + " [z]", "bold $warning")
    elif state.declined_zones:
        yield styled(_("kept, though she was seen in {zone}", zone=name(state.declined_zones[-1])), "$muted")
    if state.file_zone and state.file_zone != state.zone:
        yield styled(_("file kept by {zone}", zone=name(state.file_zone)), "$muted")
