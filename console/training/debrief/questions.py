"""Questions to ask: made from what was met and missed. Open, about what happened, never about who is to blame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from console.locale import N_, _
from console.training.debrief.run import Run
from console.training.sheet import Target, Verdict

OF_MISSED: Final[Mapping[Target, str]] = {
    Target.ACKNOWLEDGE: N_(
        "What was on your desk when the press came in, and what would let it stand out more?"
    ),
    Target.SEND: N_(
        "What did you still want to know before you sent somebody, and where did you look for it?"
    ),
    Target.ZONE: N_("How did you see in which zone she was, and what changed on the way?"),
    Target.PATROLS: N_(
        "What did you know of the patrols at that moment, and what spoke for the one you chose?"
    ),
    Target.TWO_PATROLS: N_(
        "Where on the screen does the firearm stand, and what does it change for who drives?"
    ),
    Target.DANGER: N_("What did the patrol know when it got out of the car?"),
    Target.LISTEN: N_("Who could have listened, and what might have been heard?"),
    Target.CONTACT_RULE: N_("What did you hope to reach with it, and what could it have meant for her?"),
    Target.BAD_FIX: N_("What did the two positions tell you, and how would you choose between them?"),
    Target.STALE_FIX: N_(
        "When did you last look at the age of the position, and what else says where she is?"
    ),
    Target.LATE_PATROL: N_(
        "What told you that the patrol was under way, and what could you do when it does not answer?"
    ),
    Target.SAME_MAN: N_("What connects the two alarms, and who needs to hear of it?"),
    Target.CANCEL: N_("Who may have pressed cancel, and what would tell you?"),
    Target.PLANNED_TEST: N_("When was it no longer a test for you, and what showed it?"),
    Target.HAND_OVER: N_("Who answers for the place where she was, and what do they need to hear from you?"),
    Target.WELFARE: N_("What did you want to hear from the patrol at the door, and how did you ask for it?"),
    Target.PROOF: N_("What told you that she was safe, and who had seen her alone?"),
    Target.CLOSE: N_("What will somebody who opens this file tomorrow want to know?"),
}

OF_MET: Final[Mapping[Target, str]] = {
    Target.ACKNOWLEDGE: N_("What helped you to take the alarm so quickly?"),
    Target.SEND: N_("How did you decide so soon whom to send?"),
    Target.ZONE: N_("How did you keep track of the zone?"),
    Target.PATROLS: N_("What made this patrol the right one, and when would you choose another?"),
    Target.TWO_PATROLS: N_("What do the two patrols need to know of each other?"),
    Target.DANGER: N_("Which words of the danger did the patrol need most?"),
    Target.LISTEN: N_("What did you hear, and what did it change?"),
    Target.CONTACT_RULE: N_("What kept you from calling her, and what would you do if it grows quiet?"),
    Target.BAD_FIX: N_("What made you trust the position that you chose?"),
    Target.STALE_FIX: N_("What did you do with an old position that others can learn from?"),
    Target.LATE_PATROL: N_("How did you notice that the patrol was late?"),
    Target.SAME_MAN: N_("What did you pass on of the other alarm, and to whom?"),
    Target.CANCEL: N_("What would a cancel under duress have looked like here?"),
    Target.PLANNED_TEST: N_("What would have made this test real for you?"),
    Target.HAND_OVER: N_("What did the other control room need from you, and what did it not ask?"),
    Target.WELFARE: N_("How did you ask how she is?"),
    Target.PROOF: N_("What would not have been enough as proof?"),
    Target.CLOSE: N_("What in your closing words will help the file zone most?"),
}

UNJUDGED: Final = N_("What do you remember that the recording does not show?")

MOST_OF_MET: Final = 3
"""So many questions about what went well for an intervention: enough to begin with, not a list to work off."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a target of an intervention; ``target`` None: about the whole."""

    number: str
    target: Target | None
    text: str

    def said(self) -> str:
        """In the language in use."""
        return _(self.text)


def questions(run: Run) -> Iterator[Question]:
    """For each intervention: first what went well, then what was missed, then what cannot be seen."""
    for history in run.histories:
        rows = run.sheet.of(history.number)
        met = [row for row in rows if row.verdict is Verdict.MET][:MOST_OF_MET]
        missed = [row for row in rows if row.verdict is Verdict.MISSED]
        for row in met:
            yield Question(row.number, row.target, OF_MET[row.target])
        for row in missed:
            yield Question(row.number, row.target, OF_MISSED[row.target])
        if any(row.verdict is Verdict.CANNOT_BE_JUDGED for row in rows):
            yield Question(history.number, None, UNJUDGED)
