"""A planned test over real processes (W15): announced, pressed, confirmed, closed; and what makes it real."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain import commands as c
from console.domain import events as e
from tests.backend import LEUVEN, ConsoleClient, RunningBackend
from tests.programs import msa

OFFICER = "Insp. V. Model"
MARKET = f"{LEUVEN[1]},{LEUVEN[0]},Grote_Markt"


def announce(backend: RunningBackend, button: str, *more: str, operator: str = "4711") -> Sequence[str]:
    """Exit code and refusal of an announcement at the market square."""
    words = more or ("15", MARKET, *OFFICER.split())
    said = msa(backend, "act", "-", "announce-test", button, *words, operator=operator)
    return str(said.code), "" if said.code == 0 else said.json["refusal"]["code"]


def types(console: ConsoleClient, number: str) -> list[str]:
    seen = console.room.find(number)
    assert seen is not None
    return [event.type for event in seen.timeline]


async def test_a_test_is_announced_pressed_confirmed_and_closed_as_a_test(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    assert announce(shared_backend, button) == ("0", "")
    (listed,) = [
        one for one in msa(shared_backend, "list", "--tests", "--json").lines if one["button"] == button
    ]
    assert (listed["officer"], listed["place"]["name"], listed["pressed"]) == (OFFICER, "Grote Markt", None)
    async with shared_backend.console() as console, shared_backend.device(button) as phone:
        seen = await console.raised(await phone.press(*LEUVEN))
        number = seen.state.number
        close = c.Close(
            outcome=e.Outcome.TEST_PRESS, verified_by=e.VerifiedBy.CONTACT_OFFICER, words="the yearly test"
        )
        for do, refused in (
            (c.ConfirmTest(officer=OFFICER), "not_acknowledged"),
            (c.Acknowledge(), None),
            (close, "not_a_planned_test"),
            (c.ConfirmTest(officer="Insp. A. Nders"), "another_officer"),
            (c.ConfirmTest(officer=OFFICER), None),
            (close.model_copy(update={"verified_by": None}), "proof_needed"),
            (close, None),
        ):
            result = await console.do(number, do)
            assert (result.refusal.code if result.refusal else None) == refused
        await console.event("intervention.closed", lambda event: event.intervention == seen.state.id)
        kinds = [kind for kind in types(console, number) if not kind.startswith("escalation")]
        assert kinds == [
            "alarm.raised",
            "test.announced",
            "zone.allocated",
            "intervention.acknowledged",
            "test.confirmed",
            "intervention.closed",
        ]


async def test_a_second_press_is_real_in_the_open_test_and_after_its_close(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    assert announce(shared_backend, button) == ("0", "")
    async with shared_backend.console() as console, shared_backend.device(button) as phone:
        first = await console.raised(await phone.press(*LEUVEN))
        await console.do(first.state.id, c.Acknowledge())
        await console.do(first.state.id, c.ConfirmTest(officer=OFFICER))
        await phone.press(*LEUVEN)
        real = await console.event("test.is_real", lambda event: event.intervention == first.state.id)
        assert isinstance(real.body, e.TestIsReal)
        assert real.body.because is e.RealBecause.SECOND_PRESS
        closed = c.Close(outcome=e.Outcome.PERPETRATOR_GONE, words="he ran off")
        assert (await console.do(first.state.id, closed)).refusal is None
        later = await console.raised(await phone.press(*LEUVEN))
        await console.event("test.is_real", lambda event: event.intervention == later.state.id)


async def test_a_press_elsewhere_is_real_at_once(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    assert announce(shared_backend, button) == ("0", "")
    async with shared_backend.console() as console, shared_backend.device(button) as phone:
        seen = await console.raised(await phone.press(LEUVEN[0] + 0.02, LEUVEN[1]))
        real = await console.event("test.is_real", lambda event: event.intervention == seen.state.id)
        assert isinstance(real.body, e.TestIsReal)
        assert real.body.because is e.RealBecause.ANOTHER_PLACE


async def test_what_was_withdrawn_or_never_clear_is_an_alarm_like_any_other(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    assert announce(shared_backend, button, operator="3711") == ("1", "unknown_button")
    assert announce(shared_backend, button, operator="4790") == ("1", "wrong_role")
    antwerp = ("15", "51.2194,4.4025,Groenplaats", OFFICER)
    assert announce(shared_backend, button, *antwerp) == ("1", "place_elsewhere")
    assert announce(shared_backend, button) == ("0", "")
    assert announce(shared_backend, button) == ("1", "test_already_announced")
    assert msa(shared_backend, "act", "-", "withdraw-test", button).code == 0
    assert msa(shared_backend, "act", "-", "withdraw-test", button).code == 1
    assert button not in [one["button"] for one in msa(shared_backend, "list", "--tests", "--json").lines]
    async with shared_backend.console() as console, shared_backend.device(button) as phone:
        seen = await console.raised(await phone.press(*LEUVEN))
        assert "test.announced" not in types(console, seen.state.number)


async def test_an_announcement_outlives_the_backend_and_is_not_readable_in_its_file(
    backend: RunningBackend,
) -> None:
    button = backend.spare_button()
    assert announce(backend, button, "15", "home", *OFFICER.split()) in {("0", ""), ("1", "no_home_address")}
    assert announce(backend, "VBR-B-0099") == ("0", "")
    backend.restart()
    (listed,) = [
        one for one in msa(backend, "list", "--tests", "--json").lines if one["button"] == "VBR-B-0099"
    ]
    assert listed["officer"] == OFFICER
    stored = b"".join(path.read_bytes() for path in backend.directory.glob("backend.db*"))
    assert OFFICER.encode() not in stored
    assert b"VBR-B-0099" in stored
