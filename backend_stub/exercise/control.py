"""The control line of an exercise: a websocket on loopback over which a trainer's program drives its world.

JSON text, one object a frame. The first frame is ``{"token": "…"}``; whoever has another is closed. Each request has
an ``id`` of the caller's choice and gets ``{"id": …, "ok": true}`` or ``{"id": …, "ok": false, "code": …, "why": …}``.
Once a second, and after each request, comes ``{"type": "state", …}``; what was recorded since comes as
``{"type": "story", "items": […]}``, from the first second on. ``docs/scenarios.md`` lists the requests.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from backend_stub.exercise.run import Exercise
from backend_stub.exercise.world import CannotHappen, Target
from backend_stub.log import LOG
from backend_stub.registry.tokens import new_token
from console.domain.commands import PatrolStep
from console.domain.events import Finding
from console.domain.intervention import State
from console.domain.values import Frozen, rfc3339
from console.wire.limits import FIRST_FRAME_WITHIN_S, MAX_FRAME_BYTES, CloseCode
from console.wire.recording import Recorded, RecordedEvent, RecordedNote

STATE_EVERY_S: Final = 1.0
STORY_AT_ONCE: Final = 100
"""Events and notes of one frame."""

Name = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class _Request(Frozen):
    id: int | str = 0


class Pause(_Request):
    """Let the world stand still."""

    do: Literal["pause"]


class GoOn(_Request):
    """Let it go on."""

    do: Literal["go_on"]


class RunAt(_Request):
    """Run so many times as fast from now on."""

    do: Literal["speed"]
    speed: float = Field(ge=0.1, le=100)


class Inject(_Request):
    """Let an inject happen now; ``who`` and ``patrol``: for whom, else for who pressed last and a patrol of hers."""

    do: Literal["inject"]
    name: Name
    who: Name | None = None
    patrol: Name | None = None


class Mark(_Request):
    """Mark this moment for the debrief."""

    do: Literal["mark"]
    words: Words


class Say(_Request):
    """Speak as a victim in the chat of her app, or (``heard``) on her line."""

    do: Literal["say"]
    who: Name
    words: Words
    heard: bool = False


class Radio(_Request):
    """Speak as a patrol over the radio."""

    do: Literal["radio"]
    patrol: Name
    words: Words
    who: Name | None = None


class Tell(_Request):
    """Tell the trainee something from outside: a telephone call."""

    do: Literal["tell"]
    words: Words


class TakeSeat(_Request):
    """A person sits down in a patrol (or leaves it): from then on it does only what that person says."""

    do: Literal["seat"]
    patrol: Name
    taken: bool


class PatrolSays(_Request):
    """What the person in a patrol says."""

    do: Literal["patrol"]
    patrol: Name
    says: PatrolStep | Finding | Literal["read", "busy", "free"]


class AskState(_Request):
    """Ask how it stands."""

    do: Literal["state"]


class End(_Request):
    """End the exercise and write the run."""

    do: Literal["end"]


AnyRequest = Annotated[
    Pause | GoOn | RunAt | Inject | Mark | Say | Radio | Tell | TakeSeat | PatrolSays | AskState | End,
    Field(discriminator="do"),
]
request: TypeAdapter[AnyRequest] = TypeAdapter(AnyRequest)


@asynccontextmanager
async def controlled(exercise: Exercise) -> AsyncIterator[tuple[str, str]]:
    """Open the control line of an exercise; gives its address and its token."""
    token = new_token()

    async def talk(ws: ServerConnection) -> None:
        if not await _known(ws, token):
            await ws.close(CloseCode.NOT_LOGGED_IN, "the first frame is the token")
            return
        telling = asyncio.create_task(_tell_for_ever(ws, exercise))
        try:
            async for message in ws:
                await ws.send(json.dumps(await _answer(exercise, message), ensure_ascii=False))
                await ws.send(json.dumps(state_of(exercise), ensure_ascii=False))
        except ConnectionClosed:
            pass
        finally:
            telling.cancel()

    # A browser says where it comes from; a trainer's program does not.
    async with serve(
        talk, "127.0.0.1", 0, origins=[None], max_size=MAX_FRAME_BYTES, compression=None
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}", token


async def _known(ws: ServerConnection, token: str) -> bool:
    try:
        async with asyncio.timeout(FIRST_FRAME_WITHIN_S):
            said = json.loads(await ws.recv())
    except (TimeoutError, ValueError, ConnectionClosed):
        return False
    given = said.get("token") if isinstance(said, dict) else None
    return isinstance(given, str) and hmac.compare_digest(given.encode(), token.encode())


async def _tell_for_ever(ws: ServerConnection, exercise: Exercise) -> None:
    try:
        told = 0
        while True:
            await ws.send(json.dumps(state_of(exercise), ensure_ascii=False))
            items = exercise.recorder.items[told : told + STORY_AT_ONCE]
            told += len(items)
            if story := [one for one in map(_told_of, items) if one is not None]:
                await ws.send(json.dumps({"type": "story", "items": story}, ensure_ascii=False))
            if len(items) < STORY_AT_ONCE:
                await asyncio.sleep(STATE_EVERY_S)
    except ConnectionClosed:
        return


def _told_of(item: Recorded) -> dict[str, Any] | None:
    """An event or a note as whoever leads the exercise gets it; None: it has no place in a story."""
    at = rfc3339(item.at)
    match item:
        case RecordedEvent():
            return {"at": at, "event": item.event.model_dump(mode="json")}
        case RecordedNote():
            return {"at": at, "note": item.kind, "text": item.text}
    return None


async def _answer(exercise: Exercise, message: str | bytes) -> dict[str, Any]:
    try:
        asked = request.validate_json(message)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return {"id": None, "ok": False, "code": "bad_request", "why": f"{where}: {first['msg']}"}
    try:
        await _do(exercise, asked)
    except CannotHappen as why:
        return {"id": asked.id, "ok": False, "code": why.code, "why": str(why)}
    except Exception:
        LOG.exception("control failed")
        return {
            "id": asked.id,
            "ok": False,
            "code": "failed",
            "why": "A fault in the exercise; its log says more.",
        }
    return {"id": asked.id, "ok": True}


async def _do(exercise: Exercise, asked: AnyRequest) -> None:
    world = exercise.world
    match asked:
        case Pause():
            world.pause()
        case GoOn():
            world.go_on()
        case RunAt():
            exercise.clock.run_at(asked.speed)
        case Inject():
            await world.inject(asked.name, Target(asked.who, asked.patrol))
        case Mark():
            world.mark(asked.words)
        case Say() if asked.heard:
            await world.hear(asked.who, asked.words)
        case Say():
            await world.say(asked.who, asked.words)
        case Radio():
            await world.radio(asked.patrol, asked.words, asked.who)
        case Tell():
            world.tell(asked.words)
        case TakeSeat():
            world.seat(asked.patrol, taken=asked.taken)
        case PatrolSays():
            await world.patrol_says(asked.patrol, asked.says)
        case End():
            exercise.end()
        case AskState():
            pass


def state_of(exercise: Exercise) -> dict[str, Any]:
    """How the exercise stands, for whoever leads it."""
    world, backend = exercise.world, exercise.live.backend
    return {
        "type": "state",
        "at_s": round(exercise.clock.now_s(), 1),
        "now": rfc3339(exercise.clock.now()),
        "length_s": exercise.scenario.length_s,
        "paused": exercise.clock.paused,
        "speed": exercise.clock.speed,
        "over": world.over.is_set(),
        "interventions": [
            {
                "id": str(one.id),
                "number": one.number,
                "who": world.who_of(one.id),
                "state": one.state,
                "handler": one.handler,
                "zone": one.zone,
                "patrols": [{"patrol": sent.patrol, "state": sent.state} for sent in one.sent],
            }
            for one in backend.ledger.open_interventions()
            if one.state is not State.CLOSED
        ],
        "patrols": list(world.patrols),
        "seats": {one.id: one.view() for one in world.patrols.values() if one.seated},
        "people": {key: world.name_of(key) for key in world.phones},
        "consoles": sorted({login.granted.account.id for login in backend.logins}),
    }
