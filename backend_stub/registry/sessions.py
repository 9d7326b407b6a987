"""Logins: token digests with an end, so that a console resumes after a restart and can be shut out at once."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from backend_stub.registry.records import Session
from backend_stub.registry.tables import SessionRow
from backend_stub.registry.tokens import digest_of


def put_session(connection: Connection, token: str, operator: str, expires_at: datetime) -> Session:
    """Keep a login under the digest of its token; ``expires_at`` carries a time zone."""
    session = Session(digest=digest_of(token), operator=operator, expires_at=expires_at)
    connection.execute(
        insert(SessionRow),
        {"digest": session.digest, "operator": operator, "expires_ms": _ms(session.expires_at)},
    )
    return session


def find_session(connection: Connection, token: str, now: datetime) -> Session | None:
    """Find the login of a token; None: never made, revoked, or past its end (which is not part of it)."""
    wanted = select(SessionRow).where(
        col(SessionRow.digest) == digest_of(token), col(SessionRow.expires_ms) > _ms(now)
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    return Session(
        digest=row.digest,
        operator=row.operator,
        expires_at=datetime.fromtimestamp(row.expires_ms // 1000, UTC).replace(
            microsecond=row.expires_ms % 1000 * 1000
        ),
    )


def revoke_session(connection: Connection, token: str) -> bool:
    """End one login (logout); say whether there was one."""
    done = connection.execute(delete(SessionRow).where(col(SessionRow.digest) == digest_of(token)))
    return done.rowcount > 0


def revoke_sessions_of(connection: Connection, operator: str) -> int:
    """End every login of an operator (disabled, role changed, password changed); say how many."""
    return connection.execute(delete(SessionRow).where(col(SessionRow.operator) == operator)).rowcount


def drop_expired_sessions(connection: Connection, now: datetime) -> int:
    """Forget logins past their end; say how many."""
    return connection.execute(delete(SessionRow).where(col(SessionRow.expires_ms) <= _ms(now))).rowcount


def _ms(moment: datetime) -> int:
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
