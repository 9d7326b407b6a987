"""Unlocking as the link does it: asked of the backend, and by the password of the login while none can be asked (W17)."""

from __future__ import annotations

from concurrent.futures import Future
from uuid import UUID

import pytest

from console.link.without_link import LONGEST_S, WithoutLink
from console.wire import console_frames as f
from tests.unit.test_link_session import Backend

PASSWORD = "a long invented password"


def unlock(backend: Backend, password: str) -> Future[f.Answer]:
    future: Future[f.Answer] = Future()
    backend.session.unlock(password, future, backend.now_s)
    return future


def logged_in() -> Backend:
    backend = Backend()
    backend.session.login("4711", PASSWORD, backend.now_s)
    backend.connect()
    backend.heard()
    return backend


def code(future: Future[f.Answer]) -> str | None:
    refusal = future.result(0).refusal
    return refusal.code if refusal else None


def test_with_a_link_the_backend_is_asked_and_its_answer_is_the_answer() -> None:
    backend = logged_in()
    future = unlock(backend, PASSWORD)
    [asked] = backend.heard()
    assert asked == {"type": "unlock", "id": asked["id"], "password": PASSWORD}
    assert not future.done()
    backend.say(f.Answer(id=asked["id"]))
    assert code(future) is None


def test_a_link_that_breaks_before_the_answer_unlocks_nothing_and_keeps_no_password_to_send() -> None:
    backend = logged_in()
    future = unlock(backend, PASSWORD)
    backend.session.disconnected(backend.now_s, None, "gone")
    with pytest.raises(ConnectionError):
        future.result(0)
    assert backend.heard() == []


def test_without_a_link_the_password_of_the_login_here_unlocks_and_no_other() -> None:
    backend = logged_in()
    backend.session.disconnected(backend.now_s, None, "gone")
    assert code(unlock(backend, "another long password")) == "wrong_password"
    assert code(unlock(backend, PASSWORD)) is None
    assert backend.heard() == []


def test_after_a_session_that_was_ended_nothing_unlocks_without_the_backend() -> None:
    backend = logged_in()
    backend.session.disconnected(backend.now_s, 4410, "logged out elsewhere, or revoked")
    assert code(unlock(backend, PASSWORD)) == "wrong_password"


def test_the_delay_without_a_link_grows_has_an_end_and_a_right_password_forgets_it() -> None:
    doors, now_s, waits = WithoutLink(), 0.0, []
    for _ in range(9):
        assert doors.refusal("wrong", PASSWORD, now_s) is not None
        early = doors.refusal("wrong", PASSWORD, now_s)
        waits.append(int(early.facts["seconds"]) if early and early.code == "wait_to_unlock" else 0)
        now_s += waits[-1]
    assert max(waits) == LONGEST_S
    assert waits[-1] == LONGEST_S
    assert doors.refusal(PASSWORD, PASSWORD, now_s) is None
    assert doors.refusal("wrong", PASSWORD, now_s) is not None
    assert doors.refusal(PASSWORD, PASSWORD, now_s) is None


def test_a_password_is_in_no_text_that_a_frame_is_shown_as() -> None:
    assert PASSWORD not in repr(f.Unlock(id=UUID(int=1), password=PASSWORD))
