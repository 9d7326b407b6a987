"""`msa-stub press` and `msa-stub simulate` as programs: what they do, and what they answer where something is wrong."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console.domain import events as e
from tests import warm
from tests.backend import LEUVEN, RunningBackend
from tests.programs import msa, msa_stub

AT = f"{LEUVEN[1]},{LEUVEN[0]}"
NOWHERE = "ws://127.0.0.1:9"


def started(*words: str) -> warm.Process:
    """`msa-stub` with these words, running."""
    return warm.start("backend_stub", *words)


def press(backend: RunningBackend, button: str, *more: str) -> dict[str, Any]:
    """The receipt of a press by hand."""
    answered = msa_stub("press", "--url-file", str(backend.url_file), "--button", button, *more)
    assert (answered.code, answered.err) == (0, "")
    receipt: dict[str, Any] = answered.json
    return receipt


def raised_by(backend: RunningBackend, receipt: dict[str, Any]) -> e.AlarmRaised:
    """What the ledger has of a press."""
    for line in msa(backend, "tail", "--after", "0", "--until-idle", "1").lines:
        body = line["event"]["body"]
        if body.get("press_id") == receipt["press_id"] and body["type"] == "alarm.raised":
            return e.AlarmRaised.model_validate(body)
    raise AssertionError(f"{receipt} is in no event")


def test_a_press_without_a_position_is_an_alarm_without_one(shared_backend: RunningBackend) -> None:
    raised = raised_by(shared_backend, press(shared_backend, shared_backend.spare_button()))
    assert raised.fix is None


def test_a_press_says_where_how_sure_and_how_fast(shared_backend: RunningBackend) -> None:
    where = ("--at", AT, "--radius", "80", "--confidence", "90", "--move", "36,270")
    fix = raised_by(shared_backend, press(shared_backend, shared_backend.spare_button(), *where)).fix
    assert fix is not None
    assert (fix.radius_m, fix.confidence_pct, fix.speed_mps, fix.heading_deg) == (80.0, 90.0, 10.0, 270.0)
    assert abs(fix.lon - LEUVEN[0]) < 0.01
    assert abs(fix.lat - LEUVEN[1]) < 0.01


def test_a_press_stays_for_as_long_as_it_was_asked_or_until_it_is_told_to_stop(
    shared_backend: RunningBackend,
) -> None:
    press(shared_backend, shared_backend.spare_button(), "--at", AT, "--for", "1")
    button = shared_backend.spare_button()
    url_file = ("--url-file", str(shared_backend.url_file))
    process = started("press", *url_file, "--button", button, "--at", AT, "--for", "600")
    assert process.stdout is not None
    assert process.stdout.readline()
    number = next(
        str(row["number"]) for row in msa(shared_backend, "list", "--json").lines if row["button"] == button
    )
    assert process.poll() is None
    assert msa(shared_backend, "act", number, "acknowledge").code == 0
    assert msa(shared_backend, "act", number, "close", "perpetrator_gone", "he", "left").code == 0
    assert process.wait(20) == 0


def test_a_demo_backend_of_this_user_is_found_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    backend = started("serve", "--demo", "--port", "0", "--until-pipe-closes")
    assert backend.stdout is not None
    while not backend.stdout.readline().startswith(b"listening"):
        assert backend.poll() is None
    answered = msa_stub("press", "--button", "VBR-B-0041", "--at", AT)
    backend.communicate(timeout=20)
    assert (answered.code, answered.err, backend.returncode) == (0, "", 0)


def test_a_press_waits_for_a_backend_that_is_not_there_and_says_so() -> None:
    process = started("press", "--url", NOWHERE, "--button", "VBR-B-0041", "--token", "any")
    assert process.stderr is not None
    try:
        assert b"No receipt from ws://127.0.0.1:9 yet" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--radius", "nan"), 2, "--radius"),
        (("--confidence", "nan"), 2, "--confidence"),
        (("--move", "5"), 2, "is not KMH,BEARING"),
        (("--move", "5,nan"), 2, "between 0 and 360 degrees"),
        (("--for", "4000"), 2, "--for"),
        (("--press-id", "x" * 65), 2, "1 to 64 letters"),
        (("--press-id", ""), 2, "1 to 64 letters"),
        (("--token", ""), 2, "1 to 128 letters"),
        (("--url", "http://127.0.0.1"), 2, "is no address of a backend"),
        (("--url", "ws://127.0.0.1:99999"), 2, "is no address of a backend"),
        (("--url-file", "/no/such/file"), 4, "No backend is known"),
        (("--url", NOWHERE, "--url-file", "/no/such/file"), 3, "There is no token file"),
    ],
)
def test_a_press_that_cannot_be_meant_is_refused(words: tuple[str, ...], code: int, says: str) -> None:
    answered = msa_stub("press", "--button", "VBR-B-0041", "--at", AT, *words)
    assert answered.code == code
    assert says in answered.err
    assert answered.out == ""


def test_a_button_without_a_token_is_refused(shared_backend: RunningBackend) -> None:
    answered = msa_stub("press", "--url-file", str(shared_backend.url_file), "--button", "XYZ-1")
    assert (answered.code, answered.out) == (5, "")
    assert "There is no token for XYZ-1" in answered.err


def test_simulate_for_a_while_presses_in_leuven_and_has_patrols_on_the_road(backend: RunningBackend) -> None:
    words = ("--url-file", str(backend.url_file), "--rooms", "VBR", "--speed", "10", "--for", "5")
    answered = msa_stub("simulate", *words)
    assert (answered.code, answered.err) == (0, "")
    said = answered.out.splitlines()
    assert "VBR-B-0041 pressed, receipt is there" in said
    assert any(line.endswith("patrols of VBR are on the road") for line in said)
    patrols = msa(backend, "list", "--patrols", "--json").lines
    own = [row for row in patrols if row["room"] == "VBR"]
    assert own
    assert [row["id"] for row in own if row["position_at"] is None] == []


def test_simulate_twice_with_the_same_seed_raises_two_alarms(shared_backend: RunningBackend) -> None:
    words = ("--url-file", str(shared_backend.url_file), "--rooms", "VBR", "--speed", "20", "--for", "3")
    assert [msa_stub("simulate", *words).code for _ in range(2)] == [0, 0]
    events = [
        line["event"]["body"]
        for line in msa(shared_backend, "tail", "--after", "0", "--until-idle", "1").lines
    ]
    presses = [body for body in events if body.get("button") == "VBR-B-0041" and "press_id" in body]
    assert len(presses) >= 2
    assert not [body for body in events if body.get("code") == "conflicting_duplicate"]


def test_simulate_waits_for_the_url_file_and_ends_with_its_pipe(tmp_path: Path) -> None:
    process = started("simulate", "--url-file", str(tmp_path / "url"), "--wait", "600", "--until-pipe-closes")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    _, err = process.communicate(timeout=20)  # closes its stdin
    assert (process.returncode, err) == (0, b"")


def test_simulate_tells_that_nobody_answers_and_ends_with_ctrl_c(shared_backend: RunningBackend) -> None:
    url_file = ("--url-file", str(shared_backend.url_file))
    process = started("simulate", "--url", NOWHERE, *url_file, "--rooms", "ANT")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ws://127.0.0.1:9 does not answer yet; trying on\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--rooms", "VBR,XXX"), 2, "'XXX' is no control room"),
        (("--rooms", ""), 2, "'' is no control room"),
        (("--speed", "1000"), 2, "--speed"),
        (("--every", "nan"), 2, "--every"),
        (("--url-file", "/no/such/file"), 4, "No backend is known"),
        (("--zones", "/no/such/file"), 3, "cannot use this map"),
        (("--case", "nix"), 2, "the cases are silent-line, accidental, planned-test"),
        (("--case", "accidental", "--rooms", "VBR"), 2, "has its own: leave the option out"),
    ],
)
def test_simulate_refuses_what_cannot_be_meant(words: tuple[str, ...], code: int, says: str) -> None:
    answered = msa_stub("simulate", *words)
    assert answered.code == code
    assert says in answered.err


def test_simulate_names_who_is_refused(shared_backend: RunningBackend, tmp_path: Path) -> None:
    own = tmp_path / "url"
    own.write_text(shared_backend.url)
    own.with_name("url.tokens").write_text('{"devices": {}, "patrols": {"5388/L-11": "not-its-own"}}')
    answered = msa_stub("simulate", "--url-file", str(own), "--rooms", "VBR")
    assert answered.code == 5
    assert "The backend refuses 5388/L-11: not authenticated." in answered.err
