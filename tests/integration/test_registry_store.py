"""The registry in a real SQLite file: what is written is read, names are never on the disk, keys decide."""

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from backend_stub.ledger.keys import Erased, KeyStore
from backend_stub.registry import sessions, store
from backend_stub.registry.records import (
    Account,
    Button,
    Credential,
    CredentialKind,
    PatrolUnit,
)
from backend_stub.registry.registry import Registry
from backend_stub.registry.sealing import case_key, perpetrator_key
from backend_stub.registry.tables import create_tables
from backend_stub.registry.tokens import digest_of
from console.domain.casefile import (
    CaseFile,
    Danger,
    DangerCheck,
    DangerKind,
    LegalStatus,
    Perpetrator,
    Provenance,
    Risk,
    RiskLevel,
    Victim,
)
from console.domain.events import ButtonStatus
from console.domain.patrols import PatrolState
from console.domain.values import Role

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 14, 3, 10, 123_000, tzinfo=UTC)
SEEN = Provenance(source="pv 1", on=TODAY, checked_by="V. Verzonnen")


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    (tmp_path / "apart").mkdir()
    store_of_keys = KeyStore(
        tmp_path / "apart" / "registry.keys", secrets.token_bytes(32), secrets.token_bytes
    )
    yield store_of_keys
    store_of_keys.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture
def connection(file: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as opened:
        create_tables(opened)
        yield opened
    engine.dispose()


def case_file(number: int = 1, perpetrator: str = "P-1", revision: int = 1) -> CaseFile:
    return CaseFile(
        id=f"C-{number}",
        revision=revision,
        number=f"2026/{number:04d}",
        file_zone="5388",
        officer="O. Ambtsvoorbeeld",
        allocated_from=TODAY,
        allocated_until=TODAY + timedelta(days=180),
        victim=Victim(
            name=f"Ägnès Exemple{number}",
            phone=f"+32 000 00 00 {number:02d}",
            languages=("nl",),
            all_clear_word="kanarie",
            provenance=SEEN,
        ),
        perpetrator=Perpetrator(
            id=perpetrator,
            name="D. Voorbeeld",
            born=1980,
            looks="baard",
            languages=("nl",),
            relation="ex-partner",
            status=LegalStatus.SUSPECTED,
            danger_check=DangerCheck.CHECKED,
            dangers=(Danger(kind=DangerKind.FIREARM, words="jachtgeweer", provenance=SEEN),),
            risk=Risk(level=RiskLevel.HIGH, reasons=("dreigde",), provenance=SEEN),
            provenance=SEEN,
        ),
    )


def button(
    number: int = 1, status: ButtonStatus = ButtonStatus.ALLOCATED, case: str | None = "C-1"
) -> Button:
    return Button(
        id=f"VBR-B-{number:04d}",
        stock="VBR",
        status=status,
        case_file=case,
        allocated_from=TODAY,
        allocated_until=TODAY + timedelta(days=180),
        prosecutor="Leuven",
    )


UNIT = PatrolUnit(
    id="5388/L-12", call_sign="L-12", zone="5388", room="VBR", language="nl", home_lon=4.7, home_lat=50.879
)
OPERATOR = Account(
    id="4711", name="O. Voorbeeld", role=Role.OPERATOR, room="VBR", password_hash="$argon2id$x"
)


def test_every_record_is_read_as_it_was_written(connection: Connection, keys: KeyStore) -> None:
    credential = Credential(kind=CredentialKind.DEVICE, id="VBR-B-0001", digest=digest_of("secret"))
    store.put_buttons(connection, [button()])
    store.put_accounts(connection, [OPERATOR])
    store.put_patrols(connection, [UNIT])
    store.put_credentials(connection, [credential])
    store.put_case_files(connection, keys, [case_file()])
    connection.commit()
    registry = Registry.load(connection, keys)
    assert registry.button("VBR-B-0001") == button()
    assert registry.account("4711") == OPERATOR
    assert registry.patrol("5388/L-12") == UNIT
    assert registry.case_file("C-1") == case_file()
    assert store.credentials(connection) == [credential]


def test_writing_again_replaces_and_never_doubles(connection: Connection) -> None:
    store.put_buttons(connection, [button(1), button(2)])
    store.put_buttons(connection, [button(1, ButtonStatus.WITHDRAWN)])
    assert [(b.id, b.status) for b in store.buttons(connection)] == [
        ("VBR-B-0001", ButtonStatus.WITHDRAWN),
        ("VBR-B-0002", ButtonStatus.ALLOCATED),
    ]


def test_a_rollback_takes_everything_back(connection: Connection, keys: KeyStore) -> None:
    store.put_buttons(connection, [button()])
    store.put_case_files(connection, keys, [case_file()])
    connection.rollback()
    assert store.buttons(connection) == []
    assert store.case_files(connection, keys) == []


def test_no_name_phone_or_word_is_in_the_file(connection: Connection, keys: KeyStore, file: Path) -> None:
    store.put_case_files(connection, keys, [case_file()])
    connection.commit()
    stored = file.read_bytes()
    assert b"2026/0001" in stored
    for personal in (
        "Exemple",
        "Voorbeeld",
        "+32 000",
        "kanarie",
        "jachtgeweer",
        "Ambtsvoorbeeld",
        "dreigde",
    ):
        assert personal.encode() not in stored


def test_earlier_revisions_stay_and_the_latest_is_shown(connection: Connection, keys: KeyStore) -> None:
    store.put_case_files(connection, keys, [case_file(), case_file(revision=2)])
    held = store.case_files(connection, keys)
    assert [one.reference.revision for one in held] == [2]
    first = store.case_file_at(connection, keys, "C-1", 1)
    assert first is not None
    assert first.case_file == case_file()
    assert store.case_file_at(connection, keys, "C-1", 3) is None


@pytest.mark.parametrize("revision", [1, 3])
def test_a_revision_that_does_not_follow_is_refused(
    connection: Connection, keys: KeyStore, revision: int
) -> None:
    store.put_case_files(connection, keys, [case_file()])
    with pytest.raises(store.RevisionConflictError, match="2 is next"):
        store.put_case_files(connection, keys, [case_file(revision=revision)])


def test_with_the_victims_key_destroyed_number_zone_and_perpetrator_still_show(
    connection: Connection, keys: KeyStore
) -> None:
    store.put_case_files(connection, keys, [case_file()])
    store.put_buttons(connection, [button()])
    keys.erase(case_key("C-1"))
    registry = Registry.load(connection, keys)
    held = registry.case_of_button("VBR-B-0001")
    assert held is not None
    assert (held.reference.number, held.reference.file_zone) == ("2026/0001", "5388")
    assert (held.victim, held.case_file) == (None, None)
    assert held.perpetrator == case_file().perpetrator
    assert registry.victims("exemple") == ()
    assert registry.victims("VBR-B-0001") == (held,)


def test_an_erased_case_file_cannot_be_written_anew(connection: Connection, keys: KeyStore) -> None:
    store.put_case_files(connection, keys, [case_file()])
    keys.erase(case_key("C-1"))
    with pytest.raises(Erased):
        store.put_case_files(connection, keys, [case_file(revision=2)])
    assert store.case_file_revisions(connection) == {"C-1": 1}


def test_with_the_perpetrators_key_destroyed_the_victim_still_shows(
    connection: Connection, keys: KeyStore
) -> None:
    store.put_case_files(connection, keys, [case_file()])
    keys.erase(perpetrator_key("P-1"))
    [held] = store.case_files(connection, keys)
    assert held.victim == case_file().victim
    assert (held.perpetrator, held.case_file) == (None, None)


def test_a_sealed_part_moved_to_another_case_counts_as_sealed(connection: Connection, keys: KeyStore) -> None:
    """The key fits an older revision of the same case, but it is not the one the row stands for."""
    store.put_case_files(connection, keys, [case_file(), case_file(revision=2)])
    connection.execute(
        text(
            "UPDATE registry_case_file SET sealed_victim ="
            " (SELECT sealed_victim FROM registry_case_file WHERE revision = 1) WHERE revision = 2"
        )
    )
    [held] = store.case_files(connection, keys)
    assert held.victim is None
    assert held.perpetrator is not None


def test_one_man_and_his_several_victims_are_linked(connection: Connection, keys: KeyStore) -> None:
    store.put_case_files(connection, keys, [case_file(1), case_file(2), case_file(3, "P-2")])
    registry = Registry.load(connection, keys)
    assert [held.reference.id for held in registry.cases_of_perpetrator("P-1")] == ["C-1", "C-2"]
    assert registry.cases_of_perpetrator("P-9") == ()


def test_victims_are_found_by_name_phone_and_button(connection: Connection, keys: KeyStore) -> None:
    store.put_case_files(connection, keys, [case_file(1), case_file(2)])
    store.put_buttons(connection, [button(1, case="C-1"), button(2, case="C-2")])
    registry = Registry.load(connection, keys)

    def found(words: str) -> list[str]:
        return [held.reference.id for held in registry.victims(words)]

    assert found("agnes EXEMPLE2") == ["C-2"]
    assert found("exemple") == ["C-1", "C-2"]
    assert found("vbr-b-0002") == ["C-2"]
    for phone in ("+32 000 00 00 02", "0032000000002", "0000/00.00.02", "000002"):
        assert found(phone) == ["C-2"]
    for nothing in ("", "  ", "nobody", "VBR-B-0009", "+32", "02.", "%", "*"):
        assert found(nothing) == []


def test_a_device_is_proved_by_its_own_token_whatever_its_button(
    connection: Connection, keys: KeyStore
) -> None:
    store.put_buttons(connection, [button(1, ButtonStatus.WITHDRAWN)])
    store.put_credentials(
        connection,
        [
            Credential(kind=CredentialKind.DEVICE, id="VBR-B-0001", digest=digest_of("one")),
            Credential(kind=CredentialKind.DEVICE, id="VBR-B-0999", digest=digest_of("nobody knows it")),
            Credential(kind=CredentialKind.PATROL, id="5388/L-12", digest=digest_of("patrol")),
        ],
    )
    registry = Registry.load(connection, keys)
    assert registry.device_proved("VBR-B-0001", "one")
    assert registry.device_proved("VBR-B-0999", "nobody knows it")
    assert registry.button_status("VBR-B-0999", TODAY) is ButtonStatus.UNKNOWN
    assert registry.patrol_proved("5388/L-12", "patrol")
    for identity, token in (
        ("VBR-B-0001", "patrol"),
        ("VBR-B-0999", "one"),
        ("5388/L-12", "patrol"),
        ("", ""),
    ):
        assert not registry.device_proved(identity, token)
    store.put_credentials(
        connection, [Credential(kind=CredentialKind.DEVICE, id="VBR-B-0001", digest=digest_of("new"))]
    )
    again = Registry.load(connection, keys)
    assert again.device_proved("VBR-B-0001", "new")
    assert not again.device_proved("VBR-B-0001", "one")


def test_a_login_lasts_to_its_end_and_can_be_revoked(connection: Connection) -> None:
    end = NOW + timedelta(hours=12)
    kept = sessions.put_session(connection, "token", "4711", end)
    sessions.put_session(connection, "other", "4711", end)
    sessions.put_session(connection, "third", "3711", NOW + timedelta(milliseconds=1))
    assert sessions.find_session(connection, "token", NOW) == kept
    assert sessions.find_session(connection, "token", end - timedelta(milliseconds=1)) == kept
    assert sessions.find_session(connection, "token", end) is None
    assert sessions.find_session(connection, kept.digest, NOW) is None
    assert sessions.revoke_session(connection, "token")
    assert not sessions.revoke_session(connection, "token")
    assert sessions.find_session(connection, "token", NOW) is None
    assert sessions.find_session(connection, "third", NOW) is not None
    assert sessions.drop_expired_sessions(connection, NOW + timedelta(milliseconds=1)) == 1
    assert sessions.revoke_sessions_of(connection, "4711") == 1
    assert sessions.find_session(connection, "other", NOW) is None


def test_no_token_is_in_the_file(connection: Connection, file: Path) -> None:
    sessions.put_session(connection, "canary-token", "4711", NOW)
    connection.commit()
    assert b"4711" in file.read_bytes()
    assert b"canary-token" not in file.read_bytes()


def test_a_patrol_is_first_seen_free_and_without_a_position() -> None:
    patrol = UNIT.patrol()
    assert (patrol.id, patrol.state, patrol.lon) == ("5388/L-12", PatrolState.FREE, None)
