"""S11: text from outside cannot write to a real terminal, whatever it holds."""

from __future__ import annotations

import re

from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend
from tests.end_to_end.test_press_to_close import FIRST, console

HOSTILE = {
    "osc52": "\x1b]52;c;ZXZpbC1jbGlwYm9hcmQ=\x07",
    "title": "\x1b]0;evil-title\x1b\\",
    "link": "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "csi": "\x1b[2J\x1b[31mevil-red\x1b[H",
    "dcs": "\x1bPevil-dcs\x1b\\",
    "apc": "\x1b_evil-apc\x1b\\",
    "c1": "\x9b31mevil-c1\x9d0;evil-c1\x9c",
    "nul": "a\x00b\x07c\x08d\re",
    "bidi": "\u202eevil-bidi\u2066\u200b\ufeff",
    "marks": "z" + "\u0316" * 200,
    "fillers": "\u3164\u115f\u2800",
    "tags": "t\U000e0041\U000e007f",
    "markup": "[/] [TODO] [@click=app.quit]quit[/] [bold red]loud[/bold red]",
    "formula": "=cmd|' /C calc'!A0",
    "long": "w" * 1990,
}
"""Chat messages as the app would send them; each would do something to a terminal or a screen that trusts it."""

BEYOND = ("\x9b", "\x9d", "\x90", "\u202e", "\u2066", "\u200b", "\ufeff", "\u3164", "\u115f", "\U000e0041")


async def test_s11_no_word_of_the_victims_phone_reaches_the_terminal_as_a_command(
    backend: RunningBackend,
) -> None:
    with console(backend) as terminal:
        async with backend.device(FIRST) as phone:
            await phone.press(*LEUVEN)
            terminal.until("STALKING ALARM")
            for name, text in HOSTILE.items():
                await phone.send(ff.ChatFrame(words=f"{name} {text}"))
                said = terminal.until(f"{name} ")
                # The words stay; what would command the terminal does not.
                assert "evil" not in text or "evil" in said
        shown = terminal.until("wwww")
        assert "=cmd|' /C calc'!A0" in shown
        assert "[/] [TODO] [@click=app.quit]quit[/]" in shown
        came = terminal.came
        for command in (
            rb"\x1b\]52",
            rb"\x1b\]8;",
            rb"\x1b\][^\x07\x1b]*evil",
            rb"\x1bP[^\x1b]*evil",
            rb"\x1b_[^\x1b]*evil",
        ):
            assert not re.search(command, came), command
        text = came.decode("utf-8")
        assert not [sign for sign in BEYOND if sign in text]
        assert "\u0316" * 4 not in text
        terminal.send("n")
        terminal.until("Note")
