"""The keys of the instructor's screen. They are fixed: what stands on its last lines is what there is."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from console.locale import N_

INJECT_KEYS: Final = (*"1234567890", *(f"f{number}" for number in range(1, 13)))
"""The keys of the injects, in the order in which they stand on the screen."""

COURSE_BINDINGS: Final = (
    Binding(
        "space", "run", N_("begin/pause"), id="course.run", tooltip=N_("Begin, pause, or let the world go on")
    ),
    Binding(
        "m",
        "mark",
        N_("mark"),
        id="course.mark",
        tooltip=N_("Mark this moment, with a note, for the debrief"),
    ),
    Binding(
        "v", "victim", N_("victim"), id="course.victim", tooltip=N_("For whom the next words and injects are")
    ),
    Binding(
        "p", "patrol", N_("patrol"), id="course.patrol", tooltip=N_("For which patrol the next ones are")
    ),
    Binding(
        "w", "write", N_("chat"), id="course.write", tooltip=N_("Speak as the victim, in the chat of her app")
    ),
    Binding("h", "hear", N_("line"), id="course.hear", tooltip=N_("What is to be heard on her open line")),
    Binding("r", "radio", N_("radio"), id="course.radio", tooltip=N_("Speak as the patrol, over the radio")),
    Binding("t", "tell", N_("tell"), id="course.tell", tooltip=N_("Tell the room something from outside")),
    Binding("up", "choose(-1)", N_("up"), id="course.up", tooltip=N_("The seat above")),
    Binding("down", "choose(1)", N_("down"), id="course.down", tooltip=N_("The seat below")),
    Binding(
        "n",
        "new_code",
        N_("new code"),
        id="course.new_code",
        tooltip=N_("Free the chosen seat and give it a new code: another browser, another person"),
    ),
    Binding(
        "l", "language", N_("language"), id="course.language", tooltip=N_("The next language of this screen")
    ),
    Binding(
        "e,ctrl+q,ctrl+c",
        "end",
        N_("end"),
        priority=False,
        id="course.end",
        tooltip=N_("End the course for everybody; pressed twice"),
    ),
    Binding("escape", "drop", N_("drop"), id="course.drop", tooltip=N_("Drop what is being written")),
)
