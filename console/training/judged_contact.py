"""Contact and attention: the line, the contact rule (W2, W3), and whether what warned was noticed."""

from __future__ import annotations

from typing import Final

from console.domain import events as e
from console.domain.casefile import Channel
from console.domain.could_be_now import REPORT_EVERY_S
from console.domain.rules.line import permitted
from console.training.case import Case, phrase, seconds_between
from console.training.history import Moment
from console.training.sheet import Fact, Phrase, Row, Target, Verdict
from console.training.warned import Warned, WarningKind

CHANNELS: Final[dict[type, Channel]] = {
    e.PhoneRung: Channel.RING,
    e.PhoneCalled: Channel.CALL,
    e.ChatSent: Channel.CHAT,
    e.PushSent: Channel.PUSH,
    e.LineUnmuted: Channel.SPEAK,
}
"""What reaches her, and the channel whose rule it needs."""


def listen(case: Case) -> Row:
    """Somebody listens on a line that is open (W2)."""
    opened = case.history.first(e.LineOpened)
    if opened is None:
        return case.row(Target.LISTEN, Verdict.NOT_APPLICABLE, [Phrase("no_line")])
    listened = next(
        (
            one
            for one in case.history.of(e.LineListenerChanged)
            if one.after.line.listener and one.by_operator
        ),
        None,
    )
    possible = [phrase("line_opened", opened)]
    if listened is not None:
        seconds = seconds_between(opened.at, listened.at)
        by = listened.event.actor.id
        done = [phrase("listened", listened, seconds=seconds, by=by)]
        return case.row(Target.LISTEN, Verdict.MET, done, possible, by=by)
    missed = case.unanswered(WarningKind.LINE_UNHEARD)
    verdict = Verdict.MISSED if missed else Verdict.CANNOT_BE_JUDGED
    return case.row(Target.LISTEN, verdict, [Phrase("nobody_listened")], possible)


def contact_rule(case: Case) -> Row:
    """No channel was used that the case file does not allow. Against it needs a reason, and is to be talked about."""
    used = [one for one in case.history.of(*CHANNELS) if one.by_operator]
    possible = [Phrase("contact_by_file")]
    if not used:
        return case.row(Target.CONTACT_RULE, Verdict.MET, [Phrase("no_contact_made")], possible)
    done = []
    kept = True
    for one in used:
        channel = CHANNELS[type(one.event.body)]
        answer = permitted(one.before or one.after, channel, one.at)
        kept = kept and answer.allowed
        code = "channel_allowed" if answer.allowed else _against(case, one, channel)
        done.append(phrase(code, one, channel=channel, why=answer.reason, by=one.event.actor.id))
    verdict = Verdict.MET if kept else Verdict.MISSED
    return case.row(Target.CONTACT_RULE, verdict, done, possible, by=used[0].event.actor.id)


def _against(case: Case, used: Moment, channel: Channel) -> str:
    given = any(
        one.at == used.at
        and isinstance(body := one.event.body, e.ContactRuleOverridden)
        and body.channel is channel
        for one in case.history.of(e.ContactRuleOverridden)
    )
    return "channel_overridden" if given else "channel_against"


def bad_fix(case: Case) -> Row:
    """A second position that cannot be right, or is far less precise, was decided on."""
    return _noticed(case, Target.BAD_FIX, "no_bad_fix", WarningKind.BAD_FIX)


def stale_fix(case: Case) -> Row:
    """A position that is old, stuck or missing was noticed: something was done or written about it."""
    kinds = (WarningKind.POSITION_SILENT, WarningKind.POSITION_STUCK, WarningKind.NO_POSITION)
    return _noticed(case, Target.STALE_FIX, "no_stale_fix", *kinds, limit=case.targets.position_age.red)


def late_patrol(case: Case) -> Row:
    """A patrol that did not answer or did not arrive in time was followed up."""
    return _noticed(
        case, Target.LATE_PATROL, "no_late_patrol", WarningKind.NOT_ACCEPTED, WarningKind.NOT_ARRIVED
    )


def same_man(case: Case) -> Row:
    """Of the same man's other alarm something was made: his other victims were looked at, or a note was written."""
    return _noticed(case, Target.SAME_MAN, "no_same_man", WarningKind.SAME_MAN)


def _noticed(case: Case, target: Target, none: str, *kinds: WarningKind, limit: float | None = None) -> Row:
    found = [one for one in case.warned if one.code in kinds]
    if not found:
        return case.row(target, Verdict.NOT_APPLICABLE, [Phrase(none)])
    done = [_answered(one) for one in found]
    possible = [Phrase(f"warned_{one.code}", {"about": one.about}, at=one.at) for one in found]
    if limit is not None:
        possible.append(Phrase("age_limit", {"seconds": limit}))
    if any(one.missed for one in found):
        verdict = Verdict.MISSED
    elif any(one.answer is not None for one in found):
        verdict = Verdict.MET
    else:
        verdict = Verdict.CANNOT_BE_JUDGED
        possible.append(Phrase("ended_by_itself", {"seconds": REPORT_EVERY_S}))
    by = next((one.answer.actor.id for one in found if one.answer is not None), None)
    return case.row(target, verdict, done, possible, by=by)


def _answered(one: Warned) -> Phrase:
    if one.answer is None:
        return Phrase("nothing_shows", {"seconds": one.stood_s}, at=one.at)
    took = seconds_between(one.at, one.answer.at)
    facts: dict[str, Fact] = {"seconds": took, "by": one.answer.actor.id}
    return Phrase("noticed", facts, at=one.answer.at, event=one.answer.id)
