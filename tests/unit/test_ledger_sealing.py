"""What is personal is sealed, each part under its key; what is unknown counts as personal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel

from backend_stub.ledger.errors import DatabaseError
from backend_stub.ledger.keys import Erased, KeyStore, keys_path, master_key, master_path
from backend_stub.ledger.sealing import Opened, SealKeys, close_event, open_event, sealed_of
from console.domain import events as e
from console.domain.allocation import Allocation
from console.domain.values import Seal
from tests.ledger_story import CANARY, NOW, OPERATOR, extract

KEYS = SealKeys("case:F-1", "perpetrator:D")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KeyStore]:
    opened = KeyStore(tmp_path / "x.keys", b"m" * 32, os.urandom)
    yield opened
    opened.close()


def event(body: Any) -> e.Event:
    return e.Event(
        id=UUID(int=1), intervention=UUID(int=2), version=3, decision=1, at=NOW, actor=OPERATOR, body=body
    )


def through(body: Any, store: KeyStore) -> Opened:
    parts = close_event(event(body), 5, (("VBR", 4, "event"),), KEYS, store)
    return open_event(parts.header, parts.sealed_case, parts.sealed_perpetrator, store)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _hides_a_seal(model: type[BaseModel]) -> bool:
    return any(
        any(isinstance(mark, Seal) for mark in field.metadata)
        or any(_hides_a_seal(inner) for inner in _models(field.annotation))
        for field in model.model_fields.values()
    )


def test_every_sealed_field_of_the_vocabulary_stands_where_it_is_found() -> None:
    """Only fields of the body itself are split off: a seal further in would be stored in the clear."""
    for kind, body in e.BODIES.items():
        for name, field in body.model_fields.items():
            if not any(isinstance(mark, Seal) for mark in field.metadata):
                assert not any(_hides_a_seal(model) for model in _models(field.annotation)), (kind, name)


def sample(kind: str) -> e.Body:
    """A body of this type, with a canary in every sealed text and something in every required field."""
    facts: dict[str, Any] = {"type": kind}
    for name, field in e.BODIES[kind].model_fields.items():
        if any(isinstance(mark, Seal) for mark in field.metadata):
            if field.annotation is str:
                facts[name] = CANARY
        elif field.is_required():
            facts[name] = _filling(field.annotation)
    return e.BODIES[kind].model_validate(facts)


def _filling(annotation: Any) -> Any:
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    choices = get_args(annotation)
    if annotation is datetime:
        return NOW
    if annotation is Allocation:
        return Allocation(zone=None, shares=(), outside_m=0, border_m=0, accuracy_m=0, approximate=True)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if annotation is int:
        return 1
    return _filling(choices[0]) if choices else "x"


@pytest.mark.parametrize("kind", sorted(e.BODIES))
def test_every_type_comes_back_as_it_was_and_shows_no_sealed_text(kind: str, store: KeyStore) -> None:
    body = sample(kind)
    parts = close_event(event(body), 5, (), KEYS, store)
    assert CANARY.encode() not in parts.header
    assert bool(parts.sealed_case) == (CANARY in body.model_dump_json())
    assert through(body, store).event == event(body)


@pytest.mark.parametrize("kind", sorted(e.BODIES))
def test_every_type_can_be_read_without_its_keys(kind: str, store: KeyStore) -> None:
    body = sample(kind)
    parts = close_event(event(body), 5, (), KEYS, store)
    store.erase(KEYS.case)
    read = open_event(parts.header, parts.sealed_case, parts.sealed_perpetrator, store).event
    assert type(read.body) is type(body)
    assert sealed_of(read) == ((Seal.CASE,) if parts.sealed_case else ())
    assert CANARY not in read.model_dump_json()


def test_an_alarm_comes_back_as_it_was(store: KeyStore) -> None:
    known = extract("F-1")
    body = e.AlarmRaised(
        number="VBR-2026-0001",
        room="VBR",
        button="B-1",
        button_status=e.ButtonStatus.ALLOCATED,
        press_id="p",
        pressed_at=NOW,
        case_file=e.CaseFileRef(id="F-1", revision=1, number="n", file_zone="5388"),
        victim=known.victim,
        perpetrator=known.perpetrator,
    )
    opened = through(body, store)
    assert opened.event == event(body)
    assert (opened.seq, opened.keys, opened.feed) == (5, KEYS, (("VBR", 4, "event"),))
    assert sealed_of(opened.event) == ()


def test_unknown_fields_of_a_known_type_are_sealed_and_come_back(store: KeyStore) -> None:
    body = e.Acknowledged.model_validate({"type": "intervention.acknowledged", "voice": CANARY})
    parts = close_event(event(body), 5, (), KEYS, store)
    assert CANARY.encode() not in parts.header
    assert through(body, store).event == event(body)


def test_each_part_opens_only_in_its_own_place(store: KeyStore) -> None:
    first = close_event(event(e.NoteAdded(words="one")), 5, (), KEYS, store)
    other = close_event(
        event(e.NoteAdded(words="two")).model_copy(update={"id": UUID(int=9)}), 6, (), KEYS, store
    )
    moved = open_event(first.header, other.sealed_case, None, store)
    assert sealed_of(moved.event) == (Seal.CASE,)


def test_a_destroyed_key_opens_nothing_and_is_never_made_again(tmp_path: Path) -> None:
    path = tmp_path / "x.keys"
    store = KeyStore(path, b"m" * 32, os.urandom)
    blob = store.seal("case:F-1", b"text")
    other = store.seal("case:F-2", b"text")
    store.flush()
    store.close()
    store = KeyStore(path, b"m" * 32, os.urandom)
    wrapped = store._row("case:F-1")
    assert store.open("case:F-1", blob) == b"text"
    store.erase("case:F-1")
    for again in (store, KeyStore(path, b"m" * 32, os.urandom)):
        assert again.open("case:F-1", blob) is None
        assert again.open("case:F-2", other) == b"text"
        assert again.erased("case:F-1")
        with pytest.raises(Erased):
            again.seal("case:F-1", b"more")
        again.close()
    assert wrapped is not None
    assert wrapped[0] is not None
    assert wrapped[0] not in path.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["x.keys"]


def test_a_key_that_was_never_stored_opens_nothing(store: KeyStore) -> None:
    assert store.open("case:unknown", b"x" * 40) is None


def test_another_master_key_is_refused(tmp_path: Path) -> None:
    KeyStore(tmp_path / "x.keys", b"m" * 32, os.urandom).close()
    with pytest.raises(DatabaseError, match="another master key"):
        KeyStore(tmp_path / "x.keys", b"n" * 32, os.urandom)


def test_the_master_key_comes_from_the_environment_or_a_private_file(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    assert master_key(database, {"MSA_MASTER_KEY": "ab" * 32}, os.urandom) == b"\xab" * 32
    assert master_key(
        database, {"MSA_MASTER_KEY": "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="}, os.urandom
    )
    assert not master_path(database).exists()
    made = master_key(database, {}, os.urandom)
    assert master_key(database, {}, os.urandom) == made
    assert master_path(database).stat().st_mode & 0o777 == 0o600
    with pytest.raises(DatabaseError, match="64 digits"):
        master_key(database, {"MSA_MASTER_KEY": "too short"}, os.urandom)
    master_path(database).write_text("broken")
    with pytest.raises(DatabaseError, match="64 digits"):
        master_key(database, {}, os.urandom)
    master_path(database).unlink()
    keys_path(database).touch()
    with pytest.raises(DatabaseError, match="is missing"):
        master_key(database, {}, os.urandom)
