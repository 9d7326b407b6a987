"""What was under way when the link broke stays "not known", and what is entered afterwards is kept (W12)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from console.domain import commands as c
from console.domain.events import DoneByVoice
from console.domain.room import Room
from console.link.interface import Waiting
from console.link.outbox import Outbox

SEND = c.Command(id=UUID(int=1), intervention="VBR-2026-0412", do=c.Dispatch(patrols=("L-12",)))
BY_RADIO = c.Command(
    id=UUID(int=2),
    intervention="VBR-2026-0412",
    do=c.Afterwards(
        happened_at=datetime(2026, 3, 1, 14, 5, tzinfo=UTC), what=DoneByVoice.DISPATCHED, words="by radio"
    ),
)


def test_a_command_that_was_under_way_is_not_known_to_be_unsent_even_when_it_is_sent_again() -> None:
    box = Outbox().added(SEND, 0.0, live=True).cut()
    assert box.pending[SEND.id].went_out
    box = box.aged(11.0)
    assert (box.pending[SEND.id].waiting, box.pending[SEND.id].went_out) == (Waiting.ASKS, True)
    box, _ = box.confirmed(SEND.id, Room(), 12.0, live=False)
    assert (box.pending[SEND.id].waiting, box.pending[SEND.id].went_out) == (Waiting.QUEUED, True)
    assert box.pending[SEND.id].since_s == 12.0


def test_one_that_never_went_out_is_unsent() -> None:
    box = Outbox().added(SEND, 0.0, live=False).cut()
    assert not box.pending[SEND.id].went_out


def test_what_is_entered_afterwards_is_kept_for_sending_as_a_note_is() -> None:
    box = Outbox().added(BY_RADIO, 0.0, live=False).aged(3600.0)
    assert box.pending[BY_RADIO.id].waiting is Waiting.QUEUED
    _, ready = box.flushed(Room(), 3600.0)
    assert ready == (BY_RADIO,)
    assert Outbox().recovered((BY_RADIO,), 0.0).pending[BY_RADIO.id].waiting is Waiting.QUEUED
