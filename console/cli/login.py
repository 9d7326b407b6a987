"""What the options of a command with a login lead to: the settings, and who logs in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from console.domain.values import Mode
from console.locale import preferred, use
from console.settings import Settings, load
from console.wire.exits import ExitCode, Stop

EXERCISE_VARIABLE: Final = "MSA_EXERCISE"
"""Set to 1, a console or command belongs to an exercise, and to nothing else (S10)."""


def world_of(environment: Mapping[str, str]) -> Mode | None:
    """The mode of the world that this process belongs to: an exercise, or None for any other."""
    return Mode.EXERCISE if environment.get(EXERCISE_VARIABLE) == "1" else None


def settings_with(flags: Mapping[str, object]) -> Settings:
    """The settings with these flags on top; the language is in use from here on.

    Raises:
        Stop: a value that is not what it must be.
    """
    settings = load(os.environ, flags).settings
    use(settings.language or preferred(os.environ))
    return settings


def operator_of(settings: Settings) -> str:
    """Who logs in.

    Raises:
        Stop: nobody was named.
    """
    if settings.operator is None:
        raise Stop("Who logs in? Give --operator, or set MSA_OPERATOR.", ExitCode.USAGE)
    return settings.operator
