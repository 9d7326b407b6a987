"""The score sheet in the reader's language: targets, verdicts, what was done, what was possible, and where from.

Each phrase is a whole sentence or part of a table cell; no phrase blames. Facts are put into words by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.domain.casefile import Channel, ChannelReason
from console.domain.chain import EscalationCode
from console.domain.commands import Refusal
from console.domain.events import Outcome, RealBecause, Rescue, VerifiedBy
from console.domain.location import Verdict as FixVerdict
from console.domain.rooms import ROOMS
from console.locale import N_, _
from console.locale.measures import age, clock_time, distance
from console.locale.words import refusal, word
from console.training.sheet import Fact, Phrase, Target, Verdict
from console.training.warned import Warned, WarningKind

TARGETS: Final[Mapping[Target, str]] = {
    Target.ACKNOWLEDGE: N_("Press to acknowledged"),
    Target.SEND: N_("Acknowledged to a patrol sent"),
    Target.ZONE: N_("The right zone"),
    Target.PATROLS: N_("The right patrols"),
    Target.TWO_PATROLS: N_("Two where a firearm is known"),
    Target.DANGER: N_("Danger passed on before arrival"),
    Target.LISTEN: N_("Somebody listens on the line"),
    Target.CONTACT_RULE: N_("Contact rule kept"),
    Target.BAD_FIX: N_("Bad position decided on"),
    Target.STALE_FIX: N_("Old position noticed"),
    Target.LATE_PATROL: N_("Late patrol followed up"),
    Target.SAME_MAN: N_("Alarms of one man seen together"),
    Target.CANCEL: N_("Cancel of the device checked"),
    Target.PLANNED_TEST: N_("Planned test handled"),
    Target.HAND_OVER: N_("Hand-over done"),
    Target.WELFARE: N_("A word on how she is"),
    Target.PROOF: N_("Closed on a proof"),
    Target.CLOSE: N_("Close complete"),
}

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.MET: N_("met"),
    Verdict.MISSED: N_("missed"),
    Verdict.NOT_APPLICABLE: N_("not applicable"),
    Verdict.CANNOT_BE_JUDGED: N_("cannot be judged"),
}

MARKS: Final[Mapping[Verdict, str]] = {
    Verdict.MET: "✓",
    Verdict.MISSED: "✗",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.CANNOT_BE_JUDGED: "?",
}
"""A shape beside each word: colour is never alone."""

SOURCES: Final[Mapping[str, str]] = {
    "nena": N_("NENA-STA-020: 90 % in 15 s, 95 % in 20 s"),
    "nfpa": N_("NFPA 1225 (2022): 60 s for 90 %"),
    "circular_zone": N_("Ministerial circular of 29 May 2019: the zone where the victim is"),
    "recommendation": N_("the console's own recommendation at that moment"),
    "two_patrols": N_("the procedure: two go where a firearm is known"),
    "practice": N_("practice of control rooms"),
    "case_file": N_("the case file: what is allowed, with source and date"),
    "report_every": N_("a position is expected every 30 s; red is a setting"),
    "planned_test": N_("the rule of planned tests: a minute to confirm"),
    "own_setting": N_("a setting of this control room (as shipped: {seconds})"),
}

PHRASES: Final[Mapping[str, str]] = {
    "within": N_("within {seconds}"),
    "breach_at": N_("overdue from {seconds}"),
    "another_seat": N_("{by} did it"),
    "no_limit": N_("the procedure sets no time"),
    "over_before": N_("it ended before the time was up ({seconds})"),
    "by_voice": N_("{by} did it by voice and entered it afterwards: the time is as remembered"),
    "opened_by_hand": N_("opened by hand: there was no press"),
    "acknowledged": N_("{by} acknowledged after {seconds}"),
    "not_acknowledged": N_("not acknowledged in {seconds}"),
    "never_acknowledged": N_("nobody acknowledged"),
    "sent": N_("{by} sent a patrol after {seconds}"),
    "not_sent": N_("no patrol sent in {seconds}"),
    "test_stayed_test": N_("the planned test stayed a test"),
    "proved_before": N_("it was proved before that she is safe"),
    "nobody_arrived": N_("no patrol arrived"),
    "nobody_sent": N_("no patrol was sent"),
    "told_how_she_is": N_("told {seconds} after the first arrival"),
    "not_told_how_she_is": N_("not told in {seconds}"),
    "zone_changed": N_("{by} changed the zone to {zone}"),
    "zone_kept": N_("{by} kept the zone against {zone}"),
    "zone_held": N_("zone in hand: {zone}"),
    "zone_proposed": N_("the console proposed {zone}"),
    "zone_where_she_is": N_("most of the circle lay in {zone}"),
    "no_zone_known": N_("no position told in which zone she was"),
    "sent_patrol": N_("sent {patrol}, {metres} away (position {seconds} old)"),
    "sent_patrol_somewhere": N_("sent {patrol}, distance not known"),
    "recommended": N_("recommended: {patrol}, {metres} away (position {seconds} old)"),
    "recommended_somewhere": N_("recommended: {patrol}"),
    "positions_not_recorded": N_("the recording has no positions of patrols at that moment"),
    "nobody_proposed": N_("of no patrol was it known that it was near"),
    "no_firearm_known": N_("no firearm was known"),
    "patrols_needed": N_("{count} patrols were needed"),
    "patrols_sent": N_("on the way or there: {patrols}"),
    "others_asked": N_("{by} asked another control room or patrol"),
    "nobody_free": N_("nobody else could be sent from here: ask another control room"),
    "also_free": N_("also free: {patrols}"),
    "before_arrival": N_("before each patrol arrives, and again after a new danger"),
    "danger_known": N_("{patrol} knew the danger"),
    "arrived_without_danger": N_("{patrol} arrived without it"),
    "no_line": N_("there was no open line"),
    "line_opened": N_("the line was open"),
    "listened": N_("{by} listened after {seconds}"),
    "nobody_listened": N_("nobody listened"),
    "contact_by_file": N_("only what the case file allows; not checked means refused"),
    "no_contact_made": N_("nothing was sent to her phone"),
    "channel_allowed": N_("{by} used {channel}: allowed"),
    "channel_overridden": N_("{by} used {channel} against the rule ({why}), with a reason"),
    "channel_against": N_("{by} used {channel} against the rule ({why})"),
    "no_bad_fix": N_("no position was doubtful"),
    "no_stale_fix": N_("the position was never old"),
    "no_late_patrol": N_("no patrol was late"),
    "no_same_man": N_("no other alarm of his"),
    "noticed": N_("{by} reacted after {seconds}"),
    "nothing_shows": N_("nothing in the recording shows that it was noticed ({seconds})"),
    "age_limit": N_("old from {seconds}"),
    "ended_by_itself": N_("it ended by itself within {seconds}"),
    "no_cancel": N_("the device did not ask to cancel"),
    "cancel_came": N_("the device asked to cancel"),
    "cancel_needs_proof": N_("a patrol that sees her alone, or the all-clear word"),
    "cancel_checked": N_("checked after {seconds}"),
    "closed_unchecked": N_("{by} closed before it was checked"),
    "open_at_end": N_("still open where the recording ends"),
    "no_planned_test": N_("no test was announced"),
    "confirm_within": N_("confirmed within {seconds}, or it is real"),
    "test_confirmed": N_("{by} confirmed the test after {seconds}"),
    "test_was_real": N_("it was real: {because}"),
    "sent_as_real": N_("{by} sent a patrol {seconds} after it was real"),
    "abroad": N_("she left Belgium"),
    "elsewhere": N_("she was in {zone}, which {room} answers for"),
    "room_asked": N_("{by} asked {room}"),
    "room_answered": N_("{room} answered"),
    "no_answer": N_("no answer in {seconds}"),
    "stays_until_accepted": N_("until it is accepted it stays here"),
    "taken_over": N_("{by} took over"),
    "nobody_asked": N_("no other control room was asked"),
    "nothing_to_hand_over": N_("there was nothing to hand over"),
    "closed_as": N_("{by} closed as “{outcome}”"),
    "closed_with_proof": N_("{by} closed as “{outcome}”, proof: {verified_by}"),
    "outcome_needs_none": N_("this outcome needs no proof"),
    "proof_missing": N_("the proof was missing: {refusal}"),
    "counts_as_proof": N_(
        "a patrol that saw her alone, the all-clear word, or the contact officer beside her"
    ),
    "close_complete": N_("{by} closed with everything in it"),
    "close_needs": N_("words, how she is, an answer of every service, patrols released only afterwards"),
    "without_words": N_("no words"),
    "nobody_told_how_she_is": N_("nobody told how she is"),
    "service_unanswered": N_("no answer of {service}"),
    "recalled_early": N_("{by} recalled the last patrol before anybody knew how she is"),
    **{f"warned_{kind}": f"warned_{kind}" for kind in WarningKind},
}

WARNINGS: Final[Mapping[WarningKind, str]] = {
    WarningKind.POSITION_SILENT: N_("her phone no longer said where it was"),
    WarningKind.POSITION_STUCK: N_("the position did not change by one digit"),
    WarningKind.NO_POSITION: N_("her phone found no position"),
    WarningKind.BAD_FIX: N_("a second position was doubtful: {about}"),
    WarningKind.LINE_UNHEARD: N_("the line was open and nobody listened"),
    WarningKind.LINE_LOST: N_("the line was lost"),
    WarningKind.ZONE_PROPOSED: N_("she was seen in {about}: change the zone?"),
    WarningKind.NOT_ACCEPTED: N_("{about} had not accepted"),
    WarningKind.NOT_ARRIVED: N_("{about} had not arrived"),
    WarningKind.SAME_MAN: N_("the same man: alarm {about}"),
    WarningKind.ESCALATED: N_("escalated: {about}"),
    WarningKind.PHONE_NOT_REACHED: N_("her phone was not reached"),
    WarningKind.NOBODY_THERE: N_("nobody was logged in at {about}"),
    WarningKind.FILE_CHANGED: N_("the case file had a new danger"),
    WarningKind.DURESS_WORD: N_("the duress word was heard"),
}

_CODES: Final[Mapping[str, type[StrEnum]]] = {
    "channel": Channel,
    "why": ChannelReason,
    "outcome": Outcome,
    "verified_by": VerifiedBy,
    "because": RealBecause,
}
"""Facts that are codes, and whose they are."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called: a patrol, a zone. Who acts is named by seat or pseudonym, as recorded."""

    patrol: Callable[[str], str] = lambda id: id.rpartition("/")[2] or id
    zone: Callable[[str], str] = str


def target_words(target: Target) -> str:
    """What a target is called."""
    return _(TARGETS[target])


def verdict_words(verdict: Verdict) -> str:
    """What a verdict is called."""
    return _(VERDICTS[verdict])


def source_words(source: Phrase) -> str:
    """Where a demand comes from."""
    return _(SOURCES.get(source.code, source.code), **_worded(source, Names()))


def said(phrase: Phrase, names: Names) -> str:
    """A phrase in words, with its time of day before it if it has one."""
    time = f"{clock_time(phrase.at)} " if phrase.at is not None else ""
    return time + _said(phrase, names)


def _said(phrase: Phrase, names: Names) -> str:
    kind = phrase.code.removeprefix("warned_")
    if kind != phrase.code:
        return _warned(WarningKind(kind), str(phrase.facts.get("about", "")), names)
    return _(PHRASES.get(phrase.code, phrase.code), **_worded(phrase, names))


def warned_words(warned: Warned, names: Names) -> str:
    """What warned, in words."""
    return _warned(warned.code, warned.about, names)


def _warned(kind: WarningKind, about: str, names: Names) -> str:
    match kind:
        case WarningKind.ZONE_PROPOSED:
            about = names.zone(about)
        case WarningKind.NOT_ACCEPTED | WarningKind.NOT_ARRIVED:
            about = names.patrol(about)
        case WarningKind.NOBODY_THERE:
            about = ROOMS.get(about, about)
        case WarningKind.ESCALATED if about in set(EscalationCode):
            about = word(EscalationCode(about))
        case WarningKind.BAD_FIX if about in set(FixVerdict):
            about = word(FixVerdict(about))
    return _(WARNINGS[kind], about=about)


def _worded(phrase: Phrase, names: Names) -> dict[str, object]:
    return {name: _fact(name, value, names) for name, value in phrase.facts.items()}


def _fact(name: str, value: Fact, names: Names) -> str:
    if isinstance(value, float | int):
        return age(value) if name == "seconds" else distance(value) if name == "metres" else f"{value:g}"
    match name:
        case "patrol":
            return names.patrol(value)
        case "patrols":
            return ", ".join(names.patrol(one) for one in value.split(", ") if one) or "–"
        case "zone":
            return names.zone(value)
        case "room":
            return ROOMS.get(value, value)
        case "service":
            return word(Rescue(value)) if value in set(Rescue) else names.zone(value)
        case "refusal":
            return refusal(Refusal(code=value, facts={})).rstrip(".")
    codes = _CODES.get(name)
    return word(codes(value)) if codes is not None and value in set(codes) else value
