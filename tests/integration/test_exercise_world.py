"""S10: an exercise and everything else are two worlds; nobody of the one is let into the other, in both directions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import BaseModel
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from backend_stub.exercise.run import Exercise, begun
from backend_stub.ledger import DatabaseError, Ledger, Mode
from console.domain.values import same_world
from console.link.interface import Connection
from console.link.live import LiveLink
from console.wire import console_frames as f
from console.wire import field_frames as ff
from console.wire.limits import SUBPROTOCOL, CloseCode
from console.wire.scenario_file import scenario_from
from tests.backend import PASSWORD, Device, RunningBackend
from tests.exercise import console, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def exercise(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exercise]:
    folder = tmp_path_factory.mktemp("exercise")
    async with begun(scenario_from("clean-press-leuven"), folder, password=PASSWORD) as one:
        yield one


async def closed_with(url: str, path: str, *frames: BaseModel) -> int:
    """Say these, and read until the connection is closed."""
    options = {"subprotocols": [Subprotocol(SUBPROTOCOL)]} if path == "/console" else {}
    async with connect(f"{url}{path}", proxy=None, **options) as ws:  # type: ignore[arg-type]  # as the library says
        with suppress(ConnectionClosed):
            for frame in frames:
                await ws.send(frame.model_dump_json())
            while True:
                await ws.recv()
        return ws.close_code or 0


@pytest.mark.parametrize("ledger", list(Mode))
@pytest.mark.parametrize("said", [None, *Mode])
async def test_only_who_says_so_belongs_to_an_exercise(ledger: Mode, said: Mode | None) -> None:
    replay = Mode.REPLAY in {ledger, said}
    assert same_world(ledger, said) is (not replay and (ledger is Mode.EXERCISE) is (said is Mode.EXERCISE))


async def test_an_exercise_refuses_phones_patrols_and_consoles_of_the_live_world(exercise: Exercise) -> None:
    tokens = exercise.live.tokens
    hello = ff.DeviceHello(button="VBR-B-0041", token=tokens.devices["VBR-B-0041"])
    patrol = ff.PatrolHello(patrol="5388/L-11", token=tokens.patrols["5388/L-11"])
    login = f.Login(operator="4711", password=PASSWORD)
    assert await closed_with(exercise.url, "/device", hello) == CloseCode.NOT_ALLOWED
    assert await closed_with(exercise.url, "/patrol", patrol) == CloseCode.NOT_ALLOWED
    assert await closed_with(exercise.url, "/console", login) == CloseCode.NOT_ALLOWED


async def test_a_live_backend_refuses_phones_patrols_and_consoles_of_an_exercise(
    shared_backend: RunningBackend,
) -> None:
    backend, tokens = shared_backend, shared_backend.tokens
    hello = ff.DeviceHello(button="VBR-B-0041", token=tokens["devices"]["VBR-B-0041"], mode=Mode.EXERCISE)
    patrol = ff.PatrolHello(patrol="5388/L-11", token=tokens["patrols"]["5388/L-11"], mode=Mode.EXERCISE)
    login = f.Login(operator="4711", password=PASSWORD, mode=Mode.EXERCISE)
    assert await closed_with(backend.url, "/device", hello) == CloseCode.NOT_ALLOWED
    assert await closed_with(backend.url, "/patrol", patrol) == CloseCode.NOT_ALLOWED
    assert await closed_with(backend.url, "/console", login) == CloseCode.NOT_ALLOWED


async def test_what_follows_a_refused_hello_is_never_read(shared_backend: RunningBackend) -> None:
    """No press of an exercise rings in the live room, whatever is said after the hello."""
    token = shared_backend.tokens["devices"]["VBR-B-0041"]
    async with shared_backend.console("4711") as room:
        hello = ff.DeviceHello(button="VBR-B-0041", token=token, mode=Mode.EXERCISE)
        press = ff.PressFrame(press_id="of-an-exercise", pressed_at=room.welcome.now)
        await closed_with(shared_backend.url, "/device", hello, press)
        async with shared_backend.device("VBR-B-0041") as phone:
            receipt = await phone.press(4.7008, 50.8787)
        await room.raised(receipt)
        assert "of-an-exercise" not in "".join(room.raw)


async def test_a_console_of_an_exercise_never_shows_the_live_room(shared_backend: RunningBackend) -> None:
    link = LiveLink((shared_backend.url,), mode=Mode.EXERCISE)
    link.start(lambda _picture: None)
    try:
        link.login("4711", PASSWORD)
        await until(lambda: link.picture.connection is Connection.LOGIN_NEEDED)
        assert link.picture.room.position == 0
        assert "another world" in link.picture.why
    finally:
        link.close()


async def test_every_frame_of_an_exercise_says_so(exercise: Exercise) -> None:
    async with console(exercise) as client:
        assert client.welcome.mode is Mode.EXERCISE
        assert (await client.frame(f.Heartbeat)).health == 0, "whatever is wrong, the scenario says"
        assert len(client.raw) > 2
        for text in client.raw:
            assert '"mode":"exercise"' in text[:60] or text.startswith('{"type":"welcome","mode":"exercise"')
    token = exercise.live.tokens.devices["VBR-B-0041"]
    async with connect(f"{exercise.url}/device", proxy=None) as ws:
        phone = Device(ws, "VBR-B-0041")
        await phone.send(ff.DeviceHello(button="VBR-B-0041", token=token, mode=Mode.EXERCISE))
        await phone.send(ff.FixFrame())
        assert '"mode":"exercise"' in str(await ws.recv())


async def test_a_live_frame_says_nothing_of_an_exercise(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as client:
        await client.frame(f.Heartbeat)
        assert not any("exercise" in text for text in client.raw)


async def test_the_mode_is_fixed_in_the_ledger(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    Ledger.open(url, mode=Mode.EXERCISE).close()
    again = Ledger.open(url)
    assert again.mode is Mode.EXERCISE
    again.close()
    with pytest.raises(DatabaseError, match="never changes its mode"):
        Ledger.open(url, mode=Mode.DEMO)


async def test_a_login_that_says_nothing_is_as_it_was() -> None:
    assert "mode" not in f.Login(operator="4711", password="x").model_dump_json()
    assert "mode" not in ff.DeviceHello(button="x", token="t").model_dump_json()
    assert "mode" not in ff.PatrolHello(patrol="x", token="t").model_dump_json()
