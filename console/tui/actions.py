"""The one table of what keys do: bindings, footer, help and palette are made from it.

Whether an action can be done now is not decided here: the rule of the job is asked (`console.domain.decide`)
with the command that the action would send, so that the screen and the backend give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from textual.binding import Binding

from console.domain import commands as c
from console.domain.decide import View, decide
from console.domain.events import Finding, Heard, Outcome
from console.locale import N_, _
from console.locale.words import refusal
from console.tui.endings import confirming
from console.tui.glance import Glance
from console.tui.held import why_not_lock
from console.tui.line_keys import listening, microphone

_NOBODY: Final = "?"
"""The name of no patrol: a refusal that asks which one is meant says that the action itself is allowed."""

_ASKS_FOR_MORE: Final = frozenset(
    {
        "unknown_patrol",
        "ambiguous_patrol",
        "unknown_fix",
        "unknown_service",
        "channel_refused",
        "unknown_room",
    }
)
"""Refusals that say only what the action will ask for: which patrol, or the reason of an override (W3)."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a key does. ``name`` is also the binding's id and the end of the handler's name.

    ``probe`` is the command that stands for it when the rules are asked, or says which one does now. ``of_one``: it acts on the selected
    intervention. ``live``: it needs an answer and so a live link. ``row`` is its place in the footer: 1 for
    what is done to an intervention, 2 for the rest, 3 for what only help and palette list. ``unless`` says why
    it cannot be done now, where no rule on one intervention does.
    """

    name: str
    key: str
    label: str
    tooltip: str
    probe: c.AnyCommand | Callable[[Glance], c.AnyCommand] | None = None
    of_one: bool = False
    live: bool = False
    row: int = 2
    unless: Callable[[Glance], str] | None = None

    def binding(self) -> Binding:
        """The binding of its key. The footer shows what `why_not` says of it, so Textual need not.

        Priority: the app then does it before it looks at the next key, which so goes to where this one led.
        """
        return Binding(
            self.key,
            f"deed('{self.name}')",
            self.label,
            show=True,
            priority=True,
            tooltip=self.tooltip,
            id=self.name,
        )


def nothing_folds(glance: Glance) -> str:
    """Why there is nothing to unfold."""
    return "" if glance.fold.flood else _("Nothing is folded: there is no flood of alarms.")


ACTIONS: Final = (
    Action("acknowledge", "a", N_("acknowledge"), N_("Take this alarm"), c.Acknowledge(), of_one=True, row=1),
    Action(
        "dispatch",
        "d",
        N_("dispatch"),
        N_("Choose patrols and send them"),
        c.Dispatch(patrols=(_NOBODY,)),
        of_one=True,
        row=1,
    ),
    Action("note", "n", N_("note"), N_("Write a note"), c.Note(words="."), of_one=True, row=1),
    Action(
        "recall",
        "r",
        N_("recall"),
        N_("Call a patrol back, with a reason"),
        c.Recall(patrol=_NOBODY, reason="."),
        of_one=True,
        row=1,
    ),
    Action(
        "take_over",
        "t",
        N_("take over"),
        N_("Take this intervention from another operator"),
        c.TakeOver(),
        of_one=True,
        row=1,
    ),
    Action(
        "close",
        "c",
        N_("close"),
        N_("End it with an outcome"),
        c.Close(outcome=Outcome.ARREST, words="."),
        of_one=True,
        row=1,
    ),
    Action(
        "reopen",
        "o",
        N_("reopen"),
        N_("Go on with a closed intervention"),
        c.Reopen(reason="."),
        of_one=True,
        row=1,
    ),
    Action(
        "undo",
        "u",
        N_("undo"),
        N_("Take back your acknowledgement, within 5 seconds"),
        c.Release(),
        of_one=True,
        row=1,
    ),
    Action(
        "details",
        "enter",
        N_("file"),
        N_("The full case file and the whole timeline"),
        of_one=True,
        live=True,
    ),
    Action(
        "passed_on",
        "p",
        N_("passed on"),
        N_("The danger was read to the patrol and repeated back"),
        c.DangerPassed(patrol=_NOBODY),
        of_one=True,
    ),
    Action(
        "heard",
        "h",
        N_("heard"),
        N_("Log what is heard on the line"),
        c.HeardOnLine(code=Heard.MAN),
        of_one=True,
    ),
    Action(
        "listen", "i", N_("listen"), N_("Listen on the open line, or let go of it"), listening, of_one=True
    ),
    Action(
        "microphone",
        "s",
        N_("speak"),
        N_("Our microphone on the line: on, if the case file allows it or with a reason; or off"),
        microphone,
        of_one=True,
        row=3,
    ),
    Action(
        "chat",
        "w",
        N_("chat"),
        N_("Write to her app, if the case file allows it or with a reason"),
        c.Chat(words="."),
        of_one=True,
        row=3,
    ),
    Action(
        "ring",
        "b",
        N_("ring"),
        N_("Make her phone ring, if the case file allows it or with a reason"),
        c.Ring(),
        of_one=True,
        row=3,
    ),
    Action(
        "call",
        "B",
        N_("call"),
        N_("Call her on her phone, if the case file allows it or with a reason"),
        c.Call(),
        of_one=True,
        row=3,
    ),
    Action(
        "push",
        "W",
        N_("push"),
        N_("A message on the screen of her phone, if the case file allows it or with a reason"),
        c.Push(words="."),
        of_one=True,
        row=3,
    ),
    Action(
        "saw",
        "S",
        N_("how she is"),
        N_("What a patrol says by voice: seen alone, not alone, injured, not found"),
        c.Saw(patrol=_NOBODY, finding=Finding.SEEN_ALONE),
        of_one=True,
        row=3,
    ),
    Action(
        "status",
        "R",
        N_("status"),
        N_("What a patrol says by voice of itself: accepted, en route, on scene, refused"),
        c.Status(patrol=_NOBODY, step=c.PatrolStep.ON_SCENE),
        of_one=True,
        row=3,
    ),
    Action(
        "read_out",
        "v",
        N_("read out"),
        N_("What is read to a patrol over the radio, in its language"),
        of_one=True,
        row=3,
    ),
    Action(
        "reserve",
        "k",
        N_("reserve"),
        N_("Keep patrols for this intervention; recall lets them go"),
        c.Reserve(patrols=(_NOBODY,)),
        of_one=True,
        row=3,
    ),
    Action(
        "services",
        "e",
        N_("services"),
        N_("Ask for an ambulance, the fire brigade or another zone, and note the answer"),
        c.Request(service=_NOBODY),
        of_one=True,
        row=3,
    ),
    Action(
        "choose_fix",
        "x",
        N_("position"),
        N_("Of two disputed positions, show this one"),
        c.ChooseFix(fix_id=_NOBODY),
        of_one=True,
        row=3,
    ),
    Action(
        "zone",
        "z",
        N_("zone"),
        N_("Take the zone she is now in, or keep ours"),
        c.KeepZone(),
        of_one=True,
        row=3,
    ),
    Action("map", "m", N_("map"), N_("On a small screen: the map, or back")),
    Action("history", "y", N_("history"), N_("The interventions of a day, with search"), live=True),
    Action("keys", "question_mark", N_("help"), N_("Every key and what it does")),
    Action("quit", "q", N_("quit"), N_("Leave the console")),
    Action("next", "space", N_("next step"), N_("Do what the line NEXT says")),
    Action("newest", "g", N_("go to press"), N_("Select the unacknowledged press that came first")),
    Action(
        "unfold",
        "F",
        N_("unfold"),
        N_("In a flood of alarms: show what is folded away, or fold it again"),
        row=3,
        unless=nothing_folds,
    ),
    Action("line", "slash", N_("command"), N_("Type a command: /d L-12 L-07, /n a note")),
    Action("language", "l", N_("language"), N_("nl, fr, de, en")),
    Action(
        "by_hand",
        "f2",
        N_("by hand"),
        N_("Open an intervention without a press: by name, phone or button"),
        live=True,
        row=3,
    ),
    Action(
        "afterwards",
        "f3",
        N_("afterwards"),
        N_("Enter what was done by voice, with its real time"),
        of_one=True,
        row=3,
    ),
    Action(
        "others",
        "f4",
        N_("his other victims"),
        N_("The same man's other victims, and a check for one of them"),
        of_one=True,
        live=True,
        row=3,
    ),
    Action(
        "support",
        "f5",
        N_("support"),
        N_("Ask another control room to help"),
        c.Support(room=_NOBODY),
        of_one=True,
        row=3,
    ),
    Action(
        "offer_lead",
        "f6",
        N_("offer lead"),
        N_("Offer the lead to another control room; until it accepts, it stays here"),
        c.OfferLead(room=_NOBODY),
        of_one=True,
        row=3,
    ),
    Action(
        "answer_room",
        "f7",
        N_("answer"),
        N_("Accept or refuse the lead or the support that is asked of us"),
        c.Decline(),
        of_one=True,
        row=3,
    ),
    Action(
        "take_over_room",
        "T",
        N_("take over room"),
        N_("Supervisor: take over everything that is open in another control room"),
        live=True,
        row=3,
    ),
    Action(
        "confirm_test",
        "f",
        N_("confirm test"),
        N_("The officer beside her is on the phone: it is the planned test"),
        confirming,
        of_one=True,
        row=3,
    ),
    Action(
        "planned_tests",
        "f8",
        N_("planned tests"),
        N_("Which tests are announced; announce one, take one back"),
        live=True,
        row=3,
    ),
    Action(
        "procedure",
        "j",
        N_("procedure"),
        N_("The steps of this kind of alarm: who, by when, and why"),
        of_one=True,
        row=3,
    ),
    Action(
        "lock",
        "ctrl+l",
        N_("lock"),
        N_("Lock this console; the alarm still rings"),
        row=3,
        unless=why_not_lock,
    ),
    Action(
        "health",
        "H",
        N_("health"),
        N_("What is wrong with the devices: silent phones, batteries, buttons that are not linked"),
        live=True,
        row=3,
    ),
    Action(
        "shift",
        "O",
        N_("hand-over"),
        N_("The sheet for the next shift: what is open and awaited, who holds what, the times"),
        row=3,
    ),
    Action(
        "timeline",
        "L",
        N_("timeline"),
        N_("The whole timeline, the latest first"),
        of_one=True,
        row=3,
    ),
    Action("jump", "ctrl+o", N_("jump"), N_("A letter on every pane: press it and go there")),
    Action(
        "settings",
        "comma",
        N_("settings"),
        N_("Language, colours, keys, bell, times: what applies and why"),
        row=3,
    ),
    Action("about", "f1", N_("about"), N_("This program, its map and their licences"), row=3),
)
"""Every action, in the order of the footer."""

BY_NAME: Final = {action.name: action for action in ACTIONS}


def why_not(action: Action, glance: Glance) -> str:
    """Why an action cannot be done now, in a sentence; empty if it can."""
    if action.live and not glance.answers:
        return _("Not possible while the link is down.")
    if action.unless is not None and (reason := action.unless(glance)):
        return reason
    if not action.of_one:
        return ""
    seen, actor, now = glance.seen, glance.actor, glance.now
    if seen is None:
        return _("Select an intervention first.")
    if actor is None or now is None:
        return _("Nobody is logged in yet.")
    if action.probe is None:
        return ""
    kept = (*seen.state.reserved, *seen.state.proposed)
    on_it = seen.state.sent or (action.name == "recall" and kept)
    if action.name in {"recall", "passed_on", "saw", "status"} and not on_it:
        return _("No patrol is on {number}.", number=seen.state.number)
    do = action.probe(glance) if callable(action.probe) else action.probe
    command = c.Command(id=UUID(int=0), do=do)
    answer = decide(seen.state, command, actor, View(), now)
    if isinstance(answer, c.Refusal) and answer.code not in _ASKS_FOR_MORE:
        return refusal(answer)
    return ""
