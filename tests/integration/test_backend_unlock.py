"""A locked console is opened by its own operator's password alone, checked by the backend (W17, S4)."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from console.domain import commands as c
from console.link.interface import Connection
from console.link.live import LiveLink
from console.wire import console_frames as f
from tests.backend import LEUVEN, PASSWORD, WITHIN_S, ConsoleClient, RunningBackend
from tests.linked_console import until


async def unlock(console: ConsoleClient, password: str) -> str | None:
    frame = f.Unlock(id=uuid4(), password=password)
    await console.send(frame)
    answer = await console.frame(f.Answer, lambda answer: answer.id == frame.id)
    return answer.refusal.code if answer.refusal else None


async def test_the_own_password_opens_and_a_wrong_one_is_in_no_log(shared_backend: RunningBackend) -> None:
    wrong = "not-this-one-at-all-4712"
    async with shared_backend.console("4712") as console:
        assert await unlock(console, wrong) == "wrong_password"
        assert await unlock(console, PASSWORD) is None
    assert wrong not in shared_backend.log
    assert PASSWORD not in shared_backend.log


async def test_wrong_ones_wait_longer_and_commands_do_not_wait_for_them(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("3711") as console:
        for _ in range(3):
            assert await unlock(console, "wrong") == "wrong_password"
        slow = f.Unlock(id=uuid4(), password="wrong")
        await console.send(slow)
        second = f.Unlock(id=uuid4(), password="wrong")
        await console.send(second)
        at_once = await console.frame(f.Answer, lambda answer: answer.id == second.id)
        assert at_once.refusal is not None
        assert at_once.refusal.code == "too_many_attempts", "one at a time"
        result = await console.do("VBR-1999-0001", c.Acknowledge())
        assert result.refusal is not None
        answer = await console.frame(f.Answer, lambda answer: answer.id == slow.id)  # it is still to come
        assert answer.refusal is not None


async def left(backend: RunningBackend, *, holding: bool) -> str:
    """The token of a console that took an alarm, handed it to a colleague unless ``holding``, and was closed."""
    link = LiveLink((backend.url,))
    link.start(lambda _picture: None)
    link.login("4711", PASSWORD)
    await until(lambda: link.picture.connection is Connection.LIVE)
    async with backend.device(backend.spare_button()) as phone, backend.console("4712") as colleague:
        receipt = await phone.press(*LEUVEN)
        intervention = (await colleague.raised(receipt)).state.id
        await until(lambda: intervention in link.picture.room.seen)
        link.send(c.Acknowledge(), intervention, None)
        await until(lambda: link.picture.room.seen[intervention].state.handler == "4711")
        if not holding:
            await colleague.do(intervention, c.TakeOver())
            await until(lambda: link.picture.room.seen[intervention].state.handler == "4712")
    token = link._session._token
    assert token is not None
    await asyncio.to_thread(link.close)
    return token


async def test_who_leaves_while_holding_is_not_logged_out_who_holds_nothing_is(
    shared_backend: RunningBackend,
) -> None:
    await _until_over(shared_backend, await left(shared_backend, holding=False))
    token = await left(shared_backend, holding=True)
    await asyncio.sleep(0.2)  # a logout would have been done by now
    async with shared_backend.socket("/console") as ws:
        await ws.send(f.Login(operator="4711", token=token).model_dump_json())
        assert isinstance(f.to_console.validate_json(await ws.recv()), f.Welcome)


async def _until_over(backend: RunningBackend, token: str) -> None:
    """Wait until a token is worth nothing."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            async with backend.socket("/console") as ws:
                await ws.send(f.Login(operator="4711", token=token).model_dump_json())
                if isinstance(f.to_console.validate_json(await ws.recv()), f.Notice):
                    return
            await asyncio.sleep(0.05)
