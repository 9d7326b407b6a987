"""What happened and what is asked, in sentences: one for each event, one for each command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from console.domain import commands as c
from console.domain import events as e
from console.domain.abroad import NAMES
from console.domain.chain import ChainStep, EscalationCode
from console.domain.location import r95_of
from console.domain.rooms import ROOMS
from console.domain.values import ActorKind
from console.locale import N_, _
from console.locale.words import word
from console.tui.measures import clock_time, distance, share

VERBS: Final = {
    "acknowledge": N_("acknowledge"),
    "release": N_("take the acknowledgement back"),
    "take-over": N_("take over"),
    "open": N_("open by hand"),
    "afterwards": N_("enter afterwards"),
    "dispatch": N_("dispatch"),
    "recall": N_("recall"),
    "reserve": N_("reserve"),
    "request": N_("ask for"),
    "answered": N_("answer of"),
    "keep-zone": N_("keep the zone"),
    "note": N_("note"),
    "confirm-test": N_("confirm the planned test"),
    "announce-test": N_("announce a planned test"),
    "withdraw-test": N_("withdraw a planned test"),
    "close": N_("close"),
    "reopen": N_("reopen"),
    "listen": N_("listen"),
    "stop-listening": N_("let go of the line"),
    "mute": N_("microphone off"),
    "unmute": N_("microphone on"),
    "chat": N_("chat"),
    "ring": N_("ring her phone"),
    "call": N_("call her"),
    "push": N_("push message"),
    "status": N_("the status of"),
    "saw": N_("the word of"),
    "propose": N_("ask for"),
    "let-go": N_("do not send"),
    "heard": N_("heard on the line"),
    "danger-passed": N_("danger passed on"),
    "choose-fix": N_("choose this position"),
    "change-zone": N_("change the zone"),
    "support": N_("ask for support"),
    "accept-support": N_("help"),
    "offer-lead": N_("offer the lead"),
    "accept-lead": N_("take the lead"),
    "decline": N_("refuse"),
    "take-over-room": N_("take over the control room"),
}
"""What a command is called in a sentence."""

Name = Callable[[str], str]
"""Turns the id of a patrol or of a zone into what it is called."""


def asked(do: c.AnyCommand, call_sign: Name) -> str:
    """A command in a few words: ``dispatch L-12, L-07``."""
    verb = _(VERBS[do.verb]) if do.verb in VERBS else do.verb
    match do:
        case c.Dispatch() | c.Reserve():
            return f"{verb} {', '.join(map(call_sign, do.patrols))}"
        case c.Saw():
            return f"{verb} {call_sign(do.patrol)}: {word(do.finding)}"
        case c.Status():
            return f"{verb} {call_sign(do.patrol)}: {word(do.step)}"
        case c.Recall() | c.DangerPassed() | c.Propose() | c.LetGo():
            return f"{verb} {call_sign(do.patrol)}"
        case c.Request() | c.Answered():
            return f"{verb} {service_name(do.service, str)}"
        case c.Note() | c.Chat() | c.Push():
            return f"{verb} “{do.words}”"
        case c.OpenByHand():
            return f"{verb}: {do.victim}"
        case c.Support() | c.OfferLead() | c.TakeOverRoom():
            return f"{verb}: {do.room}"
        case c.Afterwards():
            return f"{verb} {clock_time(do.happened_at)[:5]} “{do.words}”"
        case c.Close():
            return f"{verb}: {word(do.outcome)}"
        case _:
            return verb


def happened(event: e.Event, call_sign: Name, zone: Name) -> str:
    """An event in one sentence, without its time. A later version's type says "update needed"."""
    body, by = event.body, event.actor.id
    match body:
        case e.AlarmRaised():
            known = body.button_status is e.ButtonStatus.ALLOCATED
            said = (
                _("button pressed")
                if known
                else _("button pressed: {status}", status=word(body.button_status))
            )
            return f"{said} – {_sealed(body)}" if body.case_file and body.extract is None else said
        case e.AlarmRepeated():
            return _("button pressed again")
        case e.AlarmCancelledByDevice():
            return _("the device asks to cancel: to be checked, nothing is closed")
        case e.InterventionOpenedByHand():
            return _("opened by hand by {by}: {reason}", by=by, reason=body.reason)
        case e.FixReported() | e.FixChosen():
            return _position(body)
        case e.ServiceRequested():
            return _("asked for: {service}", service=service_name(body.service, zone))
        case e.ServiceAnswered():
            service = service_name(body.service, zone)
            return _("{service} answers: {answer}", service=service, answer=body.answer)
        case e.ZoneKept():
            return _("zone kept by {by}, though she was seen in {zone}", by=by, zone=zone(body.zone))
        case e.ZoneAllocated() | e.ZoneChangeProposed() | e.ZoneChanged():
            return _zone(body, by, zone)
        case e.Acknowledged():
            return _("acknowledged by {by}", by=by)
        case e.Released(because=e.LeftBecause() as left):
            before = body.from_operator or "–"
            return _("{before} may no longer act ({why}): it rings again", before=before, why=word(left))
        case e.Released():
            return _("{by} took the acknowledgement back", by=by)
        case e.TakenOver(because=e.LeftBecause() as left):
            return _(
                "given to {to}, because {before} may no longer act ({why})",
                to=body.to_operator or "–",
                before=body.from_operator or "–",
                why=word(left),
            )
        case e.TakenOver():
            said = _("{by} took over from {before}", by=by, before=body.from_operator or "–")
            return f"{said}: {body.reason}" if body.reason else said
        case e.EscalationRaised():
            said = _("escalation: {code}", code=why(body.code))
            return f"{said} – " + _("told: {who}", who=whom(body.to)) if body.to else said
        case e.EscalationPaged():
            return paged(body)
        case e.NoteAdded():
            if body.code is e.NoteCode.NOBODY_THERE:
                return f"{body.words}: {word(body.code)}"
            if body.code is e.NoteCode.SAME_MAN:
                return f"{word(body.code)}: {body.words}"
            return word(body.code) if body.code else _("note of {by}: {words}", by=by, words=body.words)
        case e.CasefileOpened():
            return _("case file opened by {by}", by=by)
        case e.CasefileChanged():
            what = ", ".join(map(word, body.changes))
            said = _("the case file was changed")
            said = f"{said}: {what}" if what else said
            return said + (" – " + _("NEW DANGER") if body.new_danger else "")
        case e.InterventionClosed():
            return _closed(body, by)
        case e.InterventionReopened():
            return _("reopened by {by}: {reason}", by=by, reason=body.reason)
        case e.EnteredAfterwards():
            return _(
                "entered afterwards by {by}, happened at {time}: {words}",
                by=by,
                time=clock_time(body.happened_at)[:5],
                words=f"{_entered_as(body.what)}: {body.words}",
            )
        case e.UnknownBody():
            return _("update needed: “{type}” is of a later version", type=body.type)
        case _:
            told = _by_voice(_patrol(body, call_sign), event)
            return told or _line(body) or _contact(body, by) or _other(body)


def _sealed(body: e.AlarmRaised) -> str:
    """What is known of a press whose case file cannot be opened (W17); its zone follows."""
    where = f"~{distance(r95_of(body.fix))}" if body.fix else _("no position")
    return f"{_('file sealed')}, {where}"


def paged(body: e.EscalationPaged) -> str:
    """Whether who is not at a console was reached."""
    if body.fault is None:
        return _("paged: {who}", who=whom(body.to))
    return _("PAGING {who} FAILED: {why} – telephone", who=whom(body.to), why=word(body.fault))


def why(code: str) -> str:
    """Why it was escalated. A later version's code is shown as it is."""
    return word(EscalationCode(code)) if code in set(EscalationCode) else code.replace("_", " ")


def whom(to: str | None) -> str:
    """Who was told: a step of the chain, or a control room; "" where nobody is named."""
    if to is None:
        return ""
    return word(ChainStep(to)) if to in set(ChainStep) else ROOMS.get(to, to)


def _entered_as(code: str) -> str:
    return word(e.DoneByVoice(code)) if code in set(e.DoneByVoice) else code


def _position(body: e.FixReported | e.FixChosen) -> str:
    if isinstance(body, e.FixChosen):
        return _("position chosen by the operator")
    if body.fix is None:
        return _("no position")
    radius = distance(r95_of(body.fix))
    if body.verdict == "shown":
        return _("position ~{radius}, {method}", radius=radius, method=word(body.fix.method))
    return _("position not shown: {why}", why=verdict_words(body.verdict))


def service_name(service: str, zone: Name) -> str:
    """What another service, or a zone that was asked for, is called."""
    return word(e.Rescue(service)) if service in set(e.Rescue) else zone(service)


def verdict_words(code: str) -> str:
    """Why a position is not shown; the code itself if it is a later version's."""
    from console.domain.location import Verdict

    return word(Verdict(code)) if code in set(Verdict) else code


def _zone(body: e.ZoneAllocated | e.ZoneChangeProposed | e.ZoneChanged, by: str, zone: Name) -> str:
    match body:
        case e.ZoneChanged():
            return _("zone changed to {zone} by {by}", zone=zone(body.zone), by=by)
        case e.ZoneChangeProposed():
            return _("she is now in {zone}: change the zone?", zone=zone(body.zone))
        case e.ZoneAllocated(zone=None):
            return _("no zone: outside Belgium, or no position")
        case e.ZoneAllocated(by="file_zone"):
            return _("no position: file zone {zone}", zone=zone(body.zone or ""))
        case e.ZoneAllocated(allocation=None):
            return _("zone {zone}", zone=zone(body.zone or ""))
    allocation = body.allocation
    if allocation is None:
        return _("no zone: outside Belgium, or no position")
    parts = [
        f"{zone(part.zone) if part.zone else _('outside Belgium')} {share(part.share)}"
        for part in allocation.shares
    ]
    return _("zone {zones}", zones=", ".join(parts))


def _by_voice(said: str, event: e.Event) -> str:
    """What is a patrol's to say, and an operator entered for it: so it is marked, with whose hand it was (W12)."""
    body, by = event.body, event.actor
    of_patrol = isinstance(body, e.PatrolAccepted | e.PatrolEnRoute | e.PatrolOnScene | e.VictimSeen) or (
        isinstance(body, e.PatrolReleased) and body.code == "refused"
    )
    if said and of_patrol and by.kind is ActorKind.OPERATOR:
        return said + " " + _("(by voice, {by})", by=by.id)
    return said


def _patrol(body: e.AnyBody, call_sign: Name) -> str:
    match body:
        case e.PatrolDispatched():
            return _("{patrol} sent", patrol=call_sign(body.patrol))
        case e.PatrolAccepted():
            return _("{patrol} accepts", patrol=call_sign(body.patrol))
        case e.PatrolReadDanger():
            return _("{patrol} has read the danger", patrol=call_sign(body.patrol))
        case e.PatrolEnRoute():
            return _("{patrol} en route", patrol=call_sign(body.patrol))
        case e.PatrolOnScene():
            return _("{patrol} on scene", patrol=call_sign(body.patrol))
        case e.PatrolReleased(code="recalled"):
            return _("{patrol} recalled: {reason}", patrol=call_sign(body.patrol), reason=body.reason or "–")
        case e.VictimSeen():
            said = _("{patrol}: {finding}", patrol=call_sign(body.patrol), finding=word(body.finding))
            return f"{said}, {body.words}" if body.words else said
        case e.PatrolReleased(code="not_sent"):
            said = _("{patrol} is not sent", patrol=call_sign(body.patrol))
            return f"{said}: {body.reason}" if body.reason else said
        case e.PatrolReleased(code="refused"):
            return _("{patrol} refuses", patrol=call_sign(body.patrol))
        case e.PatrolReleased():
            return _("{patrol} released", patrol=call_sign(body.patrol))
        case e.PatrolOverdue():
            late = f": {word(body.awaited)}" if body.awaited else ""
            return _("{patrol} overdue", patrol=call_sign(body.patrol)) + late
        case e.PatrolProposed():
            return _("{patrol} asked for: it cannot be sent from here", patrol=call_sign(body.patrol))
        case e.PatrolReserved():
            return _("{patrol} reserved", patrol=call_sign(body.patrol))
        case e.DangerPassedOn():
            return _("danger read to {patrol} and repeated back", patrol=call_sign(body.patrol))
        case _:
            return ""


def _line(body: e.AnyBody) -> str:
    match body:
        case e.LineOpened():
            return _("line open, muted on our side")
        case e.LineLost():
            return _("line lost")
        case e.LineRestored():
            return _("line open again, muted on our side")
        case e.LineEnded():
            return _("line ended")
        case e.LineListenerChanged(operator=None, because=e.LeftBecause() as left):
            return _("nobody listens") + f": {word(left)}"
        case e.LineListenerChanged(operator=None):
            return _("nobody listens")
        case e.LineListenerChanged():
            return _("{by} listens", by=body.operator)
        case e.LineMuted():
            return _("our microphone is off")
        case e.LineUnmuted():
            return _("OUR MICROPHONE IS LIVE")
        case e.LineHeard():
            parts = [word(body.code) if body.code else "", body.words]
            return _("heard: {what}", what=", ".join(part for part in parts if part))
        case _:
            return ""


def _contact(body: e.AnyBody, by: str) -> str:
    match body:
        case e.ChatSent():
            return _("chat to her: {words}", words=body.words)
        case e.ChatReceived():
            return _("chat from her (no verification): {words}", words=body.words)
        case e.PhoneRung():
            return _("her phone was made to ring")
        case e.PhoneCalled():
            return _("she was called on her phone")
        case e.PushSent():
            return _("push message to her: {words}", words=body.words)
        case e.ContactRuleOverridden():
            return _(
                "{by} overrode the contact rule ({channel}): {reason}",
                by=by,
                channel=word(body.channel),
                reason=body.reason,
            )
        case _:
            return ""


def _other(body: e.AnyBody) -> str:
    match body:
        case e.RoomSupportRequested():
            return _("{room} asked to help", room=body.room)
        case e.RoomSupportAccepted():
            return _("{room} helps", room=body.room)
        case e.RoomLeadOffered():
            return _("lead offered to {room}", room=body.room)
        case e.RoomSupportDeclined() | e.RoomLeadDeclined():
            said = (
                _("{room} does not help", room=body.room)
                if isinstance(body, e.RoomSupportDeclined)
                else _("{room} does not take the lead", room=body.room)
            )
            return f"{said}: {body.reason}" if body.reason else said
        case e.RoomLeadAccepted(code="room_taken_over"):
            return _("{room} took over the control room: {reason}", room=body.room, reason=body.reason)
        case e.RoomLeadAccepted(code="escalated"):
            return _("{room} answered what nobody had acknowledged, and leads from now on", room=body.room)
        case e.RoomLeadAccepted():
            said = _("{room} leads from now on", room=body.room)
            return f"{said}: {body.reason}" if body.reason else said
        case e.RoomReached(why="press"):
            return _("pressed in the area of {room}: it sees the extract", room=body.room)
        case e.RoomReached():
            return _("{room} sees age, zone and owner", room=body.room)
        case e.BelgiumLeft():
            return _("she left Belgium: call {desk}", desk=NAMES.get(body.desk, body.desk))
        case e.BelgiumEntered():
            return _("she is back in Belgium")
        case e.InterventionGlimpsed():
            return _("{room} leads", room=body.room)
        case e.InterventionOnWall():
            return _("{number} on the wall", number=body.number)
        case e.Withheld():
            return "–"
        case e.TestAnnounced():
            return _(
                "test press announced until {time}, with {officer}",
                time=clock_time(body.until),
                officer=body.officer,
            )
        case e.TestConfirmed():
            return _("test press confirmed by {officer}", officer=body.officer)
        case e.TestIsReal():
            return _("NO TEST: IT IS REAL ({why})", why=word(body.because))
        case _:
            return body.type


def _closed(body: e.InterventionClosed, by: str) -> str:
    said = _("closed by {by}: {outcome}", by=by, outcome=word(body.outcome))
    if body.verified_by:
        said += ", " + _("verified by {proof}", proof=word(body.verified_by))
    return f"{said}. {body.words}"
