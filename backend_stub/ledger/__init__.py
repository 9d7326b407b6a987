"""The ledger: one append-only log of everything that happened (`docs/ledger.md`)."""

from backend_stub.ledger.chain import Head, Verdict
from backend_stub.ledger.errors import DatabaseError, InUse, NotStored
from backend_stub.ledger.keys import Erased, KeyStore, intervention_key
from backend_stub.ledger.ledger import Ledger
from backend_stub.ledger.memory import FeedKind, FeedRow
from backend_stub.ledger.proof import export, verify
from backend_stub.ledger.reader import Picture, Reader, Seen
from backend_stub.ledger.sealing import sealed_of
from backend_stub.ledger.store import Lock, start_epoch
from backend_stub.ledger.transaction import DoneCommand, SeenPress, Transaction
from console.domain.values import Mode

__all__ = [
    "DatabaseError",
    "DoneCommand",
    "Erased",
    "FeedKind",
    "FeedRow",
    "Head",
    "InUse",
    "KeyStore",
    "Ledger",
    "Lock",
    "Mode",
    "NotStored",
    "Picture",
    "Reader",
    "Seen",
    "SeenPress",
    "Transaction",
    "Verdict",
    "export",
    "intervention_key",
    "sealed_of",
    "start_epoch",
    "verify",
]
