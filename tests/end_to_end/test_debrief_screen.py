"""The debrief in a real terminal: it is opened, read and left; what a note says steers nothing (S11)."""

from __future__ import annotations

from pathlib import Path

from tests.debriefed import folder_of
from tests.end_to_end.terminal import Terminal


def test_a_trainer_reads_a_run_at_a_terminal(tmp_path: Path) -> None:
    runs = [str(folder_of(tmp_path, name, in_time=name == "seat-1")) for name in ("seat-1", "seat-2")]
    words = ["-m", "console", "debrief", *runs, "--language", "en"]
    with Terminal(words, {}, columns=100, rows=30) as terminal:
        terminal.until("6 side by side")
        text = terminal.until("✗ missed")
        assert text.count("EXERCISE") >= 3, "the frame wears the word above and below"
        terminal.send("2")
        terminal.until("acknowledged by seat-1")
        terminal.send("4")
        terminal.until("<script>")
        terminal.send("n")
        terminal.until("ask about the jump")
        terminal.send("l")
        terminal.until("OEFENING")
        terminal.send("q")
        assert terminal.ended() == 0
