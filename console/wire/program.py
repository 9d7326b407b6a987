"""The command line of a program whose sub-commands are imported only when they are asked for.

Both programs (`msa`, `msa-stub`) start with a table of `SubCommand`; only the module of the one that is asked
for is imported, so that `msa run` does not wait for what another command needs. `--help` shows the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from console.wire.exits import ExitCode, Stop, answer

if TYPE_CHECKING:
    import typer


@dataclass(frozen=True)
class SubCommand:
    """A sub-command: its name, the module that has it, and the line that `--help` shows.

    The module has either ``command``, a function with typer's annotations (one command), or ``app``, a
    `typer.Typer` (a group with verbs of its own). A module with several commands is named with the one that is
    meant: ``package.module:press``.
    """

    name: str
    module: str
    line: str


def run_program(
    program: str, about: str, commands: Sequence[SubCommand], arguments: Sequence[str] | None = None
) -> int:
    """Run a program's command line and return its exit code (`console.wire.exits`).

    ``arguments`` without the program's own name; None: those of this process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)

    def work() -> int:
        asked = next((word for word in words if not word.startswith("-")), None)
        return _run(_app(program, about, commands, asked), program, words)

    return answer(work, program)


def _run(app: typer.Typer, program: str, words: list[str]) -> int:
    """Run the parsed command; what typer answers with a code of its own is put into ours."""
    import typer
    from typer.main import get_command

    try:
        code = get_command(app).main(words, prog_name=program, standalone_mode=False)
    except typer.Abort:
        raise Stop("Nothing was answered, nothing was done.", ExitCode.USAGE) from None
    except typer.TyperException as wrong:
        show = getattr(wrong, "show", None)
        if show is None:
            raise Stop(wrong.format_message(), ExitCode.USAGE) from wrong
        show()
        return ExitCode.USAGE
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            raise ended.__context__ from None
        raise
    return code if isinstance(code, int) else ExitCode.DONE


def _app(program: str, about: str, commands: Sequence[SubCommand], asked: str | None) -> typer.Typer:
    import typer

    # Plain help: a screen reader reads it, a script greps it, and brackets in a text stay brackets.
    app = typer.Typer(
        name=program,
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options(program))
    for entry in commands:
        if entry.name != asked:
            app.command(entry.name, help=entry.line)(_not_asked)
            continue
        found = _named(entry.module)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=entry.name, no_args_is_help=True)
        else:
            app.command(entry.name)(found)
    return app


def _named(module: str) -> Any:
    """The group or the function that a `SubCommand` names."""
    path, _, attribute = module.partition(":")
    loaded = import_module(path)
    if attribute:
        return getattr(loaded, attribute)
    return loaded.app if hasattr(loaded, "app") else loaded.command


def _options(program: str) -> Callable[[bool], None]:
    import typer

    def show(asked: bool) -> None:
        if asked:
            from importlib.metadata import version

            print(f"{program} {version('stalking-alarm-console')}")
            raise typer.Exit

    def options(
        version: bool = typer.Option(
            False, "--version", callback=show, is_eager=True, help="Show the version."
        ),
    ) -> None:
        pass

    return options


def _not_asked() -> None:
    """Stands in the list for a command that this call is not for."""
