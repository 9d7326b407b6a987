"""Every frame, nearly right: neither end falls over, and what it says of it is for a person (R11, S11)."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from backend_stub.lines import BadFrame, read
from console.link.backoff import Backoff
from console.link.interface import Connection
from console.link.session import Do, Session
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.mutations import golden, mutated

randoms = st.randoms(use_true_random=False)

READERS: dict[str, TypeAdapter[Any]] = {
    "device_to_backend": ff.from_device,
    "patrol_to_backend": ff.from_patrol,
    "console_to_backend": f.from_console,
    "commands": f.from_console,
}


@pytest.mark.parametrize("name", READERS)
@given(data=st.data(), random=randoms)
def test_what_comes_from_outside_is_read_or_answered_with_a_sentence(
    name: str, data: st.DataObject, random: Random
) -> None:
    frame = mutated(random, data.draw(st.sampled_from(golden(name))))
    sentence = "read"
    try:
        read(READERS[name], frame)
    except BadFrame as bad:
        sentence = str(bad)
    assert 0 < len(sentence) <= 300
    assert sentence.isprintable()


@given(data=st.data(), random=randoms)
def test_a_console_outlives_whatever_a_backend_sends(data: st.DataObject, random: Random) -> None:
    frames = golden("console_from_backend")
    ids = count(1)
    session = Session(("ws://one/console",), lambda: UUID(int=next(ids)), Backoff(lambda: 1.0))
    session.login("4711", "a long invented password", 0.0)
    assert session.tick(0.0) is Do.CONNECT
    session.connected(0.0)
    session.received(frames[0], 0.0)
    for number in range(data.draw(st.integers(1, 12))):
        chosen = data.draw(st.sampled_from(frames))
        session.received(chosen if random.random() < 0.2 else mutated(random, chosen), number * 0.1)
        session.tick(number * 0.1)
        session.frames()
    assert session.tick(60.0) is Do.DROP, "whatever came, silence is noticed"
    assert session.picture.connection is not Connection.LIVE
    session.disconnected(60.0)
    assert session.deadline_s() is not None or session.picture.connection is Connection.LOGIN_NEEDED
