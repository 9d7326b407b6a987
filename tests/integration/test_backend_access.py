"""Who comes in, who stays, and what a monitor sees (S1, S2, S4)."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from backend_stub.cli import ABOUT, COMMANDS
from backend_stub.ledger import DatabaseError, Ledger
from backend_stub.running import Wanted, run
from console.domain import commands as c
from console.wire import console_frames as f
from console.wire.exits import Stop
from console.wire.limits import LOGOUT, CloseCode
from console.wire.program import run_program
from tests.backend import LEUVEN, PASSWORD, ConsoleClient, RunningBackend, close_code
from tests.programs import msa_stub


async def refused(backend: RunningBackend, login: f.Login) -> tuple[str, int | None]:
    """Code of the notice, and of the close, with which a login is refused."""
    async with backend.socket("/console") as ws:
        await ws.send(login.model_dump_json())
        notice = f.to_console.validate_json(await ws.recv())
        assert isinstance(notice, f.Notice)
        return notice.code, await close_code(ws)


async def test_s4_unknown_operator_and_wrong_password_answer_alike(shared_backend: RunningBackend) -> None:
    wrong = await refused(shared_backend, f.Login(operator="4711", password="not this one at all"))
    unknown = await refused(shared_backend, f.Login(operator="9999", password=PASSWORD))
    nothing = await refused(shared_backend, f.Login(operator="4711"))
    assert wrong == unknown == nothing == ("login_refused", CloseCode.NOT_LOGGED_IN)


async def test_a_token_logs_in_again_also_after_a_restart(backend: RunningBackend) -> None:
    async with backend.console("4711") as console:
        first = console.welcome
    backend.restart()
    async with backend.socket("/console") as ws:
        client = ConsoleClient(ws)
        await client.send(f.Login(operator="4711", token=first.token))
        again = await client.frame(f.Welcome)
    assert (again.ledger, again.journal_key) == (first.ledger, first.journal_key)
    assert len(first.token) * 6 >= 128
    async with backend.console("4711") as console:
        assert console.welcome.token != first.token, "a login with the password makes a new one"
    assert await refused(backend, f.Login(operator="4712", token=first.token)) == (
        "session_over",
        CloseCode.NOT_LOGGED_IN,
    )


async def test_journal_keys_differ_by_operator(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711") as one, shared_backend.console("4712") as two:
        assert one.welcome.journal_key != two.welcome.journal_key


async def test_a_logout_ends_the_token(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4712") as console:
        token = console.welcome.token
        await console.ws.close(1000, LOGOUT)
    answers = []
    for _ in range(100):
        answers.append(await refused_or_in(shared_backend, token))
        if answers[-1] != "in":
            break
        await asyncio.sleep(0.05)
    assert answers[-1] == "session_over"


async def refused_or_in(backend: RunningBackend, token: str) -> str:
    """Try a token: ``in``, or the code of the notice."""
    async with backend.socket("/console") as ws:
        await ws.send(f.Login(operator="4712", token=token).model_dump_json())
        frame = f.to_console.validate_json(await ws.recv())
        return frame.code if isinstance(frame, f.Notice) else "in"


async def test_s2_who_may_no_longer_is_closed_during_the_stream(backend: RunningBackend) -> None:
    changes = {
        "4712": "UPDATE registry_account SET disabled = 1 WHERE id = '4712'",
        "4700": "UPDATE registry_account SET role = 'trainer' WHERE id = '4700'",
        "3711": "DELETE FROM registry_session WHERE operator = '3711'",
    }
    async with backend.console("4711") as other:
        for operator, change in changes.items():
            async with backend.console(operator) as console:
                await asyncio.to_thread(_sql, backend, change)
                await console.frame(f.Notice, lambda notice: notice.code == "logged_out")
                assert await close_code(console.ws) == CloseCode.LOGGED_OUT
        await other.frame(f.Heartbeat)
    disabled = await refused(backend, backend.login("4712"))
    assert disabled == ("login_refused", CloseCode.NOT_LOGGED_IN)


def _sql(backend: RunningBackend, statement: str) -> None:
    with sqlite3.connect(backend.directory / "backend.db", timeout=10) as database:
        database.execute(statement)
    database.close()


async def test_nothing_goes_before_a_login(shared_backend: RunningBackend) -> None:
    async with shared_backend.socket("/console") as ws:
        await ws.send(f.Resume().model_dump_json())
        assert await close_code(ws) == CloseCode.NOT_LOGGED_IN
    async with shared_backend.socket("/console") as ws:
        await ws.send(f.Login(operator="4711", password=PASSWORD, protocol=99).model_dump_json())
        assert await close_code(ws) == CloseCode.VERSION
    async with shared_backend.socket("/console", subprotocols=None) as ws:
        assert await close_code(ws) == CloseCode.VERSION


async def test_s1_s3_origins_and_a_crowd_are_turned_away(idle_backend: RunningBackend) -> None:
    idle_backend.start("--origin", "https://console.example", "--per-address", "3")
    with pytest.raises(InvalidStatus) as refusal:
        async with idle_backend.socket("/console", origin="https://evil.example"):
            pass
    assert refusal.value.response.status_code == 403
    async with idle_backend.socket("/console", origin="https://console.example") as ws:
        await ws.send(idle_backend.login("4711").model_dump_json())
        assert isinstance(f.to_console.validate_json(await ws.recv()), f.Welcome)
        async with idle_backend.console("4712"), idle_backend.device("VBR-B-0101"):
            with pytest.raises(InvalidStatus) as crowd:
                async with idle_backend.socket("/device"):
                    pass
            assert crowd.value.response.status_code == 429
            assert (await asyncio.to_thread(idle_backend.get, "/healthz"))[0] == 200


async def test_what_a_monitor_asks(shared_backend: RunningBackend) -> None:
    async with shared_backend.console("4711"):
        assert await asyncio.to_thread(shared_backend.get, "/healthz") == (200, "ok\n")
        assert await asyncio.to_thread(shared_backend.get, "/readyz") == (200, "ready\n")
        assert await asyncio.to_thread(shared_backend.figure, "consoles") == 1
        status, text = await asyncio.to_thread(shared_backend.get, "/metrics")
        assert status == 200
        assert 'msa_room_consoles{room="VBR"} 1' in text
        assert not any(name in text for name in ("4711", "VBR-B-", "5388")), "nobody's data"
        assert (await asyncio.to_thread(shared_backend.get, "/secrets"))[0] == 404


async def test_files_with_tokens_are_for_their_owner_only(shared_backend: RunningBackend) -> None:
    tokens = shared_backend.url_file.with_name("backend.url.tokens")
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600


async def test_s1_tls(idle_backend: RunningBackend) -> None:
    certificate, key = _certificate(idle_backend.directory)
    idle_backend.start("--tls-cert", str(certificate), "--tls-key", str(key))
    assert idle_backend.url.startswith("wss://")
    trusted = ssl.create_default_context(cafile=str(certificate))
    async with idle_backend.socket("/console", ssl=trusted) as ws:
        await ws.send(idle_backend.login("4711").model_dump_json())
        assert isinstance(f.to_console.validate_json(await ws.recv()), f.Welcome)
    with pytest.raises(ssl.SSLCertVerificationError):
        async with idle_backend.socket("/console", ssl=ssl.create_default_context()):
            pass


def _certificate(directory: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate, key = directory / "cert.pem", directory / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, key


def test_a_port_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = msa_stub("serve", "--port", port, "--database", f"sqlite:///{tmp_path / 'new.db'}")
    assert ended.code == 3
    assert ended.err.splitlines()[-1].startswith("msa-stub: The port is in use")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--host", "0.0.0.0"), "needs TLS"),
        (("--host", "meldkamer.example"), "needs TLS"),
        (("--tls-cert", "x.pem"), "TLS needs both --tls-cert and --tls-key"),
        (("--fallback-room", "XYZ"), "XYZ is no control room"),
        (("--sirens", "/nowhere.toml"), "there is no such file; --sirens names it"),
    ],
)
def test_options_that_do_not_fit_are_said_in_a_sentence(
    options: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_program("msa-stub", ABOUT, COMMANDS, ("serve", *options)) == 3
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("database", "zones", "sentence"),
    [
        ("sqlite:///{text}", None, "is no database: give another --database"),
        ("mysql://x", None, "write sqlite:///path/to/file.db"),
        ("sqlite:////proc/none/new.db", None, "cannot be"),
        ("sqlite:///{new}", "{text}", "not JSON"),
        ("sqlite:///{new}", "/nowhere.geojson", "is not there"),
    ],
)
def test_a_database_or_a_map_that_is_none_is_said_in_a_sentence(
    tmp_path: Path, database: str, zones: str | None, sentence: str
) -> None:
    text = tmp_path / "text.db"
    text.write_text("this is neither\n" * 500)
    names = {"text": text, "new": tmp_path / "new.db"}
    wanted = Wanted(
        host="127.0.0.1",
        port=0,
        database=database.format(**names),
        demo=False,
        zones=Path(zones.format(**names)) if zones else None,
    )
    with pytest.raises(Stop, match=sentence):
        run(wanted)


def test_a_second_backend_on_the_same_database_is_refused(shared_backend: RunningBackend) -> None:
    with pytest.raises(DatabaseError, match="in use by another backend"):
        Ledger.open(shared_backend.database)


async def test_buttons_and_ledger_are_read_beside_a_running_backend(backend: RunningBackend) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(state.id, c.Acknowledge())

        def read() -> None:
            rows = msa_stub("buttons", "list", "--database", backend.database, "--json").out.splitlines()
            found = [json.loads(row) for row in rows]
            assert sum(row["stock"] == "VBR" for row in found) == 190
            assert {"id", "status", "case_file"} <= found[0].keys()
            verdict = json.loads(msa_stub("ledger", "verify", "--database", backend.database, "--json").out)
            assert (verdict["ok"], verdict["records"]) == (True, 3)
            exported = msa_stub(
                "ledger", "export", "--database", backend.database, "--intervention", state.number
            )
            types = [json.loads(line)["event"]["body"]["type"] for line in exported.out.splitlines()]
            assert types == ["alarm.raised", "zone.allocated", "intervention.acknowledged"]
            missing = msa_stub(
                "ledger", "export", "--database", backend.database, "--intervention", "VBR-2026-9999"
            )
            assert missing.code == 3
            assert "no intervention" in missing.err

        await asyncio.to_thread(read)


def test_a_demo_makes_up_its_password_prints_it_and_ends_with_the_pipe_it_hangs_on(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "MSA_DEMO_PASSWORD"}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "backend_stub",
            "serve",
            "--demo",
            "--port=0",
            "--until-pipe-closes",
            f"--database=sqlite:///{tmp_path / 'd.db'}",
            f"--url-file={tmp_path / 'url'}",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    password = process.stdout.readline().strip().rpartition(": ")[2]
    assert len(password) >= 12
    assert process.stdout.readline().startswith("listening on ws://127.0.0.1:")
    process.communicate(timeout=30)  # closes its stdin
    assert process.returncode == 0
