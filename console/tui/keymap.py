"""Which key does what: the defaults, and the other keys that the settings give (``keymap``).

Every place that names a key asks here when it is shown, as words are asked of `console.locale`: footer, help, the
line NEXT, palette, sentences and the key sheet say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from textual.binding import Binding
from textual.keys import Keys, key_to_character

from console.locale import N_, _
from console.wire.exits import Stop

APP_BINDINGS: Final = (
    Binding(
        "ctrl+q,ctrl+c",
        "leave",
        N_("quit"),
        show=False,
        priority=True,
        id="app.quit",
        tooltip=N_("Leave the console"),
    ),
)
"""Keys of the program, wherever one is in it."""

SHOWN: Final = {
    "enter": "⏎",
    "space": "␣",
    "slash": "/",
    "question_mark": "?",
    "comma": ",",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
"""How a key is written where it is not its own name."""

MODIFIERS: Final = ("ctrl", "alt", "shift", "super", "meta", "hyper")

TAKEN: Final = {"tab": N_("next pane"), "shift+tab": N_("pane before"), "ctrl+p": N_("palette")}
"""Keys that stay what they are."""

_chosen: dict[str, str] = {}


def use_keys(keymap: Mapping[str, str], *more: Iterable[Binding]) -> dict[str, str]:
    """From now on these actions have these keys, the others their defaults; returns it by Textual's names.

    ``more``: the bindings of a further place in which no key may do two things.

    Raises:
        Stop: an action or a key that does not exist, or a key that would do two things (`checked`).
    """
    sound = checked(keymap)
    for scope in more:
        _clash((*APP_BINDINGS, *scope), sound)
    _chosen.clear()
    _chosen.update(sound)
    return sound


def keys_of(action: str) -> tuple[str, ...]:
    """The keys of an action, by Textual's names."""
    return tuple((_chosen.get(action) or _defaults()[action].key).split(","))


def key_of(action: str) -> str:
    """The first key of an action, as it is shown."""
    return shown(keys_of(action)[0])


def shown(key: str) -> str:
    """How a key is written on the screen: ``F3``, ``⏎``, ``ctrl+q``."""
    *before, last = key.split("+")
    last = SHOWN.get(last) or (last.upper() if last[:1] == "f" and last[1:].isdigit() else last)
    if len(last) > 1 and last == key and (letter := key_to_character(key)) and letter.isprintable():
        last = letter
    return "+".join((*before, last))


def map_has(key: str) -> bool:
    """Whether a key is the map's own while it has the focus."""
    from console.tui.bindings import map_bindings

    return any(key in keys_of(one.id) for one in map_bindings() if one.id)


def checked(keymap: Mapping[str, str]) -> dict[str, str]:
    """The key map by Textual's names of the keys.

    Raises:
        Stop: with a sentence that says which action or key is wrong, and what to do.
    """
    from difflib import get_close_matches

    known = _defaults()
    sound: dict[str, str] = {}
    for action, keys in keymap.items():
        if action not in known:
            near = get_close_matches(action, known, n=1)
            hint = _("did you mean {name}?", name=near[0]) if near else _("msa keys lists them all.")
            raise Stop(_("keymap: there is no action {name}; {hint}", name=action, hint=hint))
        sound[action] = ",".join(_key(action, part.strip()) for part in keys.split(","))
    from console.tui.bindings import desk_bindings, map_bindings

    for scope in ((*APP_BINDINGS, *desk_bindings()), map_bindings()):
        _clash(scope, sound)
    return sound


def _clash(scope: Iterable[Binding], sound: Mapping[str, str]) -> None:
    """No key may do two things in one place. The map's keys go before those of the desk while it has the focus."""
    taken = dict(TAKEN)
    for binding in scope:
        assert binding.id is not None, "each binding has an id"
        for key in (sound.get(binding.id) or binding.key).split(","):
            if (other := taken.get(key)) is not None:
                raise Stop(
                    _(
                        "keymap: the key {key} would be both {one} and {other}; give one of them another key.",
                        key=key,
                        one=_(other) if key in TAKEN else other,
                        other=binding.id,
                    )
                )
            taken[key] = binding.id


def _key(action: str, key: str) -> str:
    """A key by Textual's name: ``?`` and ``question_mark`` are the same."""
    *before, last = key.split("+") if len(key) > 1 else [key]
    named = last in _NAMES or (len(last) > 1 and key_to_character(last) is not None)
    if not set(before) <= set(MODIFIERS) or not (named or (len(last) == 1 and last.isprintable())):
        raise Stop(
            _(
                "keymap: {name} has no key {key}; write a letter, f1 to f24, or a name such as ctrl+k, space, comma.",
                name=action,
                key=repr(key),
            )
        )
    if len(last) == 1:
        last = next(iter(Binding.make_bindings([Binding(last, "", "")]))).key
    return "+".join((*before, last))


@cache
def _defaults() -> dict[str, Binding]:
    from console.tui.bindings import desk_bindings, map_bindings
    from console.tui.replay.bindings import replay_bindings

    bindings = (*APP_BINDINGS, *desk_bindings(), *map_bindings(), *replay_bindings())
    return {one.id: one for one in bindings if one.id}


_NAMES: Final = frozenset(str(one.value) for one in Keys)
