"""Without the screen: from press to close by commands alone, and clear answers where something is wrong."""

from __future__ import annotations

import asyncio

import pytest

from console.domain import commands as c
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend
from tests.programs import Answered, msa, msa_stub, run

AT = f"{LEUVEN[1]},{LEUVEN[0]}"


def press(backend: RunningBackend, button: str, *more: str) -> Answered:
    return msa_stub("press", "--url-file", str(backend.url_file), "--button", button, "--at", AT, *more)


@pytest.fixture
def number(shared_backend: RunningBackend) -> str:
    """An intervention that has just been raised by a press of a button of its own."""
    button = shared_backend.spare_button()
    assert press(shared_backend, button).code == 0
    rows = msa(shared_backend, "list", "--json").lines
    return next(str(row["number"]) for row in rows if row["button"] == button)


def test_a_press_by_hand_prints_its_receipt(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    first = press(shared_backend, button, "--press-id", "by-hand")
    again = press(shared_backend, button, "--press-id", "by-hand")
    assert first.json["press_id"] == "by-hand"
    assert again.json == first.json


async def test_from_press_to_close_by_commands(shared_backend: RunningBackend, number: str) -> None:
    def act(*words: str) -> Answered:
        answered = msa(shared_backend, "act", number, *words)
        assert (answered.code, answered.json["done"]) == (0, True)
        return answered

    rows = msa(shared_backend, "list", "--patrols", "--json").lines
    near, other = [row for row in rows if row["room"] == "VBR" and row["state"] == "free"][:2]
    act("acknowledge")
    act("dispatch", near["id"], other["id"])
    async with shared_backend.patrol(near["id"]) as patrol:
        task = await patrol.receive(ff.Task)
        assert task.number == number
        for step in (c.PatrolStep.ACCEPTED, c.PatrolStep.EN_ROUTE, c.PatrolStep.ON_SCENE):
            await patrol.step(step)
        act("saw", near["id"], "seen,", "alone")
        act("note", "neighbour", "saw", "him", "leave")
        act("recall", other["call_sign"], "needed", "elsewhere")
        act("close", "accidental", "she", "is", "well", "and", "alone", "--verified-by", "patrol")
        await patrol.receive(ff.ReleaseFrame)
    assert number not in [row["number"] for row in msa(shared_backend, "list", "--json").lines]
    exported = msa_stub("ledger", "export", "--database", shared_backend.database, "--intervention", number)
    types = [line["event"]["body"]["type"] for line in exported.lines]
    assert types == [
        "alarm.raised",
        "zone.allocated",
        "intervention.acknowledged",
        "patrol.dispatched",
        "patrol.dispatched",
        "patrol.accepted",
        "patrol.en_route",
        "patrol.on_scene",
        "victim.seen",
        "note.added",
        "patrol.released",
        "intervention.closed",
        "patrol.released",
    ]
    assert msa_stub("ledger", "verify", "--database", shared_backend.database).code == 0


async def test_the_list_of_patrols_is_whole_although_it_comes_in_parts(
    shared_backend: RunningBackend,
) -> None:
    rows = await asyncio.to_thread(msa, shared_backend, "list", "--patrols", "--json")
    async with shared_backend.console("4711") as console:
        await console.frame(f.Patrols, lambda frame: frame.last)
    assert sorted(row["id"] for row in rows.lines) == sorted(console.room.patrols)


def test_a_rule_that_refuses_is_exit_code_one_with_code_and_sentence(
    shared_backend: RunningBackend, number: str
) -> None:
    refused = msa(shared_backend, "act", number, "close", "arrest", "arrested")
    assert refused.code == 1
    assert f"not_acknowledged: Acknowledge {number} first." in refused.err
    assert refused.json["refusal"]["code"] == "not_acknowledged"


def test_an_unknown_intervention_and_that_of_another_room_are_answered_alike(
    shared_backend: RunningBackend, number: str
) -> None:
    unknown = msa(shared_backend, "act", "ANT-2026-9999", "note", "hello", operator="3711")
    foreign = msa(shared_backend, "act", number, "note", "hello", operator="3711")
    assert unknown.code == foreign.code == 1
    assert unknown.json["refusal"]["code"] == foreign.json["refusal"]["code"] == "unknown_intervention"


def test_an_action_on_what_has_changed_since_is_refused(shared_backend: RunningBackend, number: str) -> None:
    assert msa(shared_backend, "act", number, "acknowledge", "--seen", "0").code == 0
    late = msa(shared_backend, "act", number, "take-over", "--seen", "0", operator="4712")
    assert late.code == 1
    assert "changed_since_seen" in late.err


def test_tail_prints_the_whole_feed_in_order_and_ends_when_idle(
    shared_backend: RunningBackend, number: str
) -> None:
    items = msa(shared_backend, "tail", "--after", "0", "--until-idle", "1").lines
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    assert number in [item["event"]["body"].get("number") for item in items]
    later = msa(shared_backend, "tail", "--after", str(items[-2]["position"]), "--until-idle", "1").lines
    assert [item["position"] for item in later][:1] == [items[-1]["position"]]


def test_tail_speaks_the_language_of_the_terminal(shared_backend: RunningBackend, number: str) -> None:
    msa(shared_backend, "act", number, "acknowledge")
    said = {
        language: msa(
            shared_backend, "tail", "--after", "0", "--until-idle", "1", "--plain", MSA_LANGUAGE=language
        ).out
        for language in ("nl", "en")
    }
    assert f"{number}: acknowledged by 4711" in said["en"]
    assert f"{number}: " in said["nl"]
    assert "acknowledged by" not in said["nl"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("act", "VBR-2026-0001", "dance"), 2, "is no verb"),
        (("act", "VBR-2026-0001", "dispatch"), 2, "Dispatch is followed by CALLSIGN"),
        (("act",), 2, "Missing argument"),
        (("tail", "--after", "-1"), 2, "--after"),
    ],
)
def test_a_wrong_command_line_is_exit_code_two(
    shared_backend: RunningBackend, words: tuple[str, ...], code: int, says: str
) -> None:
    answered = msa(shared_backend, *words)
    assert answered.code == code
    assert says in answered.err


def test_nobody_gets_in_with_a_wrong_password_or_as_nobody(shared_backend: RunningBackend) -> None:
    wrong = run(
        "console", "list", "--url", shared_backend.url, "--operator", "4711", password="another-long-password"
    )
    nobody = run(
        "console", "list", "--url", shared_backend.url, "--operator", "9999", password="another-long-password"
    )
    assert wrong.code == nobody.code == 5
    assert wrong.err == nobody.err
    unnamed = run("console", "list", "--url", shared_backend.url)
    assert unnamed.code == 2
    assert "Who logs in?" in unnamed.err


def test_a_backend_that_is_not_there_is_exit_code_four() -> None:
    answered = run("console", "list", "--url", "ws://127.0.0.1:9", "--operator", "4711")
    assert answered.code == 4
    assert "cannot be reached" in answered.err


def test_an_address_without_encryption_outside_this_machine_is_refused() -> None:
    answered = run("console", "list", "--url", "ws://backend.example:8765", "--operator", "4711")
    assert answered.code == 2
    assert "use wss://" in answered.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--at", "4.7008,50.8787"), "swapped"),
        (("--at", "95,4.7"), "out of range"),
        (("--at", "somewhere"), "is not LAT,LON"),
        (("--at", AT, "--move", "900,0"), "between 0 and 250 km/h"),
    ],
)
def test_a_press_in_a_place_that_is_none_is_refused(
    shared_backend: RunningBackend, words: tuple[str, ...], says: str
) -> None:
    answered = msa_stub("press", "--url-file", str(shared_backend.url_file), "--button", "VBR-B-0041", *words)
    assert answered.code == 2
    assert says in answered.err


def test_a_device_that_cannot_prove_itself_is_refused(shared_backend: RunningBackend) -> None:
    answered = press(shared_backend, "VBR-B-0041", "--token", "not-its-token")
    assert answered.code == 5
    assert "refuses VBR-B-0041" in answered.err
