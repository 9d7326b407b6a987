"""Clients that say hello as one should, and then send what is nearly right; a process of its own.

    python -m tests.soak.hostile URL ELSEWHERE URL_FILE PASSWORD SECONDS

Turn and turn about they send to one backend and to another, for `WINDOW_S` each by the machine's own clock: what others
wait for at the first is then compared in one run, with the same work on the same processors. Says at the end how many
frames the first one got.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from console.wire import console_frames as f
from console.wire import field_frames as ff
from console.wire.limits import SUBPROTOCOL
from tests.mutations import golden, mutated

AT_ONCE: Final = 3
"""So many clients at each door."""

EVERY_S: Final = 0.03

WINDOW_S: Final = 5.0

HOSTILE: Final = {
    "/device": ("device_to_backend",),
    "/patrol": ("patrol_to_backend",),
    "/console": ("console_to_backend", "commands"),
}


@dataclass(frozen=True)
class Doors:
    """Where the backend listens, and the other one; what opens both."""

    url: str
    elsewhere: str
    tokens: dict[str, dict[str, str]]
    password: str

    def socket(self, path: str, *, here: bool) -> connect:
        """A websocket to one of its doors, or to the same door of the other one."""
        offered = [Subprotocol(SUBPROTOCOL)] if path == "/console" else None
        return connect(f"{self.url if here else self.elsewhere}{path}", subprotocols=offered, proxy=None)


async def main(doors: Doors, seconds: float) -> int:
    """Send for so long; return how many frames."""
    until = time.monotonic() + seconds
    sent = await asyncio.gather(
        *(
            _hostile(doors, path, Random(f"{path} {number}"), until)
            for path in HOSTILE
            for number in range(AT_ONCE)
        )
    )
    return sum(sent)


def sending(now_s: float) -> bool:
    """Whether they send to the first backend at this moment (`time.monotonic`), and not to the other."""
    return int(now_s / WINDOW_S) % 2 == 1


async def _hostile(doors: Doors, path: str, random: Random, until: float) -> int:
    """Connect, say hello as one should, then send what is nearly right; come back when closed."""
    frames = [line for name in HOSTILE[path] for line in golden(name)]
    sent = 0
    while time.monotonic() < until:
        here = sending(time.monotonic())
        try:
            async with doors.socket(path, here=here) as ws:
                reading = asyncio.create_task(_read(ws))
                await ws.send(_first(doors, path, random))
                while (now := time.monotonic()) < until and sending(now) is here:
                    frame = random.choice(frames)
                    text = mutated(random, frame) if random.random() < 0.9 else frame
                    await ws.send(text.encode("utf-8", "replace").decode())
                    sent += here
                    await asyncio.sleep(EVERY_S)
                reading.cancel()
        except (ConnectionClosed, InvalidHandshake, OSError):
            await asyncio.sleep(0.02)
    return sent


async def _read(ws: Any) -> None:
    try:
        async for _ in ws:
            pass
    except ConnectionClosed:
        return


def _first(doors: Doors, path: str, random: Random) -> str:
    match path:
        case "/device":
            button, token = random.choice(sorted(doors.tokens["devices"].items()))
            hello = ff.DeviceHello(button=button, token=token).model_dump_json()
        case "/patrol":
            patrol, token = random.choice(sorted(doors.tokens["patrols"].items()))
            hello = ff.PatrolHello(patrol=patrol, token=token).model_dump_json()
        case _:
            hello = f.Login(
                operator=random.choice(("4711", "4712")), password=doors.password
            ).model_dump_json()
    return hello if random.random() < 0.8 else mutated(random, hello).encode("utf-8", "replace").decode()


if __name__ == "__main__":
    url, elsewhere, url_file, password, seconds = sys.argv[1:]
    tokens = json.loads(Path(f"{url_file}.tokens").read_text())
    print(asyncio.run(main(Doors(url, elsewhere, tokens, password), float(seconds))))
