"""The debrief: what a run's files may be, what stands on the page, and what never does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from console.domain import events as e
from console.domain.values import Actor, ActorKind, Mode
from console.locale import LANGUAGES, _, use
from console.training.debrief.drawing import axis_of, map_of, tracks
from console.training.debrief.markup import as_image, root, tag, written
from console.training.debrief.page import POLICY, page_of
from console.training.debrief.questions import OF_MET, OF_MISSED, UNJUDGED, questions
from console.training.debrief.run import UnusableRunError, read_run, run_of, runs_in
from console.training.debrief.timeline import LineKind, timeline
from console.training.sheet import Target, Verdict
from console.wire.recorded import Recording
from console.wire.recording import write_recording
from tests.debriefed import HOSTILE, L07, L12, NUMBER, a_reader, a_run, folder_of, told
from tests.story import shares
from tests.tape import TRAINEE, Tape

OPEN = {
    "en": ("What", "How", "Which", "Where", "When", "Who"),
    "nl": ("Wat", "Hoe", "Welke", "Waar", "Wanneer", "Wie", "Waaruit", "Waaraan", "Waardoor"),
    "fr": ("Qu", "Que", "Quand", "Comment", "Où", "Qui", "De quo", "De que", "À quoi"),
    "de": ("Was", "Wie", "Welche", "Wo", "Wann", "Wer", "Woran", "Wodurch"),
}
BLAME = re.compile(r"\b(why|waarom|pourquoi|warum|wieso|fault|fout|faute|Fehler|Schuld)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    use("en")


def test_a_run_is_read_with_who_its_notes_and_its_judgement(tmp_path: Path) -> None:
    run = read_run(folder_of(tmp_path, "seat-2", in_time=False))
    assert (run.name, run.who, run.mode) == ("seat-2", "seat-2", Mode.EXERCISE)
    assert [one.text for one in run.notes] == [
        "the press comes in the middle of a call",
        "ask about the jump",
        HOSTILE,
    ]
    assert run.sheet.row(Target.ACKNOWLEDGE, NUMBER).verdict is Verdict.MISSED
    file = tmp_path / "seat-2" / "run.msarec.jsonl"
    assert read_run(file).sheet == run.sheet, "a recording alone is enough"


@pytest.mark.parametrize("what", ["no folder", "no run", "broken", "notes", "not de-identified"])
def test_what_is_no_run_is_refused_with_a_sentence_that_says_what_to_do(tmp_path: Path, what: str) -> None:
    folder = folder_of(tmp_path, "seat-1", in_time=True)
    file = folder / "run.msarec.jsonl"
    notes = file.with_name(file.name + ".notes.json")
    match what:
        case "no folder":
            folder = tmp_path / "nowhere"
        case "no run":
            file.unlink()
        case "broken":
            file.write_bytes(file.read_bytes()[:-200])
        case "notes":
            notes.write_text('[{"text": "no time"}]')
        case _:
            tape = Tape(Mode.REPLAY)
            made = tape.recording()
            header = made.header.model_copy(update={"deidentified": False})
            write_recording(Recording(header, made.items), file)
    with pytest.raises(UnusableRunError, match=r": .*\.$") as refused:
        read_run(folder)
    if what == "broken":
        assert "line " in str(refused.value)


def test_a_class_is_every_run_of_a_folder_by_name(tmp_path: Path) -> None:
    for name in ("seat-2", "seat-1"):
        folder_of(tmp_path, name, in_time=True)
    (tmp_path / "nothing").mkdir()
    assert [one.name for one in runs_in(tmp_path)] == ["seat-1", "seat-2"]
    with pytest.raises(UnusableRunError):
        runs_in(tmp_path / "nothing")


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_open_and_blame_nobody(language: str) -> None:
    use(language)
    for text in (*OF_MET.values(), *OF_MISSED.values(), UNJUDGED):
        said = _(text)
        assert said.startswith(OPEN[language]), said
        assert said.endswith("?")
        assert not BLAME.search(said), said
    assert set(OF_MET) == set(OF_MISSED) == set(Target)


def test_questions_are_made_of_what_was_met_and_missed() -> None:
    asked = [one.text for one in questions(a_run(in_time=False))]
    assert OF_MISSED[Target.ACKNOWLEDGE] in asked
    assert OF_MISSED[Target.CONTACT_RULE] in asked
    assert OF_MET[Target.ACKNOWLEDGE] not in asked
    assert OF_MET[Target.ACKNOWLEDGE] in [one.text for one in questions(a_run(in_time=True))]


def test_the_timeline_has_events_missed_warnings_and_notes_in_one_order() -> None:
    run = a_run(in_time=False)
    reader = a_reader()
    lines = timeline(run, run.histories[0], reader.happened, reader.names)
    assert [one.at for one in lines] == sorted(one.at for one in lines)
    assert {LineKind.KEY, LineKind.MISSED, LineKind.NOTE} <= {one.kind for one in lines}
    assert not any("position ~" in one.text for one in lines), "positions that were believed are on the map"


def test_a_track_is_where_the_patrol_was_while_it_was_on_the_intervention() -> None:
    drives = tracks(a_run(in_time=True).histories[0])
    assert set(drives) == {L12, L07}
    assert set(tracks(a_run(in_time=False).histories[0])) == {L07}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_wears_its_word_says_it_in_the_readers_language_and_sums_nothing_up(language: str) -> None:
    use(language)
    page = page_of([a_run(in_time=False)], a_reader())
    word = {"nl": "OEFENING", "fr": "EXERCICE", "de": "ÜBUNG", "en": "EXERCISE"}[language]
    assert page.count(f">{word} – ") >= 2
    assert f'<html lang="{language}">' in page
    assert POLICY in page.replace("&#39;", "'")
    assert _("Missed warnings") in page
    assert not re.search(r"\b\d+ ?(/|of|van|sur|von) ?18\b", page)


def test_nothing_on_the_page_is_fetched_and_no_text_is_markup() -> None:
    page = page_of([a_run(in_time=True), a_run(in_time=False, name="seat-2")], a_reader())
    assert not re.search(r'<[^>]*\s(src|href)="(?!data:)', page)
    assert "url(" not in page
    assert "@import" not in page
    assert "<script" not in page.lower()
    assert "&lt;script&gt;" in page


def test_a_picture_loses_what_it_would_fetch_and_is_only_an_image() -> None:
    import base64

    svg = "<svg><style>@font-face{src:url(https://example.invalid/f)} .a{}</style><script>x()</script></svg>"
    address = as_image(svg)
    inside = base64.b64decode(address.partition(",")[2]).decode()
    assert inside == "<svg><style> .a{}</style></svg>"


def test_signs_that_steer_a_terminal_or_turn_a_line_do_not_reach_the_page() -> None:
    tree = root("p")
    tag(tree, "b", "\x1b]0;x\x07 \u202eevil\u202c <b>", title='"\x00>')
    text = written(tree)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)
    assert "&lt;b&gt;" in text
    assert fromstring(text).tag == "p"


def test_a_run_without_positions_or_without_a_beginning_is_still_a_page() -> None:
    nothing = run_of(Tape().recording(), "empty")
    assert "The recording holds no intervention" in page_of([nothing], a_reader())
    tape = Tape()
    tape.press(NUMBER)
    run = run_of(tape.recording(), "no position")
    assert map_of(run.histories[0], a_reader().zones, a_reader().names) is None
    assert "Nobody had a position." in page_of([run], a_reader())
    assert axis_of(run.histories[0], a_reader().targets).get("viewBox")


def test_a_run_that_was_stopped_says_that_nothing_of_it_counts(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "seat-1", in_time=True)
    (folder / "run.json").write_text(json.dumps({"trainee": "seat-1", "ended": "stopped"}))
    run = read_run(folder)
    assert run.stopped
    assert "nothing of it counts" in page_of([run], a_reader())
    assert "nothing of it counts" not in page_of([a_run(in_time=True)], a_reader())


def test_of_a_room_with_several_seats_each_gets_what_it_had_a_hand_in(tmp_path: Path) -> None:
    tape = told(in_time=True)
    other = Actor(kind=ActorKind.OPERATOR, id="4712", room="VBR")
    two = tape.press("VBR-2026-0413", zone=shares(("5393", 1.0)))
    tape.wait(30).happens(two, e.Acknowledged(), by=other).wait(100)
    tape.happens(two, e.PatrolDispatched(patrol=L12), by=TRAINEE)
    recording = tape.recording()
    first, second = run_of(recording, "a", seat="seat-1"), run_of(recording, "b", seat="4712")
    assert [one.number for one in first.histories] == [NUMBER, "VBR-2026-0413"]
    assert [one.number for one in second.histories] == ["VBR-2026-0413"]
    row = second.sheet.row(Target.ACKNOWLEDGE)
    assert (row.verdict, row.by) == (Verdict.MISSED, "4712")
    theirs = first.sheet.row(Target.ACKNOWLEDGE, "VBR-2026-0413")
    assert (theirs.verdict, theirs.done[0].code) == (Verdict.NOT_APPLICABLE, "another_seat")
    assert first.sheet.row(Target.SEND, "VBR-2026-0413").verdict is Verdict.MISSED
    nobody = run_of(recording, "c", seat="4719")
    assert "in which this seat acted" in page_of([nobody], a_reader())
    folder = folder_of(tmp_path, "seat-1", in_time=True)
    (folder / "run.json").write_text(json.dumps({"trainee": "operator-2", "operator": "4719"}))
    assert read_run(folder).histories == ()


def test_a_class_has_a_mark_for_each_run_and_target_and_no_total() -> None:
    runs = [a_run(in_time=place % 2 == 0, name=f"seat-{place}") for place in range(14)]
    page = page_of(runs, a_reader(), class_title="Tuesday")
    assert page.count('<table class="rows">') == 2
    marks = re.findall(r'<span class="(met|missed|not_applicable|cannot_be_judged)">', page)
    assert len(marks) == 14 * len(Target)
    assert not re.search(r"<td>\s*\d+\s*</td>", page)


def test_the_facts_for_scripts_are_the_sheet(tmp_path: Path) -> None:
    run = read_run(folder_of(tmp_path, "seat-1", in_time=True))
    facts = json.loads(json.dumps(run.sheet.as_json()))
    assert [row["target"] for row in facts["rows"]] == list(Target)
    assert set(facts) == {"rows"}


def test_the_same_story_gives_the_same_page() -> None:
    assert page_of([a_run(in_time=True)], a_reader()) == page_of([a_run(in_time=True)], a_reader())
    assert told(in_time=True).recording() == told(in_time=True).recording()
