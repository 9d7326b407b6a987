"""The demo's registry in a real SQLite file: filled once, never doubled, no name and no token on the disk."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, create_engine

from backend_stub.ledger import Ledger
from backend_stub.registry import store
from backend_stub.registry.demo import (
    DEMO_FIRST,
    DEMO_SAME_MAN,
    DEMO_UNKNOWN,
    DEMO_WITHDRAWN,
    DemoContent,
    demo_content,
)
from backend_stub.registry.demo_fill import fill, issue_tokens
from backend_stub.registry.demo_people import SURNAMES
from backend_stub.registry.passwords import Cost, Passwords
from backend_stub.registry.records import CredentialKind
from backend_stub.registry.registry import Registry
from backend_stub.registry.tables import METADATA
from backend_stub.registry.tokens import Tokens
from console.domain.events import ButtonStatus
from console.domain.values import Mode

T = TypeVar("T")
DATA = Path(__file__).parents[2] / "data"
TODAY = date(2026, 3, 1)
PASSWORDS = Passwords(Cost(passes=1, memory_kib=64, lanes=1))
HASHES = {operator: PASSWORDS.hash("vier woorden ohne sens") for operator in ("4711", "4712", "4700", "3711")}


@cache
def content() -> DemoContent:
    zones = json.loads((DATA / "zones.geojson").read_text(encoding="utf-8"))
    places = json.loads((DATA / "places.json").read_text(encoding="utf-8"))
    return demo_content(1, TODAY, zones, places)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "demo.db"


@pytest.fixture
def ledger(file: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{file}", mode=Mode.DEMO, also=[METADATA], environ={})
    yield opened
    opened.close()


def write(ledger: Ledger, job: Callable[[Connection], T]) -> T:
    """Do a job over the writer's connection and wait until it is committed."""
    return ledger.submit(lambda transaction: job(transaction.connection)).result(timeout=30)


def read(ledger: Ledger, file: Path) -> Registry:
    """Load the registry as a program that starts does, over a connection of its own."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        registry = Registry.load(connection, ledger.keys)
    engine.dispose()
    return registry


@pytest.fixture
def tokens(ledger: Ledger) -> Tokens:
    return write(ledger, lambda connection: fill(connection, ledger.keys, content(), HASHES))


def test_everything_that_was_made_up_is_read_back(ledger: Ledger, tokens: Tokens, file: Path) -> None:
    registry = read(ledger, file)
    assert tuple(registry.buttons.values()) == content().buttons
    assert tuple(held.case_file for held in registry.case_files.values()) == content().case_files
    assert sorted(registry.patrols) == sorted(unit.id for unit in content().patrols)
    assert sorted(registry.accounts) == sorted(account.id for account in content().accounts)


def test_every_device_and_patrol_is_proved_by_the_token_it_was_given(
    ledger: Ledger, tokens: Tokens, file: Path
) -> None:
    registry = read(ledger, file)
    assert set(tokens.devices) == set(content().devices)
    assert set(tokens.patrols) == set(registry.patrols)
    assert len({*tokens.devices.values(), *tokens.patrols.values()}) == len(tokens.devices) + len(
        tokens.patrols
    )
    assert all(registry.device_proved(device, token) for device, token in tokens.devices.items())
    assert all(registry.patrol_proved(patrol, token) for patrol, token in tokens.patrols.items())
    assert not registry.device_proved(DEMO_FIRST, tokens.devices[DEMO_UNKNOWN])


def test_withdrawn_and_unknown_buttons_can_press(ledger: Ledger, tokens: Tokens, file: Path) -> None:
    registry = read(ledger, file)
    for button, status in ((DEMO_WITHDRAWN, ButtonStatus.WITHDRAWN), (DEMO_UNKNOWN, ButtonStatus.UNKNOWN)):
        assert registry.device_proved(button, tokens.devices[button])
        assert registry.button_status(button, TODAY) is status
    assert registry.case_of_button(DEMO_WITHDRAWN) is not None
    assert registry.case_of_button(DEMO_UNKNOWN) is None


def test_the_one_man_is_linked_to_both_victims(ledger: Ledger, tokens: Tokens, file: Path) -> None:
    registry = read(ledger, file)
    held = registry.case_of_button(DEMO_SAME_MAN[0])
    assert held is not None
    linked = registry.cases_of_perpetrator(held.perpetrator_id)
    assert {registry.buttons_of_case(one.reference.id)[0] for one in linked} == set(DEMO_SAME_MAN)


def test_filling_again_doubles_nothing_and_keeps_tokens_and_changes(
    ledger: Ledger, tokens: Tokens, file: Path
) -> None:
    lost = content().buttons[40].model_copy(update={"status": ButtonStatus.REPORTED_LOST})
    disabled = content().accounts[0].model_copy(update={"disabled": True})
    write(ledger, lambda connection: store.put_buttons(connection, [lost]))
    write(ledger, lambda connection: store.put_accounts(connection, [disabled]))
    before = read(ledger, file)

    hashes = HASHES | {"4711": PASSWORDS.hash("nog eens vier woorden")}
    again = write(ledger, lambda connection: fill(connection, ledger.keys, content(), hashes))
    after = read(ledger, file)
    assert (again.devices, again.patrols) == ({}, {})
    assert dict(after.buttons) == dict(before.buttons)
    assert after.buttons[lost.id] == lost
    assert dict(after.case_files) == dict(before.case_files)
    assert dict(after.patrols) == dict(before.patrols)
    assert after.accounts[disabled.id].disabled
    assert after.device_proved(DEMO_FIRST, tokens.devices[DEMO_FIRST])
    assert PASSWORDS.verify(after.accounts["4711"].password_hash, "nog eens vier woorden")


def test_an_account_without_a_given_password_stays_shut(ledger: Ledger, tokens: Tokens, file: Path) -> None:
    accounts = read(ledger, file).accounts
    assert PASSWORDS.verify(accounts["4711"].password_hash, "vier woorden ohne sens")
    assert accounts["4790"].password_hash is None
    assert not PASSWORDS.verify(accounts["4790"].password_hash, "vier woorden ohne sens")


def test_a_lost_token_file_is_made_anew_and_the_old_tokens_end(
    ledger: Ledger, tokens: Tokens, file: Path
) -> None:
    devices = write(ledger, lambda connection: store.credential_ids(connection, CredentialKind.DEVICE))
    new = write(ledger, lambda connection: issue_tokens(connection, devices, []))
    registry = read(ledger, file)
    assert registry.device_proved(DEMO_FIRST, new.devices[DEMO_FIRST])
    assert not registry.device_proved(DEMO_FIRST, tokens.devices[DEMO_FIRST])
    patrol, token = next(iter(tokens.patrols.items()))
    assert registry.patrol_proved(patrol, token)


def test_after_a_restart_everything_is_there(ledger: Ledger, tokens: Tokens, file: Path) -> None:
    before = read(ledger, file)
    ledger.close()
    again = Ledger.open(f"sqlite:///{file}", also=[METADATA], environ={})
    after = read(again, file)
    again.close()
    assert dict(after.case_files) == dict(before.case_files)
    assert after.device_proved(DEMO_FIRST, tokens.devices[DEMO_FIRST])


def test_no_name_no_word_and_no_token_is_on_the_disk(ledger: Ledger, tokens: Tokens, file: Path) -> None:
    stored = b"".join(part.read_bytes() for part in file.parent.iterdir())
    assert DEMO_FIRST.encode() in stored
    accounts = {account.name.encode() for account in content().accounts}
    for name in accounts:
        stored = stored.replace(name, b"")
    for case_file in content().case_files:
        victim, man = case_file.victim, case_file.perpetrator
        said = {victim.name, victim.phone, man.name, case_file.officer, *man.history, *man.risk.reasons}
        said |= {address.text for address in (*victim.addresses, *man.addresses)}
        said |= {str(victim.all_clear_word), str(victim.duress_word)}
        assert not [one for one in said if one.encode() in stored]
    assert not [name for names in SURNAMES.values() for name in names if name.encode() in stored]
    for token in [*tokens.devices.values(), *tokens.patrols.values()]:
        assert token.encode() not in stored
