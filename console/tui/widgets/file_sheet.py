"""The full case file as lines: what is known, and beside it where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from textual.content import Content

from console.domain.casefile import (
    CaseFile,
    Channel,
    Nature,
    Perpetrator,
    Provenance,
    Victim,
    by_gravity,
    channel_answer,
    overdue,
)
from console.domain.days import day_in_belgium
from console.domain.file_changes import next_test_by
from console.locale import _
from console.locale.words import term, word
from console.tui.glance import Glance
from console.tui.measures import day, distance
from console.tui.pane import joined, styled

LABEL_WIDTH = 16
MASK = "•••••"


def sheet(file: CaseFile, glance: Glance, *, words: bool) -> Iterator[Content]:
    """Every field with its provenance. ``words`` False masks the all-clear and the duress word (W4)."""
    today = day_in_belgium(glance.now) if glance.now else file.allocated_from
    yield _title(f"{file.number} · " + _("revision {n}", n=file.revision))
    yield _field(term("file zone"), glance.atlas.zone(file.file_zone))
    yield _field(_("officer"), file.officer)
    allocated = _("{start} to {end}", start=day(file.allocated_from), end=day(file.allocated_until))
    tested = _("last test {day}", day=day(file.last_test)) if file.last_test else _("never tested")
    yield _field(_("allocated"), f"{allocated} · {tested}")
    if file.excluded:
        yield _field(_("kept from"), ", ".join(file.excluded))
    if (due := next_test_by(file, glance.test_every_days)) < today:
        overdue_since = _("test overdue since {day}", day=day(due))
        yield styled(" " * LABEL_WIDTH) + styled(f"▲ {overdue_since}", "bold $warning")
    yield Content("")
    yield from _perpetrator(file.perpetrator, today)
    yield Content("")
    yield from _victim(file.victim, today, words)


def _perpetrator(he: Perpetrator, today: date) -> Iterator[Content]:
    yield _title(term("perpetrator"))
    born = _("born {year}", year=he.born) if he.born else ""
    yield _field(_("name"), _some(he.name, born, *he.aliases), he.provenance, today)
    yield _field(_("status"), f"{word(he.status)} · {he.relation}")
    yield _field(_("looks"), he.looks)
    yield _field(_("languages"), ", ".join(he.languages))
    yield _field(_("danger"), word(he.danger_check))
    for one in by_gravity(he.dangers):
        yield _field("", f"⚠ {word(one.kind)}: {one.words}", one.provenance, today)
    for order in he.orders:
        served = _("served {day}", day=day(order.served_on)) if order.served_on else _("NOT SERVED on him")
        radius = distance(order.radius_m) if order.radius_m else ""
        until = f"{day(order.valid_from)} – {day(order.valid_until)}"
        breach = _("last breach {day}", day=day(order.last_breach)) if order.last_breach else ""
        said = _some(order.authority, until, radius, served, order.exceptions or "", breach)
        yield _field(word(order.kind), said, order.provenance, today)
    for vehicle in he.vehicles:
        plate = vehicle.plate or _("plate unknown")
        yield _field(_("vehicle"), _some(plate, vehicle.description), vehicle.provenance, today)
    for address in he.addresses:
        yield _field(word(address.kind), _some(address.text, address.access or ""))
    for helper in he.helpers:
        yield _field(_("helper"), helper)
    for entry in he.history:
        yield _field(_("history"), entry)
    yield _field(_("risk"), _some(word(he.risk.level), *he.risk.reasons), he.risk.provenance, today)


def _victim(she: Victim, today: date, words: bool) -> Iterator[Content]:
    yield _title(term("victim"))
    yield _field(_("name"), she.name, she.provenance, today)
    yield _field(_("phone"), she.phone)
    yield _field(_("languages"), ", ".join(she.languages))
    for channel in Channel:
        answer = channel_answer(she.channels, channel, today)
        mark = "✓" if answer.allowed else "✕"
        yield _field(
            word(channel),
            f"{mark} {word(answer.reason)}",
            answer.rule.provenance if answer.rule else None,
            today,
        )
    yield _field(_("all-clear word"), _masked(she.all_clear_word, words))
    yield _field(_("duress word"), _masked(she.duress_word, words))
    if she.words_used_on:
        used = _("used on {day}: both must be changed", day=day(she.words_used_on))
        yield styled(" " * LABEL_WIDTH) + styled(f"▲ {used}", "bold $warning")
    for child in she.children:
        age = _("{n} years", n=child.age)
        yield _field(_("child"), _some(age, child.school or "", child.school_out or ""))
    if she.pregnant:
        yield _field(_("pregnant"), _("yes"))
    if she.medical:
        yield _field(_("medical"), she.medical)
    for address in she.addresses:
        yield _field(word(address.kind), _some(address.text, address.access or ""))
    if she.vehicle:
        yield _field(
            _("vehicle"),
            _some(she.vehicle.plate or "", she.vehicle.description),
            she.vehicle.provenance,
            today,
        )
    for contact in she.contacts:
        yield _field(_("contact"), _some(contact.name, contact.relation, contact.phone))
    for route in she.routes:
        yield _field(_("route"), route)
    for meeting in she.meetings:
        yield _field(_("meeting"), meeting)


def _title(text: str) -> Content:
    return styled(text, "bold $primary")


def _field(label: str, said: str, source: Provenance | None = None, today: date | None = None) -> Content:
    line = styled(f"{label[: LABEL_WIDTH - 1]:<{LABEL_WIDTH}}", "$muted") + Content(said)
    if source is None:
        return line
    nature = word(source.nature) if source.nature is Nature.ASSESSMENT else ""
    told = joined(
        [Content(part) for part in (source.source, day(source.on), source.checked_by, nature)], ", "
    )
    line = line + styled("  ") + told.stylize("$muted")
    if today is not None and overdue(source, today):
        line = line + styled("  ▲ " + _("review overdue"), "bold $warning")
    return line


def _masked(text: str | None, shown: bool) -> str:
    if text is None:
        return _("none agreed")
    return text if shown else MASK


def _some(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
