"""What the options of a command with a login lead to: the settings, and who logs in."""

from __future__ import annotations

import os
from collections.abc import Mapping

from console.locale import preferred, use
from console.settings import Settings, load
from console.wire.exits import ExitCode, Stop


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
