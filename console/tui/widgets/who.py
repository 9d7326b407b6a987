"""Who threatens, how dangerous he is, whom he threatens, and what is allowed towards her."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from console.domain.casefile import (
    Channel,
    ChannelReason,
    DangerState,
    Order,
    PerpetratorExtract,
    channel_answer,
    danger_summary,
    orders_in_force,
)
from console.domain.days import day_in_belgium
from console.domain.intervention import Intervention
from console.locale import _, ngettext
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.measures import day, distance
from console.tui.pane import joined, styled

SHOWN_CHANNELS = (Channel.SPEAK, Channel.RING, Channel.CALL, Channel.CHAT, Channel.PUSH)


def danger(state: Intervention, brief: bool = False) -> Iterator[Content]:
    """Danger to the team with source and date. "None known" only after a check; a sealed file says so."""
    if state.extract is None:
        sealed = _("FILE SEALED") if state.sealed else _("NO CASE FILE")
        yield styled(f" {sealed} ", "bold reverse $warning") + styled(
            " " + _("nothing checked: expect anything"), "$warning"
        )
        return
    summary = danger_summary(state.extract.perpetrator)
    if summary.state is DangerState.NONE_KNOWN:
        yield Content(_("none known (checked)"))
        return
    for one in summary.dangers:
        on = day(one.provenance.on)
        name = styled(f" ⚠ {word(one.kind).upper()} ", "bold $background on $error")
        named = name + Content(f" {one.words}")
        yield named + styled(f" ({on})", "$muted") if brief else named
        if not brief:
            yield styled(f"{one.provenance.source}, {on}", "$muted")
    if not summary.complete:
        said = _("NOT CHECKED") if not summary.dangers else _("others NOT CHECKED")
        yield styled(f"▲ {said}", "bold $warning") + styled(" " + _("– this is not “none known”"), "$warning")


def perpetrator(glance: Glance, brief: bool = False) -> Iterator[Content]:
    """Name, looks, vehicle and plate, orders in force."""
    assert glance.seen is not None
    state = glance.seen.state
    if state.extract is None:
        yield styled(_("unknown here"), "$warning")
        return
    he = state.extract.perpetrator
    yield name_of(glance) if brief else joined([name_of(glance), word(he.status)])
    if not brief:
        yield Content(he.looks)
    for plate, description in vehicles_of(he):
        yield joined([plate, description])
    yield from orders_of(glance, brief)
    if brief:
        yield Content(he.looks)


def name_of(glance: Glance, *, relation: bool = True) -> Content:
    """His name, age, and what he is to her."""
    assert glance.seen is not None
    extract = glance.seen.state.extract
    if extract is None:
        return styled(_("unknown here"), "$warning")
    he = extract.perpetrator
    age = "" if he.age is None else str(he.age)
    name = joined([styled(he.name, "bold"), Content(age)], ", ")
    return joined([name, Content(he.relation if relation else "")])


def vehicles_of(he: PerpetratorExtract) -> Iterator[tuple[Content, Content]]:
    """Plate and description of each of his vehicles."""
    for one in he.vehicles:
        plate = styled(one.plate, "bold") if one.plate else styled(_("plate unknown"), "$muted")
        yield plate, Content(one.description)


def orders_of(glance: Glance, brief: bool) -> Iterator[Content]:
    """His orders in force today, and whether each was served on him; or that none is known."""
    assert glance.seen is not None
    extract = glance.seen.state.extract
    today = day_in_belgium(glance.now) if glance.now else None
    orders = orders_in_force(extract.perpetrator.orders, today) if today and extract else ()
    if not orders:
        yield styled(_("no order in force known"), "$muted")
    for one in orders:
        yield _order(one, brief)


def _order(one: Order, brief: bool) -> Content:
    radius = distance(one.radius_m) if one.radius_m else ""
    until = _("until {day}", day=day(one.valid_until))
    if one.served_on is None:
        served = styled(_("NOT SERVED on him"), "bold $warning")
    else:
        served = Content("" if brief else _("served {day}", day=day(one.served_on)))
    breach = "" if brief or one.last_breach is None else _("last breach {day}", day=day(one.last_breach))
    return styled(word(one.kind), "bold") + Content(" ") + joined([until, radius, served, breach], ", ")


def words_used(state: Intervention) -> Content | None:
    """A warning that her two words are known to others and not changed yet; None: they are not."""
    used = state.extract.victim.words_used_on if state.extract else None
    if used is None:
        return None
    said = _("her two words were used on {day} and are not changed: doubt them", day=day(used))
    return styled(f"▲ {said}", "bold $warning")


def contact_rule(glance: Glance, brief: bool = False, *, words: bool = True) -> Iterator[Content]:
    """What is allowed towards her. Nothing checked is nothing allowed (W3). ``words``: with that warning."""
    assert glance.seen is not None
    state, today = glance.seen.state, day_in_belgium(glance.now) if glance.now else None
    if state.extract is None or today is None:
        yield styled(_("NOTHING ALLOWED: do not ring, speak or write"), "bold $warning")
        return
    if words and (used := words_used(state)) is not None:
        yield used
    answers = [channel_answer(state.extract.victim.channels, one, today) for one in SHOWN_CHANNELS]
    allowed = [one for one in answers if one.allowed]
    refused = [one for one in answers if not one.allowed]
    may = styled("✓ ", "$success") + Content(", ".join(word(one.channel) for one in allowed))
    if brief:
        may_not = styled("✕ ", "bold $warning") + Content(", ".join(word(one.channel) for one in refused))
        yield joined([may if allowed else "", may_not if refused else ""], "  ")
        return
    if allowed:
        yield may
    reasons: dict[ChannelReason, list[str]] = {}
    for one in refused:
        reasons.setdefault(one.reason, []).append(word(one.channel))
    for reason, names in reasons.items():
        yield (
            styled("✕ ", "bold $warning") + Content(", ".join(names)) + styled(f"  {word(reason)}", "$muted")
        )


def allowed_now(glance: Glance, *, brief: bool = False) -> Content:
    """What is allowed towards her, in the fewest words: for the line of the voice line."""
    assert glance.seen is not None
    state, today = glance.seen.state, day_in_belgium(glance.now) if glance.now else None
    if state.extract is not None and today is not None:
        answers = [channel_answer(state.extract.victim.channels, one, today) for one in SHOWN_CHANNELS]
        names = [word(one.channel) for one in answers if one.allowed]
        if names:
            allowed = styled("✓ ", "$success") if brief else styled(_("allowed:") + " ", "$muted")
            return allowed + Content(", ".join(names))
    return styled(_("✕ NOTHING ALLOWED"), "bold $warning")


def victim(state: Intervention, brief: bool = False) -> Iterator[Content]:
    """Second glance: language, children, pregnancy, medical, how to get in."""
    if state.extract is None:
        return
    she = state.extract.victim
    yield joined([styled(she.name, "bold"), Content(", ".join(she.languages)), _family(state)])
    if she.medical:
        yield styled(she.medical, "$warning")
    if brief:
        return
    for address in she.addresses:
        entry = styled(word(address.kind), "$muted") + Content(f" {address.text}")
        yield entry + styled(f" – {address.access}", "$muted") if address.access else entry


def _family(state: Intervention) -> Content:
    assert state.extract is not None
    she = state.extract.victim
    parts = []
    if she.children:
        each = ", ".join(
            f"{child.age}"
            + (f" ({' '.join(filter(None, (child.school, child.school_out)))})" if child.school else "")
            for child in she.children
        )
        parts.append(ngettext("{n} child: {each}", "{n} children: {each}", len(she.children), each=each))
    if she.pregnant:
        parts.append(_("pregnant"))
    return styled(" · ".join(parts))
