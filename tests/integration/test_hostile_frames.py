"""Whatever is sent, its sender gets a clear error, and everyone else goes on (promises, hostile frames)."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from console.domain import events as e
from console.wire import console_frames as f
from console.wire import field_frames as ff
from console.wire.limits import MAX_FIRST_FRAME_BYTES, MAX_FRAME_BYTES, CloseCode
from tests.backend import LEUVEN, PASSWORD, RunningBackend, close_code, press

GOOD_FIX = {"lon": 4.7, "lat": 50.88, "radius_m": 20.0, "taken_at": "2026-03-01T14:03:10.000Z"}
GOOD_PRESS = {"type": "press", "press_id": "p-1", "pressed_at": "2026-03-01T14:03:10.000Z", "fix": GOOD_FIX}


def bad_press(**change: Any) -> str:
    """A press with one field of its fix changed."""
    return json.dumps(GOOD_PRESS | {"fix": GOOD_FIX | change})


BAD_FRAMES = {
    "no JSON": "{press",
    "empty": "",
    "not an object": "[1, 2]",
    "no type": "{}",
    "unknown type": '{"type":"selfdestruct"}',
    "unknown field": json.dumps(GOOD_PRESS | {"colour": "red"}),
    "unknown field in the fix": bad_press(floor=3),
    "NaN": bad_press().replace("4.7", "NaN"),
    "Infinity": bad_press().replace("50.88", "Infinity"),
    "a number beyond a double": bad_press().replace("50.88", "1e999"),
    "lon out of range": bad_press(lon=180.1),
    "lat out of range": bad_press(lat=-90.1),
    "negative radius": bad_press(radius_m=-1),
    "a radius beyond the earth": bad_press(radius_m=1e9),
    "confidence out of range": bad_press(confidence_pct=101),
    "year 1": bad_press(taken_at="0001-01-01T00:00:00Z"),
    "year 9999": bad_press(taken_at="9999-12-31T23:59:59Z"),
    "no time zone": bad_press(taken_at="2026-03-01T14:03:10"),
    "an empty press id": json.dumps(GOOD_PRESS | {"press_id": ""}),
    "a press id of 100 characters": json.dumps(GOOD_PRESS | {"press_id": "x" * 100}),
    "a lone surrogate": json.dumps(GOOD_PRESS | {"press_id": "\ud800"}),
    "nested deeply": "[" * 20_000,
    "a patrol's frame": '{"type":"read"}',
    "a chat that is too long": json.dumps({"type": "chat", "words": "x" * 2_001}),
}


async def test_every_bad_frame_of_a_device_gets_an_error_and_the_connection_goes_on(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        for frame in BAD_FRAMES.values():
            await phone.ws.send(frame)
            error = await phone.receive(ff.ErrorFrame)
            assert error.code == "bad_frame"
            assert 0 < len(error.sentence) <= 300
            assert error.sentence.isprintable()
            await phone.send(ff.HealthFrame(battery_pct=80))  # a good one between: no row of bad ones
        await phone.ws.send(b"\x00\x01")
        assert "text" in (await phone.receive(ff.ErrorFrame)).sentence
        seen = await console.raised(await phone.press(*LEUVEN))
        assert len(console.events) == 2, "nothing of the bad ones was done"
        assert seen.state.button == button


async def test_an_error_never_repeats_what_was_sent(shared_backend: RunningBackend) -> None:
    async with shared_backend.device(shared_backend.spare_button()) as phone:
        await phone.ws.send(json.dumps(GOOD_PRESS | {"press_id": "\x1b]52;c;aGFoYQ==\x07" * 9}))
        assert "52;c" not in (await phone.receive(ff.ErrorFrame)).sentence


async def test_twenty_bad_frames_in_a_row_are_enough(shared_backend: RunningBackend) -> None:
    async with shared_backend.device(shared_backend.spare_button()) as phone:
        for _ in range(20):
            await phone.ws.send("{}")
        assert await close_code(phone.ws) == CloseCode.BAD_FRAME


async def test_a_sender_of_bad_frames_is_read_slowly_and_its_press_still_comes(
    shared_backend: RunningBackend,
) -> None:
    before = await asyncio.to_thread(shared_backend.figure, "bad_frames_total")
    async with shared_backend.device(shared_backend.spare_button()) as phone:
        for _ in range(30):
            await phone.ws.send("{}")
            await phone.send(ff.HealthFrame(battery_pct=80))
        await phone.press(*LEUVEN)
    assert await asyncio.to_thread(shared_backend.figure, "bad_frames_total") == before + 30


async def test_bad_frames_of_a_console_are_told_and_it_goes_on(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as console:
        for frame in ("{", '{"type":"welcome"}', '{"type":"command","command":{"do":{"verb":"fly"}}}'):
            await console.ws.send(frame)
            notice = await console.frame(f.Notice)
            assert notice.code == "bad_frame"
            assert notice.facts["sentence"]
        huge = f.Cursor(ledger=console.welcome.ledger, epoch=10**30, position=10**30)
        await console.send(f.Resume(cursor=huge))
        await console.frame(f.Snapshot)
        await console.send(f.Ack(position=10**30))
        day = (await console.ask(f.AskHistory(day=date(1, 1, 1), text="%_' OR 1=1 --")))[0]
        assert day.history == ()
        far = (await console.ask(f.AskHistory(day=date(2026, 11, 24), skip=10**15)))[0]
        assert far.history == ()


async def test_escape_sequences_in_a_chat_reach_the_ledger_as_they_are_and_no_log(
    shared_backend: RunningBackend,
) -> None:
    words = "\x1b]52;c;aGFoYQ==\x07 [@click=app.quit]\u202e\u0000 KANARIE-LOG"
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        await console.raised(await phone.press(*LEUVEN))
        await phone.send(ff.ChatFrame(words=words))
        chat = await console.event("chat.received")
        assert isinstance(chat.body, e.ChatReceived)
        assert chat.body.words == words
    assert "KANARIE-LOG" not in shared_backend.log
    assert "\x1b" not in shared_backend.log


async def test_oversized_is_1009_and_bad_utf8_is_1007(shared_backend: RunningBackend) -> None:
    async with shared_backend.device(shared_backend.spare_button()) as phone:
        await phone.ws.send("x" * (MAX_FRAME_BYTES + 1))
        assert await close_code(phone.ws) == 1009
    async with shared_backend.device(shared_backend.spare_button()) as phone:
        await phone.ws.send(b'{"type":"\xff"}', text=True)
        assert await close_code(phone.ws) == 1007


async def test_unmasked_and_reserved_frames_are_cut_off(shared_backend: RunningBackend) -> None:
    for frame in (b"\x81\x02{}", b"\x83\x80\x00\x00\x00\x00"):
        code = await asyncio.to_thread(_raw_frame, shared_backend, frame)
        assert code == 1002


def _raw_frame(backend: RunningBackend, frame: bytes) -> int:
    """Shake hands by hand, send bytes that are no frame of a client, and read the close code."""
    address = urlsplit(backend.url)
    assert address.hostname is not None
    assert address.port is not None
    with socket.create_connection((address.hostname, address.port), 20) as raw:
        raw.sendall(
            b"GET /device HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += raw.recv(4096)
        raw.sendall(frame)
        rest = answer.partition(b"\r\n\r\n")[2]
        while len(rest) < 4:
            more = raw.recv(4096)
            assert more, "closed without a word"
            rest += more
    assert rest[0] == 0x88
    (code,) = struct.unpack("!H", rest[2:4])
    return int(code)


@pytest.mark.parametrize("path", ["/device", "/patrol"])
async def test_who_cannot_prove_itself_is_closed_with_a_word(
    shared_backend: RunningBackend, path: str
) -> None:
    kind = "button" if path == "/device" else "patrol"
    for name in ("VBR-B-0041", "5388/L-11", "nobody"):
        async with shared_backend.socket(path) as ws:
            await ws.send(json.dumps({"type": "hello", kind: name, "token": "guessed"}))
            error = json.loads(await ws.recv())
            assert (error["type"], error["code"]) == ("error", "not_authenticated")
            assert await close_code(ws) == CloseCode.NOT_LOGGED_IN
    async with shared_backend.socket(path) as ws:
        await ws.send(press(*LEUVEN).model_dump_json())
        assert await close_code(ws) in {CloseCode.NOT_LOGGED_IN, CloseCode.BAD_FRAME}


async def test_a_first_frame_that_is_too_long_or_nonsense_is_out(shared_backend: RunningBackend) -> None:
    for path in ("/device", "/patrol", "/console"):
        for frame in ("x" * (MAX_FIRST_FRAME_BYTES + 1), "{}", b"\x00"):
            async with shared_backend.socket(path) as ws:
                await ws.send(frame)
                assert await close_code(ws) == CloseCode.BAD_FRAME


async def test_who_says_nothing_is_out_after_five_seconds(shared_backend: RunningBackend) -> None:
    async with shared_backend.socket("/device") as one, shared_backend.socket("/console") as two:
        codes = await asyncio.gather(close_code(one), close_code(two))
        assert set(codes) == {CloseCode.TOO_SLOW}


async def test_random_bytes_never_end_the_backend(shared_backend: RunningBackend) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.device(button) as phone:
        for number in range(100):
            await phone.ws.send(os.urandom(number + 1).decode("latin-1"))
            await phone.send(ff.HealthFrame())
        await phone.press(*LEUVEN)
    assert shared_backend.get("/readyz") == (200, "ready\n")
    assert "connection_failed" not in shared_backend.log


async def test_no_secret_is_logged(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as console:
        token = console.welcome.token
    tokens = shared_backend.tokens["devices"].values()
    assert not any(secret in shared_backend.log for secret in (token, PASSWORD, *tokens))
    for line in shared_backend.log.splitlines():
        assert json.loads(line)["event"]
