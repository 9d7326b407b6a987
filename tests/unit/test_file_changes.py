"""The registry changes a case file while its intervention is open, and the words that were used (W3, W4, W10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend_stub.registry.editing import Edits, MistakeError, edited
from console.domain import casefile as cf
from console.domain import commands as c
from console.domain import events as e
from console.domain.decide import View, decide
from console.domain.file_changes import (
    changes_between,
    file_changed,
    fresh,
    next_test_by,
    with_facts_of_the_man,
    with_test,
    with_words_used,
)
from console.domain.patrols import patrols_needed
from console.domain.readout import read_out
from tests.story import OPERATOR, START, Story, case_file

TODAY = START.date()
SENT = (e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), e.PatrolReadDanger(patrol="5388/L-12"))


def changed(file: cf.CaseFile, **edits: Any) -> cf.CaseFile:
    return edited(file, Edits(**edits), TODAY)


def pressed(file: cf.CaseFile, *bodies: e.KnownBody) -> tuple[Story, UUID]:
    story = Story()
    one = story.press("VBR-2026-0412", file=file)
    return story.happens(one, *bodies, by=OPERATOR), one


def test_a_new_danger_reaches_the_open_intervention_and_takes_the_receipt_back() -> None:
    file = case_file(firearm=False)
    story, one = pressed(file, *SENT)
    later = changed(file, danger=["firearm=pistol under the seat"])
    body = file_changed(story.seen(one).state, file, later, TODAY)[0]
    assert (body.new_danger, body.changes) == (True, (cf.FileChange.DANGER,))
    state = story.happens(one, body).seen(one).state
    assert state.sent[0].read_danger_at is None
    assert state.extract is not None
    assert state.extract.perpetrator.dangers[0].kind is cf.DangerKind.FIREARM
    assert patrols_needed(state.extract) == 2
    assert "pistol under the seat" in read_out(state, "nl", TODAY).text
    assert state.case_file is not None
    assert state.case_file.revision == later.revision


def test_a_danger_that_is_gone_or_an_order_that_was_served_asks_nobody_to_read_again() -> None:
    file = case_file()
    story, one = pressed(file, *SENT)
    later = changed(file, no_danger=["firearm"], served=["contact_ban=2026-02-28"])
    body = file_changed(story.seen(one).state, file, later, TODAY)[0]
    assert body.changes == (cf.FileChange.DANGER, cf.FileChange.ORDERS)
    assert not body.new_danger
    assert story.happens(one, body).seen(one).state.sent[0].read_danger_at is not None


def test_a_check_that_is_withdrawn_is_a_new_danger() -> None:
    file = case_file(firearm=False)
    story, one = pressed(file)
    later = changed(file, danger_check="not_checked")
    assert file_changed(story.seen(one).state, file, later, TODAY)[0].new_danger


def test_the_rules_of_the_channels_hold_at_once() -> None:
    file = case_file()
    story, one = pressed(file, e.Acknowledged())

    def chat() -> object:
        command = c.Command(id=UUID(int=1), do=c.Chat(words="Waar bent u?"))
        return decide(story.seen(one).state, command, OPERATOR, View(), story.now)

    assert chat() == (e.ChatSent(words="Waar bent u?"),)
    later = changed(file, channel=["chat=no"])
    story.happens(one, *file_changed(story.seen(one).state, file, later, TODAY))
    refused = chat()
    assert isinstance(refused, c.Refusal)
    assert refused.code == "channel_refused"


def test_a_revision_that_is_known_or_of_another_file_tells_nothing() -> None:
    file = case_file()
    story, one = pressed(file)
    state = story.seen(one).state
    assert file_changed(state, file, file, TODAY) == ()
    assert file_changed(state, file, changed(case_file(victim="B. Beispiel"), words="a,b"), TODAY) == ()


def test_where_the_earlier_revision_cannot_be_opened_a_danger_is_told_all_the_same() -> None:
    file = case_file(firearm=False)
    story, one = pressed(file)
    later = changed(file, danger=["explosives=said so"])
    body = file_changed(story.seen(one).state, None, later, TODAY)[0]
    assert (body.changes, body.new_danger) == ((), True)


def test_it_is_said_across_the_screen_for_a_minute() -> None:
    file = case_file()
    story, one = pressed(file)
    story.happens(one, *file_changed(story.seen(one).state, file, changed(file, channel=["chat=no"]), TODAY))
    assert fresh(story.seen(one).state, story.now)
    assert not fresh(story.seen(one).state, story.wait(61).now)


def test_what_is_true_of_the_man_is_true_in_every_file_that_names_him_and_the_rest_of_it_stays() -> None:
    first, other = case_file(firearm=False), case_file(victim="B. Beispiel", firearm=True)
    later = changed(first, danger=["dog=a mastiff"])
    also = with_facts_of_the_man(other, first.perpetrator, later.perpetrator)
    assert {one.kind for one in also.perpetrator.dangers} == {
        cf.DangerKind.DOG,
        cf.DangerKind.FIREARM,
        cf.DangerKind.VIOLENCE_AGAINST_POLICE,
    }
    assert also.revision == other.revision + 1
    served = changed(first, served=["contact_ban=2026-02-28"])
    assert with_facts_of_the_man(other, first.perpetrator, served.perpetrator) is other


def test_w4_words_that_were_used_are_due_until_both_are_changed() -> None:
    used = with_words_used(case_file(), TODAY)
    assert cf.extract_of(used, TODAY).victim.words_used_on == TODAY
    assert changes_between(case_file(), used) == (cf.FileChange.WORDS,)
    with pytest.raises(MistakeError, match="both must be new"):
        changed(used, words="tulip,candle")
    assert changed(used, words="harbour,candle").victim.words_used_on is None


def test_w4_words_that_are_changed_during_the_intervention_are_not_due_at_its_close() -> None:
    file = case_file()
    heard = e.LineHeard(code=e.Heard.ALL_CLEAR_WORD)
    story, one = pressed(file, e.Acknowledged(), e.LineOpened(), heard)
    assert story.seen(one).state.line.words_used
    later = changed(file, words="harbour,candle")
    story.happens(one, *file_changed(story.seen(one).state, file, later, TODAY))
    assert not story.seen(one).state.line.words_used


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ({}, "nothing would change"),
        ({"danger": ["pistol=in the car"]}, "none of: firearm"),
        ({"danger": ["firearm"]}, "KIND=WORDS"),
        ({"no_danger": ["dog"]}, "names no dog"),
        ({"channel": ["ring=perhaps"]}, "neither yes nor no"),
        ({"served": ["area_ban"]}, "names no area_ban"),
        ({"served": ["contact_ban=yesterday"]}, "no day"),
        ({"words": "same,same"}, "two different words"),
        ({"patch": "{"}, "no JSON"),
        ({"patch": '{"victim": {"pregnant": "perhaps"}}'}, "victim.pregnant"),
        ({"patch": '{"revision": 9}'}, "not changed by hand"),
        ({"patch": '{"perpetrator": {"id": "another"}}'}, "another man"),
    ],
)
def test_a_change_that_does_not_fit_says_why(edits: dict[str, Any], says: str) -> None:
    with pytest.raises(MistakeError, match=says):
        changed(case_file(), **edits)


def test_anything_else_is_changed_by_a_merge_patch() -> None:
    later = changed(
        case_file(), patch='{"victim": {"pregnant": true, "medical": null}, "officer": "Insp. F. Fictief"}'
    )
    assert (later.victim.pregnant, later.victim.medical) == (True, None)
    assert changes_between(case_file(), later) == (cf.FileChange.VICTIM, cf.FileChange.OTHER)


def test_a_permission_that_is_entered_today_is_looked_at_again() -> None:
    later = changed(case_file(), channel=["ring=yes"])
    assert cf.allowed(later.victim.channels, cf.Channel.RING, TODAY)
    assert not cf.allowed(later.victim.channels, cf.Channel.RING, date(TODAY.year + 1, TODAY.month, 1))


def test_w15_the_rhythm_counts_from_the_last_test_else_from_the_allocation() -> None:
    file = case_file()
    assert next_test_by(file, 15) == date(2026, 3, 1)
    assert next_test_by(with_test(file, TODAY), 15) == TODAY + timedelta(days=15)
    never = file.model_copy(update={"last_test": None})
    assert next_test_by(never, 15) == file.allocated_from + timedelta(days=15)
