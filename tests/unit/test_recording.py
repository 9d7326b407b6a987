"""A recording comes back as it was written, and whatever was done to the file is found, with its line."""

from __future__ import annotations

import json
import random
import stat
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.events import Event, NoteAdded
from console.domain.room import Room
from console.wire import recording as r
from console.wire.schema import DIRECTORY
from tests.story import START, case_file, leuven_by_night

GOLDEN = Path(__file__).parents[1] / "golden" / "v1" / "recording.msarec.jsonl"


def told() -> r.Recording:
    """The night in Leuven, with patrols, a case file, a note and an intervention that came and went."""
    story, _ = leuven_by_night()
    events = sorted((event for seen in story.room.seen.values() for event in seen.timeline), key=_order)
    other = events[0].intervention
    first = events[0].at
    items: list[r.Recorded] = [
        r.RecordedPatrols(at=first, patrols=tuple(story.room.patrols.values()), complete=True),
        r.RecordedCaseFile(at=first, case_file=case_file()),
    ]
    items += [
        r.RecordedEvent(at=event.at, position=place, event=event)
        for place, event in enumerate(events, start=1)
    ]
    last = items[-1].at
    seen = tuple(event for event in events if event.intervention == other)
    items += [
        r.RecordedNote(at=last, kind=r.NoteKind.MARK, text="What would you do now? é €", picture="a1.svg"),
        r.RecordedSight(at=last, position=len(events) + 1, intervention=other),
        r.RecordedSight(at=last, position=len(events) + 2, intervention=other, events=seen),
    ]
    zone = r.RecordedZone(id="5388", code="5388", name="Leuven", room="VBR")
    roster = (r.RosterEntry(id="op-1", name="Operator 1", role="operator", room="VBR"),)
    header = r.Header(title="A night", room="VBR", starts_at=START, zones=(zone,), roster=roster)
    return r.Recording(header, tuple(items)).closed_up()


def _order(event: Event) -> tuple[object, ...]:
    return event.at, event.intervention, event.version


def signer() -> r.Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return r.Signer(private.public_key().public_bytes_raw().hex(), private.sign)


def written(recording: r.Recording, *, signed: bool = True) -> list[bytes]:
    return list(r.lines_of(recording, signer() if signed else None))


def fault(tmp_path: Path, content: bytes) -> r.RecordingFault:
    path = tmp_path / f"x{r.SUFFIX}"
    path.write_bytes(content)
    with pytest.raises(r.RecordingFault) as found:
        r.read_recording(path)
    assert str(found.value).startswith(f"line {found.value.line}: ")
    assert found.value.do
    return found.value


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / f"night{r.SUFFIX}"
    r.write_recording(told(), path, signer())
    read = r.read_recording(path)
    assert read.items == told().items
    assert read.signed
    assert read.header == told().header.model_copy(update={"exporter_key": signer().key})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_golden_recording_is_still_read_whole_and_fits_the_schema() -> None:
    lines = GOLDEN.read_bytes().splitlines(keepends=True)
    assert written(r.read_recording(GOLDEN)) == lines
    schema = jsonschema.Draft202012Validator(
        json.loads((DIRECTORY / "recording.schema.json").read_text(encoding="utf-8"))
    )
    kinds = []
    for line in lines:
        schema.validate(json.loads(line))
        kinds.append(json.loads(line)["type"])
    assert set(kinds) == {"header", "event", "sight", "patrols", "casefile", "note", "end"}
    assert not schema.is_valid({"n": 1, "type": "event"})


@given(st.lists(st.tuples(st.text(max_size=40), st.integers(0, 10**8)), max_size=8), st.booleans())
def test_whatever_was_noted_comes_back_clean_and_equal(notes: list[tuple[str, int]], signed: bool) -> None:
    event = told().items[2]
    assert isinstance(event, r.RecordedEvent)
    items: list[r.Recorded] = []
    for place, (words, wait) in enumerate(sorted(notes, key=lambda note: note[1]), start=1):
        at = START + timedelta(milliseconds=wait)
        body = NoteAdded(words=words)
        items.append(
            r.RecordedEvent(at=at, position=place, event=event.event.model_copy(update={"body": body}))
        )
        items.append(r.RecordedNote(at=at, kind="mark", text=words))
    header = r.Header(title="x", room="VBR", starts_at=START)
    read = r.recording_of(written(r.Recording(header, tuple(items)), signed=signed))
    assert read.signed is signed
    again = r.recording_of(written(read, signed=signed))
    assert again == read
    assert [one.at for one in read.items] == [one.at for one in items]


def test_every_changed_byte_is_found_and_so_is_every_end_that_is_missing(tmp_path: Path) -> None:
    chance = random.Random(6)
    whole = b"".join(written(told()))
    for _ in range(100):
        place = chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        line = whole.count(b"\n", 0, place) + 1
        assert fault(tmp_path, bytes(changed)).line in {line, line + 1}
        assert fault(tmp_path, whole[:place]).line >= 1
    assert "cut off" in fault(tmp_path, whole[:-1]).wrong


def test_a_line_that_is_taken_out_put_in_or_moved_is_found(tmp_path: Path) -> None:
    lines = written(told())
    for place in range(len(lines)):
        less = [*lines[:place], *lines[place + 1 :]]
        assert fault(tmp_path, b"".join(less)).line == place + 1
        more = [*lines[: place + 1], lines[place], *lines[place + 1 :]]
        assert fault(tmp_path, b"".join(more)).line == place + 2
        if place:
            moved = [*lines]
            moved[place - 1], moved[place] = moved[place], moved[place - 1]
            assert fault(tmp_path, b"".join(moved)).line == place
    assert "goes on" in fault(tmp_path, b"".join(lines) + b"\n").wrong


def chained_anew(lines: list[bytes]) -> bytes:
    """A forger's file: every line chained as it should be."""
    made, chain = [], ""
    for number, line in enumerate(lines, start=1):
        content = {key: value for key, value in json.loads(line).items() if key not in {"n", "chain"}}
        text, chain = r.numbered(number, json.dumps(content, separators=(",", ":")).encode(), chain)
        made.append(text)
    return b"".join(made)


def test_who_chains_the_file_anew_is_betrayed_by_the_signature(tmp_path: Path) -> None:
    lines = written(told())
    lines[-2] = lines[-2].replace(b'"position":', b'"position":1')
    assert "signature is not" in fault(tmp_path, chained_anew(lines)).wrong
    lines[-1] = lines[-1].replace(b'"signature":', b'"was":')
    assert "taken out" in fault(tmp_path, chained_anew(lines)).wrong


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 1, "empty"),
        (b"\x89PNG\r\n\x1a\n", 1, "no recording"),
        (b'{"seq":1,"mode":"live","event":{}}\n', 1, "no recording"),
        (b"{", 1, "no recording"),
    ],
)
def test_what_is_no_recording_is_called_so(tmp_path: Path, content: bytes, line: int, says: str) -> None:
    found = fault(tmp_path, content)
    assert (found.line, says in found.wrong) == (line, True)


def test_one_of_a_later_version_says_so_before_anything_else(tmp_path: Path) -> None:
    first, *rest = written(told())
    later = first.replace(b'"version":1', b'"version":2').replace(b'"chain"', b'"links"')
    found = fault(tmp_path, later + b"".join(rest))
    assert (found.line, "version 2" in found.wrong, "Update" in found.do) == (1, True, True)


def test_a_line_that_is_chained_but_cannot_be_read_is_named_without_its_content(tmp_path: Path) -> None:
    lines = written(told(), signed=False)
    lines[3] = lines[3].replace(b'"position":', b'"position":"E. Exemple",_":'.replace(b"_", b'"'), 1)
    found = fault(tmp_path, chained_anew(lines))
    assert found.line == 4
    assert "position" in found.wrong
    assert "Exemple" not in str(found)


def test_time_never_goes_back(tmp_path: Path) -> None:
    items = told().items
    swapped = r.Recording(told().header, (*items[:-3], *items[3:5], *items[-3:]))
    assert "time goes back" in fault(tmp_path, b"".join(written(swapped))).wrong


def test_the_room_is_the_fold_of_the_lines() -> None:
    story, _ = leuven_by_night()
    room = Room(code="VBR")
    without = None
    for item in told().items:
        room = r.folded(room, item)
        if isinstance(item, r.RecordedSight) and not item.events:
            without = room
    assert not room.missing
    assert {key: seen.state for key, seen in room.seen.items()} == {
        key: seen.state for key, seen in story.room.seen.items()
    }
    assert room.patrols == story.room.patrols
    assert without is not None
    assert len(without.seen) == len(room.seen) - 1
