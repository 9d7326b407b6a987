"""Where a console may connect to (S1, S2)."""

import pytest

from console.link.address import console_url


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("ws://127.0.0.1:8765", "ws://127.0.0.1:8765/console"),
        ("ws://localhost:8765/", "ws://localhost:8765/console"),
        ("ws://[::1]:8765", "ws://[::1]:8765/console"),
        ("wss://backend.example", "wss://backend.example/console"),
        ("wss://backend.example/room?x=1#y", "wss://backend.example/room"),
    ],
)
def test_an_address_is_completed(given: str, made: str) -> None:
    assert console_url(given) == made


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("ws://backend.example:8765", "not encrypted"),
        ("ws://127.0.0.1.evil.example", "not encrypted"),
        ("http://127.0.0.1", "no address of a backend"),
        ("wss://", "no address of a backend"),
        ("wss://4711:secret@backend.example", "does not belong"),
        ("wss://backend.example:99999", "out of range"),
        ("wss://backend.example:0", "no port"),
        ("ws://[::1", "IPv6"),
    ],
)
def test_what_is_none_says_why_and_repeats_no_password(given: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        console_url(given)
    assert "secret" not in str(refused.value)
