"""The registry changes a case file: what is new in it, and what an open intervention makes of it.

Pure: which revision stands, and who wrote it, is the registry's. The extract of an intervention is that of the press
until the registry says otherwise; from then on channels, orders and dangers hold as they stand now.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from console.domain.casefile import (
    CaseFile,
    DangerCheck,
    FileChange,
    Perpetrator,
    PerpetratorExtract,
    Victim,
    extract_of,
)
from console.domain.events import CasefileChanged, CaseFileRef
from console.domain.intervention import Intervention

OF_THE_MAN: Final = ("dangers", "vehicles", "aliases")
"""Lists of a perpetrator that are true of him whoever he threatens; orders, relation and risk belong to one file."""

SAID_OF_HIM: Final = ("danger_check", "looks")
"""Single facts of which the same holds."""


def changes_between(before: CaseFile, after: CaseFile) -> tuple[FileChange, ...]:
    """What the later revision changes, gravest first."""
    changed = {
        FileChange.DANGER: _danger(before.perpetrator) != _danger(after.perpetrator),
        FileChange.CHANNELS: before.victim.channels != after.victim.channels,
        FileChange.ORDERS: before.perpetrator.orders != after.perpetrator.orders,
        FileChange.WHO: _who(before.perpetrator) != _who(after.perpetrator),
        FileChange.VICTIM: _she(before.victim) != _she(after.victim),
        FileChange.WORDS: _words(before.victim) != _words(after.victim),
        FileChange.OTHER: _kept(before) != _kept(after),
    }
    return tuple(change for change, so in changed.items() if so)


def file_changed(
    state: Intervention,
    before: CaseFile | None,
    after: CaseFile,
    today: date,
    siren_off_m: float | None = None,
) -> tuple[CasefileChanged, ...]:
    """What an open intervention must hear of a later revision; nothing if it has it already.

    ``before``: the revision it was made with, or None where that one cannot be opened any more. ``siren_off_m``: the
    usual distance where she is, for a file that sets none.
    """
    known = state.case_file
    if known is None or known.id != after.id or known.revision >= after.revision:
        return ()
    extract = extract_of(after, today, siren_off_m)
    had = state.extract.perpetrator if state.extract else None
    return (
        CasefileChanged(
            case_file=after.id,
            revision=after.revision,
            reference=CaseFileRef(
                id=after.id, revision=after.revision, number=after.number, file_zone=after.file_zone
            ),
            changes=changes_between(before, after) if before else (),
            new_danger=adds_danger(had, extract.perpetrator),
            hidden_from=tuple(one for one in after.excluded if one not in state.excluded),
            victim=extract.victim,
            perpetrator=extract.perpetrator,
        ),
    )


def adds_danger(before: PerpetratorExtract | None, after: PerpetratorExtract) -> bool:
    """A danger that was not told, or a "none known" that nobody vouches for any more."""
    told = {(one.kind, one.words) for one in before.dangers} if before else set()
    if any((one.kind, one.words) not in told for one in after.dangers):
        return True
    vouched = before is not None and before.danger_check is DangerCheck.CHECKED
    return vouched and after.danger_check is not DangerCheck.CHECKED


def with_words_used(file: CaseFile, closed_at: date) -> CaseFile:
    """The next revision of a file one of whose two words was used: both must be changed (W4)."""
    used = file.victim.model_copy(update={"words_used_on": closed_at})
    return file.model_copy(update={"revision": file.revision + 1, "victim": used})


def with_test(file: CaseFile, on: date) -> CaseFile:
    """The next revision of a file after a planned test: the rhythm counts from that day (W15)."""
    return file.model_copy(update={"revision": file.revision + 1, "last_test": on})


def next_test_by(file: CaseFile, every_days: int) -> date:
    """The day by which her button must have been tested again; before the first test it counts from the allocation."""
    return (file.last_test or file.allocated_from) + timedelta(days=every_days)


def with_facts_of_the_man(file: CaseFile, before: Perpetrator, after: Perpetrator) -> CaseFile:
    """The next revision of the file of the same man's other victim, after a change in the first; the same file if
    nothing of it is true there as well. What only the other file knows of him stays.
    """
    facts: dict[str, Any] = {}
    for name in OF_THE_MAN:
        had, has = getattr(before, name), getattr(after, name)
        kept = [one for one in getattr(file.perpetrator, name) if one not in had or one in has]
        facts[name] = (*kept, *(one for one in has if one not in had and one not in kept))
    facts |= {
        name: getattr(after, name) for name in SAID_OF_HIM if getattr(before, name) != getattr(after, name)
    }
    perpetrator = file.perpetrator.model_copy(update=facts)
    if perpetrator == file.perpetrator:
        return file
    return file.model_copy(update={"revision": file.revision + 1, "perpetrator": perpetrator})


FRESH_S: Final = 60.0
"""So long a change of the file is said across the screen; in the timeline and at its field it stays."""


def fresh(state: Intervention, now: datetime) -> bool:
    """The file has just changed."""
    changed = state.file_changed_at
    return changed is not None and (now - changed).total_seconds() < FRESH_S


def _danger(he: Perpetrator) -> object:
    return he.danger_check, he.dangers


def _who(he: Perpetrator) -> object:
    return he.model_dump(exclude={"danger_check", "dangers", "orders", "history", "risk", "helpers"})


def _words(she: Victim) -> object:
    return she.all_clear_word, she.duress_word, she.words_used_on


def _she(she: Victim) -> object:
    return she.model_dump(exclude={"channels", "all_clear_word", "duress_word", "words_used_on"})


def _kept(file: CaseFile) -> object:
    he = file.perpetrator
    return file.model_dump(exclude={"revision", "victim", "perpetrator"}), he.history, he.risk, he.helpers
