"""The instructor's screen: seats, the world, what happened; and a key for each thing that can be done to the world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Final

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from console.domain.commands import PatrolStep
from console.domain.events import Finding
from console.domain.intervention import State
from console.first_look import ThemeName
from console.link.world_line import CannotHappenError
from console.locale import LANGUAGES, _, current, use
from console.locale.words import word
from console.training.seats import Seat, SeatKind, SeatState
from console.tui.course.keys import COURSE_BINDINGS, INJECT_KEYS
from console.tui.course.lead import Lead, call_sign
from console.tui.keymap import shown
from console.tui.measures import clock_time, running
from console.tui.pane import joined, one_line, sides, stacked, styled
from console.tui.theme import THEMES
from console.wire.exits import ExitCode
from console.wire.failure import note_failure

EVERY_S: Final = 0.5
SURE_WITHIN_S: Final = 6.0
"""So long after the first key the second one ends the course."""


class CourseApp(App[int]):
    """Shows a `Lead`, and asks its world what the instructor's keys say."""

    TITLE = "MSA"
    CSS_PATH = "course.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # a key belongs to the world until something is written
    BINDINGS: ClassVar[list[BindingType]] = [
        *COURSE_BINDINGS,
        *(Binding(key, f"inject({number})", "inject", show=False) for number, key in enumerate(INJECT_KEYS)),
    ]

    def __init__(self, lead: Lead, *, theme: ThemeName = "dark") -> None:
        super().__init__()
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = THEMES[theme].name
        self._lead = lead
        self._chosen = 0
        self._who: str | None = None
        self._patrol: str | None = None
        self._writing: str | None = None
        self._said = ""
        self._sure = False

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Static(id="course-header", markup=False)
        with Horizontal(id="course-top"):
            yield Static(id="course-seats", markup=False)
            yield Static(id="course-injects", markup=False)
        yield Static(id="course-open", markup=False)
        yield Static(id="course-story", markup=False)
        yield Static(id="course-said", markup=False)
        yield Input(id="course-words", max_length=2000)
        yield Static(id="course-foot", markup=False)

    def on_mount(self) -> None:
        """Look again twice a second."""
        self.query_one(Input).display = False
        self.screen.set_focus(None)
        self.set_interval(EVERY_S, self.look)
        self.call_after_refresh(self.look)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While words are written no key does anything to the world."""
        if self._writing is not None and action in {"inject", *(one.action for one in COURSE_BINDINGS)}:
            return action == "drop"
        return super().check_action(action, parameters)

    # what is seen

    def look(self) -> None:
        """Show how things stand now."""
        for name, content in (
            ("header", self._header()),
            ("seats", stacked(self._seats())),
            ("injects", stacked(self._injects())),
            ("open", stacked(self._open())),
            ("story", stacked(self._story())),
            ("said", self._last_line()),
            ("foot", self._foot()),
        ):
            self.query_one(f"#course-{name}", Static).update(content)

    def _header(self) -> Content:
        state = self._lead.state
        width = self.size.width - 2
        left = joined([styled(_("EXERCISE"), "bold $warning"), styled(self._lead.title, "bold")], "  ")
        if not state:
            return sides(left, styled("--:--:--", "$muted"), width)
        gone_s, length_s = float(state["at_s"]), float(state["length_s"])
        if state["over"]:
            stands = styled(_("OVER"), "bold $warning")
        elif not state["paused"]:
            stands = styled("▶", "bold $success")
        elif not self._lead.begun:
            stands = styled(_("not begun"), "bold $warning")
        else:
            stands = styled(f"⏸ {_('PAUSED')}", "bold $warning")
        times = f"{clock_time(datetime.fromisoformat(state['now']))}  {running(gone_s)}/{running(length_s)}"
        return sides(left, joined([stands, styled(times, "bold")], "  "), width)

    def _seats(self) -> Iterator[Content]:
        width = max(20, self.query_one("#course-seats").content_size.width)
        yield one_line(styled(f"{_('Join at')} {self._lead.address}", "$primary"), width)
        for number, seat in enumerate(self._lead.seats.all):
            mark = "▸ " if number == self._chosen else "  "
            head = styled(f"{mark}{seat_name(seat)} ", "bold")
            yield one_line(head + self._how(seat), width)
            if seat.state is SeatState.TAKEN:
                yield one_line(styled(f"    {self._doing(seat)}", "$muted"), width)

    def _how(self, seat: Seat) -> Content:
        match seat.state:
            case SeatState.FREE:
                return styled(f"{_('free')}  {_('code')} ", "$muted") + styled(
                    f"{seat.code[:3]} {seat.code[3:]}", "bold $warning"
                )
            case SeatState.STOPPED:
                return styled(_("stopped: does not count"), "$muted")
            case SeatState.TAKEN:
                there = seat.kind is SeatKind.PATROL or seat.name in self._lead.at_console()
                at = _("at the console") if there else _("no console open")
                if seat.kind is SeatKind.PATROL:
                    at = _("in the patrol")
                return styled(f"{seat.language}  {at}", "$success" if there else "bold $warning")

    def _doing(self, seat: Seat) -> str:
        if seat.kind is SeatKind.PATROL:
            view = self._lead.state.get("seats", {}).get(seat.who, {})
            said = [word(PatrolStep(view["step"]))] if view.get("step") else []
            said += [_("danger read")] if view.get("read") else []
            said += [word(Finding(view["finding"]))] if view.get("finding") else []
            return f"{view['number']}: {', '.join(said) or '–'}" if view.get("number") else _("no task")
        has = [f"{one['number']} {word(State(one['state']))}" for one in self._lead.work_of(seat)]
        last = self._lead.last.get(seat.who)
        if last is not None:
            has.append(f"{clock_time(last.at)} {last.sentence()}")
        return " · ".join(has) or _("nothing done yet")

    def _injects(self) -> Iterator[Content]:
        people = self._lead.state.get("people", {})
        for_whom = people.get(self._who, self._who) if self._who else _("who pressed last")
        patrol = call_sign(self._patrol) if self._patrol else _("one of hers")
        yield styled(f"v {_('for')}: {for_whom}", "$primary")
        yield styled(f"p {_('patrol')}: {patrol}", "$primary")
        for key, title in zip(INJECT_KEYS, self._lead.injects.values(), strict=False):
            yield joined([styled(f"{shown(key):>3}", "bold $primary"), Content(title)], " ")

    def _open(self) -> Iterator[Content]:
        people = self._lead.state.get("people", {})
        names = {seat.who: seat_name(seat) for seat in self._lead.seats.all}
        for one in self._lead.state.get("interventions", ()):
            state = State(one["state"])
            who = people.get(one["who"], one["who"]) or "?"
            sent = ", ".join(
                f"{call_sign(each['patrol'])} {word(State(each['state']))}" for each in one["patrols"]
            )
            handler = names.get(one["handler"], one["handler"]) if one["handler"] else _("nobody yet")
            ink = "bold $error" if state is State.RAISED else "bold"
            yield joined(
                [
                    styled(f"{one['number']} {word(state)}", ink),
                    Content(f"{who} · {handler} · {sent or '–'}"),
                ],
                "  ",
            )

    def _story(self) -> Iterator[Content]:
        pane = self.query_one("#course-story")
        for one in list(self._lead.story)[-max(1, pane.content_size.height) :]:
            line = f"{clock_time(one.at)}  {one.sentence()}"
            ink = "" if one.event is not None else "bold $primary"
            yield one_line(styled(line, ink) if ink else Content(line), max(1, pane.content_size.width))

    def _last_line(self) -> Content:
        if self._sure:
            return styled(_("e again: the course ends for everybody. Otherwise it goes on."), "bold $warning")
        return styled(self._said, "$muted")

    def _foot(self) -> Content:
        if self._writing is not None:
            return styled(_("enter: say it · esc: drop it"), "$muted")
        keys = (f"{shown(one.key.split(',')[0])} {_(one.description)}" for one in COURSE_BINDINGS[:-1])
        return styled(" · ".join(keys), "$muted")

    # what the keys do

    async def action_run(self) -> None:
        """Begin, pause, go on."""
        await self._ask("go_on" if self._lead.state.get("paused", True) else "pause")

    async def action_inject(self, number: int) -> None:
        """Let an inject happen now."""
        names = list(self._lead.injects)
        if number < len(names):
            done = _("inject: {words}", words=self._lead.injects[names[number]])
            await self._ask("inject", done, name=names[number], who=self._who, patrol=self._patrol)

    def action_mark(self) -> None:
        """Write the note of a mark."""
        self._write("mark", _("Note of the mark"))

    def action_write(self) -> None:
        """Write as the victim."""
        self._write("say", _("As {who}, in the chat", who=self._victim_name()))

    def action_hear(self) -> None:
        """Write what is heard."""
        self._write("hear", _("Heard on the line of {who}", who=self._victim_name()))

    def action_radio(self) -> None:
        """Write what the patrol says."""
        patrol = self._patrol or next(iter(self._lead.state.get("patrols", ())), "")
        self._write("radio", _("As {patrol}, over the radio", patrol=call_sign(patrol)))

    def action_tell(self) -> None:
        """Write what the room is told."""
        self._write("tell", _("The room is told"))

    def action_victim(self) -> None:
        """The next victim; after the last, again who pressed last."""
        self._sure = False
        self._who = _next(self._who, list(self._lead.state.get("people", ())))
        self.look()

    def action_patrol(self) -> None:
        """The next patrol; after the last, again one of hers."""
        self._sure = False
        self._patrol = _next(self._patrol, list(self._lead.state.get("patrols", ())))
        self.look()

    def action_choose(self, by: int) -> None:
        """Another seat."""
        self._sure = False
        self._chosen = max(0, min(len(self._lead.seats.all) - 1, self._chosen + by))
        self.look()

    async def action_new_code(self) -> None:
        """Free the chosen seat."""
        self._sure = False
        seat = self._lead.seats.all[self._chosen]
        if seat.state is SeatState.STOPPED:
            self._said = _("Who sat there has stopped: this seat is not given again.")
        else:
            await self._lead.free(seat.name)
            self._said = _("{seat} is free and has a new code.", seat=seat_name(seat))
        self.look()

    def action_language(self) -> None:
        """The next language."""
        self._sure = False
        use(LANGUAGES[(LANGUAGES.index(current()) + 1) % len(LANGUAGES)])
        self.look()

    def action_end(self) -> None:
        """The second time it ends."""
        if self._sure:
            self.exit(ExitCode.DONE)
            return
        self._sure = True
        self.set_timer(SURE_WITHIN_S, self._not_sure)
        self.look()

    def action_drop(self) -> None:
        """Write nothing after all."""
        self._writes_no_more()

    async def on_input_submitted(self, message: Input.Submitted) -> None:
        """Say it."""
        what, words = self._writing, message.value.strip()
        self._writes_no_more()
        if not what or not words:
            return
        who = self._who or self._latest()
        match what:
            case "mark":
                await self._ask("mark", _("marked"), words=words)
            case "tell":
                await self._ask("tell", _("told"), words=words)
            case "radio":
                patrol = self._patrol or next(iter(self._lead.state.get("patrols", ())), "?")
                await self._ask("radio", _("said"), patrol=patrol, words=words, who=who)
            case _:
                await self._ask("say", _("said"), who=who, words=words, heard=what == "hear")

    async def _ask(self, do: str, done: str = "", **words: object) -> None:
        self._sure = False
        try:
            await self._lead.ask(do, **words)
            self._said = done
        except CannotHappenError as why:
            self._said = str(why)
        self.look()

    def _write(self, what: str, prompt: str) -> None:
        self._writing, self._sure = what, False
        words = self.query_one(Input)
        words.value, words.placeholder, words.display = "", prompt, True
        words.border_title = prompt
        self.screen.set_focus(words)  # at once: the next key is its first letter
        self.look()

    def _writes_no_more(self) -> None:
        self._writing = None
        self.query_one(Input).display = False
        self.screen.set_focus(None)
        self.look()

    def _not_sure(self) -> None:
        self._sure = False

    def _latest(self) -> str:
        """Who pressed last, else the first of the scenario."""
        open_ones = [one["who"] for one in self._lead.state.get("interventions", ()) if one["who"]]
        return str((open_ones or list(self._lead.state.get("people", {"?": ""})))[-1 if open_ones else 0])

    def _victim_name(self) -> str:
        who = self._who or self._latest()
        return str(self._lead.state.get("people", {}).get(who, who))

    def _fatal_error(self) -> None:
        # Textual would print the traceback with every local variable.
        if (wrong := self._exception) is not None:
            note_failure("the instructor's screen", wrong)
        self.panic("The instructor's screen stopped because of an error of its own. The course has ended.")


def seat_name(seat: Seat) -> str:
    """What a seat is called, with the number of its operator."""
    match seat.kind:
        case SeatKind.OPERATOR:
            return _("Operator {number} ({who})", number=seat.name.rpartition("-")[2], who=seat.who)
        case SeatKind.PATROL:
            return _("Patrol {who}", who=call_sign(seat.who))


def _next(now: str | None, among: list[str]) -> str | None:
    if now is None:
        return among[0] if among else None
    after = among[among.index(now) + 1 :] if now in among else []
    return after[0] if after else None
