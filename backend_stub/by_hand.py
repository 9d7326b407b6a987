"""What the registry adds to an alarm by name: whom an operator means (W5), and the man's other victims (W11).

It decides nothing: `console.domain.rules.by_hand` does. It says who may know of whom: a victim is known to the
control room of her file zone and to the one from whose stock she has a button; to any other she does not exist, and
to staff whom her file excludes neither (W19).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from backend_stub.ledger import Transaction
from backend_stub.registry.records import HeldCaseFile
from backend_stub.registry.registry import Registry
from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import AddressKind, extract_of
from console.domain.days import day_in_belgium
from console.domain.hints import same_man_note
from console.domain.intervention import Intervention
from console.domain.need_to_know import exists_for
from console.domain.rules.by_hand import HandFacts, may_open, one_victim, open_by_hand
from console.domain.rules.common import Refused
from console.domain.sirens import USUAL, Sirens
from console.domain.values import SYSTEM, Actor
from console.wire.console_frames import VictimToCheck


class ByHand:
    """Opens without a press, and links the alarms of one man."""

    def __init__(self, registry: Registry, room_of_zone: Mapping[str, str], sirens: Sirens = USUAL) -> None:
        self._registry = registry
        self._sirens = sirens
        self._room_of_zone = room_of_zone

    def open(
        self, tx: Transaction, do: c.OpenByHand, actor: Actor, now: datetime
    ) -> Intervention | c.Refusal:
        """Open an intervention for the victim that is named, or say why not.

        The room that opens it leads it; her file zone is where to send, until a position says otherwise.
        """
        try:
            may_open(do, actor)
            room = actor.room or ""
            found = self._found(do.victim, actor)
            held = found[one_victim(do, tuple(found))]
            buttons = self._registry.buttons_of_case(held.reference.id)
            already = tx.open_of_victim(held.reference.id) or next(
                filter(None, map(tx.open_of, buttons)), None
            )
            if already is not None and not exists_for(already, actor.id):
                raise Refused("unknown_victim", victim=do.victim)
            today = day_in_belgium(now)
            facts = HandFacts(
                # A number is taken only for what is opened: numbers have no gaps.
                number="" if already else tx.next_number(room, today.year),
                room=room,
                zone=held.reference.file_zone,
                button=buttons[0] if buttons else None,
                case_file=held.reference,
                extract=extract_of(held.case_file, today, self._sirens.off_m(held.reference.file_zone, room))
                if held.case_file
                else None,
                others=self.others(held),
            )
            bodies = open_by_hand(facts, do, already)
        except Refused as refused:
            return refused.refusal
        intervention = tx.new_id(now)
        tx.append(intervention, bodies, actor, now, rooms={room}, hidden_from=held.excluded)
        self.tell_same_man(tx, intervention, held, now)
        opened = tx.state(intervention)
        assert opened is not None
        return opened

    def others(self, held: HeldCaseFile | None) -> tuple[e.OtherVictim, ...]:
        """The same man's other victims: which zone keeps the file of each, and no name."""
        if held is None:
            return ()
        return tuple(
            e.OtherVictim(
                case_file=one.reference.id,
                zone=one.reference.file_zone,
                room=self._room_of_zone.get(one.reference.file_zone, ""),
                hidden_from=one.excluded,
            )
            for one in self._registry.cases_of_perpetrator(held.perpetrator_id)
            if one.reference.id != held.reference.id
        )

    def tell_same_man(
        self, tx: Transaction, intervention: UUID, held: HeldCaseFile | None, now: datetime
    ) -> None:
        """A new alarm of a man who has another one open: each of them says so, and so do their patrols hear it."""
        state = tx.state(intervention)
        if held is None or state is None:
            return
        for other in tx.open_interventions():
            file = self._registry.held_case_file(other.case_file.id if other.case_file else None)
            if other.id == state.id or file is None or file.perpetrator_id != held.perpetrator_id:
                continue
            tx.append(other.id, (same_man_note(state),), SYSTEM, now)
            tx.append(state.id, (same_man_note(other),), SYSTEM, now)

    def to_check(
        self, tx: Transaction, state: Intervention, actor: Actor, now: datetime
    ) -> tuple[VictimToCheck, ...]:
        """The same man's other victims by name, for who handles the alarm; the showing is logged (W11)."""
        held = self._registry.held_case_file(state.case_file.id if state.case_file else None)
        others = (one for one in self.others(held) if actor.id not in one.hidden_from)
        shown = tuple(self._to_check(tx, one, actor) for one in others)
        if shown:
            note = e.NoteAdded(code=e.NoteCode.OTHER_VICTIMS_SHOWN)
            tx.append(state.id, (note,), actor, now)
        return shown

    def _to_check(self, tx: Transaction, other: e.OtherVictim, actor: Actor) -> VictimToCheck:
        held = self._registry.case_files[other.case_file]
        open_now = tx.open_of_victim(other.case_file)
        if open_now is not None and not exists_for(open_now, actor.id):
            open_now = None
        buttons = self._registry.buttons_of_case(other.case_file)
        known = VictimToCheck(zone=other.zone, room=other.room, number=open_now.number if open_now else None)
        if not self._known_to(held, actor):
            return known
        home = next(
            (one for one in (held.victim.addresses if held.victim else ()) if one.kind is AddressKind.HOME),
            None,
        )
        return known.model_copy(
            update={
                "button": buttons[0] if buttons else None,
                "name": held.victim.name if held.victim else None,
                "home": home.text if home else None,
            }
        )

    def _found(self, words: str, actor: Actor) -> dict[str, HeldCaseFile]:
        """Victims who fit, by a button of each; a button or name that fits whole means one alone."""
        exact = words.strip().casefold()
        found = {}
        for held in self._registry.victims(words):
            if self._known_to(held, actor):
                buttons = self._registry.buttons_of_case(held.reference.id)
                if exact in {one.casefold() for one in buttons}:
                    return {buttons[0]: held}
                found[buttons[0] if buttons else held.reference.number] = held
        whole = {
            key: held for key, held in found.items() if held.victim and held.victim.name.casefold() == exact
        }
        return whole or found

    def _known_to(self, held: HeldCaseFile, actor: Actor) -> bool:
        if actor.id in held.excluded:
            return False
        room = actor.room
        if self._room_of_zone.get(held.reference.file_zone) == room:
            return True
        buttons = map(self._registry.button, self._registry.buttons_of_case(held.reference.id))
        return any(button is not None and button.stock == room for button in buttons)
