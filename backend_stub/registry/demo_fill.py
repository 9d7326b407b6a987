"""Write the demo's content into a registry, and give out the tokens of its devices and patrols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection

from backend_stub.registry import store
from backend_stub.registry.demo import DemoContent
from backend_stub.registry.records import Credential, CredentialKind
from backend_stub.registry.sealing import Sealer
from backend_stub.registry.tables import create_tables
from backend_stub.registry.tokens import Tokens, digest_of, new_token


def fill(
    connection: Connection,
    sealer: Sealer,
    content: DemoContent,
    password_hashes: Mapping[str, str],
    make_token: Callable[[], str] = new_token,
) -> Tokens:
    """Write what is missing and leave what is there; call it inside a transaction of the writer.

    ``password_hashes``: argon2id hash by operator id, made beforehand off the loop. They are set on every
    call, so that the password printed at this start is the one that opens; what else was changed in an
    account stays. Returns the tokens made by this call: all of them in an empty registry, none in a full one.
    """
    create_tables(connection)
    known = {account.id: account for account in store.accounts(connection)}
    accounts = [known.get(account.id, account) for account in content.accounts]
    store.put_accounts(
        connection,
        (
            account.model_copy(
                update={"password_hash": password_hashes.get(account.id, account.password_hash)}
            )
            for account in accounts
        ),
    )
    buttons = {button.id for button in store.buttons(connection)}
    store.put_buttons(connection, (button for button in content.buttons if button.id not in buttons))
    units = {unit.id for unit in store.patrols(connection)}
    store.put_patrols(connection, (unit for unit in content.patrols if unit.id not in units))
    files = store.case_file_revisions(connection)
    store.put_case_files(connection, sealer, [file for file in content.case_files if file.id not in files])
    have_device = set(store.credential_ids(connection, CredentialKind.DEVICE))
    have_patrol = set(store.credential_ids(connection, CredentialKind.PATROL))
    return issue_tokens(
        connection,
        (device for device in content.devices if device not in have_device),
        (unit.id for unit in content.patrols if unit.id not in have_patrol),
        make_token,
    )


def issue_tokens(
    connection: Connection,
    devices: Iterable[str],
    patrols: Iterable[str],
    make_token: Callable[[], str] = new_token,
) -> Tokens:
    """Make new tokens, for example when the token file was lost; older ones are worth nothing afterwards."""
    tokens = Tokens(
        devices={device: make_token() for device in devices},
        patrols={patrol: make_token() for patrol in patrols},
    )
    store.put_credentials(
        connection,
        [
            Credential(kind=kind, id=identity, digest=digest_of(token))
            for kind, given in (
                (CredentialKind.DEVICE, tokens.devices),
                (CredentialKind.PATROL, tokens.patrols),
            )
            for identity, token in given.items()
        ],
    )
    return tokens
