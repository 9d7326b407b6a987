"""A frame from the backend as a console reads it: cleaned, and no event in it hides another.

A backend of a later version may put a word into an event that this version does not know. The frame as a whole
would then be no frame, and as it comes again at each resume, the console would never get past it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from console.domain.events import BODIES, AlarmRaised, Body, Event, InterventionOpenedByHand, UnknownBody
from console.domain.values import SYSTEM
from console.wire.cleaning import cleaned, read_cleaned
from console.wire.console_frames import ToConsole, to_console

_OPENING: Final = (AlarmRaised, InterventionOpenedByHand)
"""They must be shown whatever they hold: without what cannot be read, but shown."""

UNREADABLE: Final = "unreadable"
"""The type of an event that does not say one."""


class Reading(NamedTuple):
    """A frame as it could be read. ``update_needed``: something in it could not."""

    frame: ToConsole
    update_needed: bool = False


def read_from_backend(frame: str | bytes) -> Reading:
    """Read a frame, and spare what is in it from what cannot be read ("update needed").

    An event whose body cannot be read becomes an `UnknownBody`, also one whose envelope can be read only in part;
    one that opens an intervention only loses the fields that cannot be read, if it can do without them: the file
    then shows as sealed, the press rings. Of an event of which nothing can be read the position is passed over.

    Raises:
        ValueError: no frame at all (`pydantic.ValidationError` is one).
    """
    try:
        return Reading(read_cleaned(to_console, frame))
    except ValidationError:
        value = cleaned(from_json(frame))
        if not isinstance(value, dict):
            raise
    return Reading(to_console.validate_python(_spared(value)), update_needed=True)


def _spared(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame with each event in it that cannot be read replaced by what can."""
    match frame:
        case {"events": list(events)}:
            read = map(_readable, events)
            return {**frame, "events": [event for event in read if event is not None]}
        case {"items": list(items)}:
            return {**frame, "items": [_item(item) for item in items]}
        case _:
            return frame


def _item(item: Any) -> Any:
    match item:
        case {"event": event, **place}:
            readable = _readable(event)
            return {**place, "raw": event} if readable is None else {**place, "event": readable}
        case _:
            return item


def _readable(event: Any) -> Event | None:
    """The event, or what of it can be read; None: not even whose and which it is."""
    with suppress(ValidationError):
        return Event.model_validate(event)
    if not isinstance(event, dict):
        return None
    needed = {name: event.get(name) for name in ("intervention", "version", "decision", "at")}
    for body in _bodies(event):
        for spare in (
            {"id": event.get("id"), "actor": event.get("actor")},
            {"id": event.get("id"), "actor": SYSTEM},
            {"id": UUID(int=0), "actor": SYSTEM},
        ):
            with suppress(ValidationError):
                return Event.model_validate({**needed, **spare, "body": body})
    return None


def _bodies(event: dict[str, Any]) -> Iterator[Body | UnknownBody]:
    """What of the body can be read, else the whole event, raw."""
    body = event.get("body")
    kind = body.get("type") if isinstance(body, dict) else None
    if isinstance(body, dict) and isinstance(kind, str):
        with suppress(ValidationError):
            yield _without_unreadable(BODIES.get(kind), body)
    yield UnknownBody.model_validate({"type": kind if isinstance(kind, str) else UNREADABLE, "raw": event})


def _without_unreadable(kind: type[Body] | None, body: dict[str, Any]) -> Body | UnknownBody:
    if kind is not None:
        try:
            return kind.model_validate(body)
        except ValidationError as wrong:
            unreadable = {error["loc"][0] for error in wrong.errors() if error["loc"]}
        if issubclass(kind, _OPENING) and not any(
            field.is_required() and name in unreadable for name, field in kind.model_fields.items()
        ):
            return kind.model_validate({name: said for name, said in body.items() if name not in unreadable})
    return UnknownBody.model_validate(body)
