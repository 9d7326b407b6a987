"""The read-out for the radio: what a patrol must hear before it arrives, in its language, in some 20 s (W10).

One text for three uses: it goes out with the task, the dispatcher reads it from the screen, and a later change
sends it anew to who is under way. Pure: the place and the day are handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from console.domain.casefile import (
    Channel,
    DangerState,
    Order,
    PerpetratorExtract,
    allowed,
    danger_summary,
)
from console.domain.intervention import NEW_DANGER, Intervention
from console.domain.location import POINTS, Movement, heading_of, heading_words, moving, r95_of
from console.domain.patrols import patrols_needed
from console.domain.places import NOTHING, Described, Whose
from console.domain.readout_words import PHRASES, Phrases
from console.domain.sirens import SIREN_OFF_M

WORDS_PER_MINUTE: Final = 150
"""How fast one speaks on the radio so that it is understood."""

PRECISE_M: Final = 50.0
"""A radius up to here is not worth its words."""

LOOKS_WORDS: Final = 5
DANGER_WORDS: Final = 5
VEHICLE_WORDS: Final = 5
ACCESS_WORDS: Final = 6
"""So many words of a free text are read out; the patrol has the whole on its terminal."""

MOST_DANGERS: Final = 4
MOST_ORDERS: Final = 2


@dataclass(frozen=True, slots=True)
class ReadOut:
    """One sentence a line: alarm and place, danger, who and car, order, rule and approach."""

    language: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole, as it is read."""
        return " ".join(self.lines)

    @property
    def seconds(self) -> float:
        """How long it takes to say at 150 words a minute."""
        return len(self.text.replace(" :", ":").split()) * 60 / WORDS_PER_MINUTE


def read_out(
    state: Intervention,
    language: str,
    today: date,
    place: Described = NOTHING,
    same_man: Sequence[str] = (),
) -> ReadOut:
    """Put together what is read to a patrol that speaks ``language`` (nl, fr or de; any other gets Dutch).

    ``place`` describes the fix that is shown; ``same_man`` are number and zone of the same man's other open alarms
    (`console.domain.hints.still_open`). "None known" is said only where somebody looked; an order that
    was not served is said so; calling her is refused unless the file allows it on ``today`` (W3).
    """
    language = language if language in PHRASES else "nl"
    say = PHRASES[language]
    spoken = (
        _listed(_alarm(state, say)),
        _listed(_where(state, place, say, language)),
        _listed(_danger(state, say)),
        *_who(state, say),
        _listed(_elsewhere(same_man, say)),
        _contact(state, say, today),
        _listed(_approach(state, place, say)),
    )
    return ReadOut(language, tuple(f"{one[:1].upper()}{one[1:]}." for one in spoken if one))


def _listed(parts: Iterator[str]) -> str:
    return ", ".join(parts)


def _alarm(state: Intervention, say: Phrases) -> Iterator[str]:
    yield say.alarm.format(number=state.number.rpartition("-")[2].lstrip("0") or state.number)
    if len(state.presses) > 1:
        yield say.pressed_again.format(times=len(state.presses))


def _where(state: Intervention, place: Described, say: Phrases, language: str) -> Iterator[str]:
    fix = state.fix
    if fix is None:
        yield say.no_position
        return
    yield say.where.format(where=_listed(_place(place, say, language)) or f"{fix.lat:.4f} N {fix.lon:.4f} E")
    if r95_of(fix) > PRECISE_M:
        yield say.precise.format(radius=_far(r95_of(fix), say))
    how = moving(fix, state.trail)
    if how is Movement.ON_FOOT:
        yield say.on_foot
    elif how is Movement.IN_VEHICLE:
        yield say.in_vehicle
    heading = heading_of(fix, state.trail)
    if heading is not None:
        yield say.towards.format(point=_point(heading_words(heading), say))
        if place.towards is not None:
            yield say.next_place.format(place=place.towards)


def _place(place: Described, say: Phrases, language: str) -> Iterator[str]:
    near = place.address or place.place
    if near is None:
        return
    if place.address is not None:
        kind = say.addresses[place.address.kind]
        yield f"{kind} {say.his}" if place.address.whose is Whose.PERPETRATOR else kind
        yield place.address.address.text
    elif place.place is not None:
        town = place.municipality
        if town is None or place.place.name not in {town.name_nl, town.name_fr, town.name_de}:
            yield place.place.name
        if town is not None:
            yield town.name(language)
    if near.direction is not None:
        yield say.from_there.format(far=_far(near.distance_m, say), point=_point(near.direction, say))


def _danger(state: Intervention, say: Phrases) -> Iterator[str]:
    perpetrator = state.extract.perpetrator if state.extract else None
    summary = danger_summary(perpetrator)
    match summary.state:
        case DangerState.NOT_CHECKED:
            yield say.not_checked
        case DangerState.NONE_KNOWN:
            yield say.none_known
        case DangerState.KNOWN:
            kinds = list(dict.fromkeys(danger.kind for danger in summary.dangers))[:MOST_DANGERS]
            named = [say.dangers[kind] for kind in kinds]
            named[0] += f" ({_clipped(summary.dangers[0].words, DANGER_WORDS)})"
            yield say.danger.format(dangers=", ".join(named))
            if not summary.complete:
                yield say.others_not_checked
    sounds = [say.sounds[code] for code in state.line.heard if code in NEW_DANGER]
    if sounds:
        yield say.heard.format(sounds=", ".join(sounds))


def _who(state: Intervention, say: Phrases) -> Iterator[str]:
    """Who and in which car; the orders, and whether they were served."""
    extract = state.extract
    if extract is None:
        yield say.sealed if state.sealed else say.no_file
        return
    yield _listed(_person(extract.perpetrator, say))
    orders = extract.perpetrator.orders[:MOST_ORDERS]
    yield _listed(_order(one, say) for one in orders) if orders else say.no_order


def _person(he: PerpetratorExtract, say: Phrases) -> Iterator[str]:
    yield say.who.format(who=he.name)
    if he.age is not None:
        yield str(he.age)
    if he.looks:
        yield _clipped(he.looks, LOOKS_WORDS)
    if he.vehicles:
        first = he.vehicles[0]
        described = _clipped(first.description, VEHICLE_WORDS)
        yield say.vehicle.format(vehicle=" ".join(part for part in (described, first.plate) if part))


def _order(order: Order, say: Phrases) -> str:
    radius = f" {_far(order.radius_m, say)}" if order.radius_m else ""
    served = say.served if order.served_on else say.not_served
    return f"{say.orders[order.kind]}{radius}, {served}"


def _contact(state: Intervention, say: Phrases, today: date) -> str:
    channels = state.extract.victim.channels if state.extract else ()
    may_call = allowed(channels, Channel.CALL, today) and allowed(channels, Channel.RING, today)
    return say.may_call if may_call else say.never_call


def _elsewhere(same_man: Sequence[str], say: Phrases) -> Iterator[str]:
    """He may not be here: another victim of his has an alarm (W11)."""
    for alarm in same_man:
        number, _, zone = alarm.partition(", ")
        yield say.same_man.format(number=number.rpartition("-")[2].lstrip("0") or number, zone=zone or "?")


def _approach(state: Intervention, place: Described, say: Phrases) -> Iterator[str]:
    """Siren off from where, which is also where patrols wait for each other; how to get in."""
    given = state.extract.victim.siren_off_m if state.extract else None
    siren_off_m = SIREN_OFF_M if given is None else given
    yield say.siren_off.format(far=_far(siren_off_m, say))
    if patrols_needed(state.extract) > 1:
        yield say.together
    near = place.address
    if near is not None and near.whose is Whose.VICTIM and near.address.access:
        yield say.access.format(access=_clipped(near.address.access, ACCESS_WORDS))


def _point(point: str, say: Phrases) -> str:
    return say.points[POINTS.index(point)]


def _far(metres: float, say: Phrases) -> str:
    """A distance as one says it: to ten metres, from a kilometre on to a hundred."""
    rounded = max(10, round(metres / 10) * 10)
    if rounded < 1000:
        return say.metres.format(n=rounded)
    return say.kilometres.format(n=f"{metres / 1000:.1f}".replace(".0", "").replace(".", ","))


def _clipped(text: str, words: int) -> str:
    """The first phrases of a free text, up to the comma where it gets too long.

    Never cut within a phrase that fits, so that "not handed in" does not become "not". A first phrase that is
    too long by itself is cut all the same, with a mark.
    """
    phrases = [phrase.split() for phrase in text.split(",")]
    taken: list[str] = []
    count = 0
    for phrase in phrases:
        if count + len(phrase) > words:
            break
        taken.append(" ".join(phrase))
        count += len(phrase)
    return ", ".join(taken) or " ".join(phrases[0][:words]) + "…"
