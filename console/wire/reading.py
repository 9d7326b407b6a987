"""A frame from the backend as a console reads it: cleaned, and no event in it hides another.

A backend of a later version may put a word into an event that this version does not know. The frame as a whole
would then be no frame, and as it comes again at each resume, the console would never get past it.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

from console.domain.events import BODIES, AlarmRaised, Body, Event, InterventionOpenedByHand, UnknownBody
from console.wire.cleaning import cleaned, read_cleaned
from console.wire.console_frames import ToConsole, to_console

_OPENING: Final = (AlarmRaised, InterventionOpenedByHand)
"""They must be shown whatever they hold: without what cannot be read, but shown."""


def read_from_backend(frame: str | bytes) -> tuple[ToConsole, bool]:
    """Return the frame, and whether something in it could not be read ("update needed").

    An event whose body cannot be read becomes an `UnknownBody`; one that opens an intervention only loses the
    fields that cannot be read, if it can do without them: the file then shows as sealed, the press rings.

    Raises:
        ValueError: no frame at all (`pydantic.ValidationError` is one).
    """
    try:
        return read_cleaned(to_console, frame), False
    except ValidationError:
        value = cleaned(from_json(frame))
        if not isinstance(value, dict):
            raise
    return to_console.validate_python(_spared(value)), True


def _spared(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame with each event in it that cannot be read replaced by what can."""
    match frame:
        case {"events": list(events)}:
            return {**frame, "events": [_readable(event) for event in events]}
        case {"items": list(items)}:
            return {
                **frame,
                "items": [
                    {**item, "event": _readable(item["event"])}
                    if isinstance(item, dict) and "event" in item
                    else item
                    for item in items
                ],
            }
        case _:
            return frame


def _readable(event: Any) -> Any:
    try:
        return Event.model_validate(event)
    except ValidationError:
        match event:
            case {"body": {"type": str(kind)} as body}:
                return {**event, "body": _without_unreadable(BODIES.get(kind), body)}
            case _:
                return event


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
