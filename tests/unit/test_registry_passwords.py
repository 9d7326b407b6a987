"""Passwords (S4): what may be chosen, and that an unknown operator is answered like a wrong password."""

from unittest.mock import patch

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from backend_stub.registry.passwords import (
    Cost,
    PasswordFault,
    Passwords,
    made_up_password,
    password_fault,
)
from backend_stub.registry.tokens import digest_of, fits, new_token

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(CHEAP)


def test_the_right_password_opens_and_any_other_does_not(passwords: Passwords) -> None:
    kept = passwords.hash("vier woorden ohne sens")
    assert passwords.verify(kept, "vier woorden ohne sens")
    for wrong in ("vier woorden ohne sen", "", "Vier woorden ohne sens", "\ud800", "x" * 100_000):
        assert not passwords.verify(kept, wrong)


def test_what_is_kept_is_salted_argon2id(passwords: Passwords) -> None:
    first, second = passwords.hash("vier woorden ohne sens"), passwords.hash("vier woorden ohne sens")
    assert first != second
    assert extract_parameters(first).type is Type.ID
    assert (
        extract_parameters(Passwords().hash("vier woorden ohne sens")).memory_cost >= 19_456
    )  # OWASP's least


def test_an_unknown_operator_costs_the_same_hash_as_a_wrong_password(passwords: Passwords) -> None:
    """The same work is done: one verification, of a hash with the same parameters."""
    kept = passwords.hash("vier woorden ohne sens")
    checked: list[str] = []
    real = PasswordHasher.verify

    def watched(self: PasswordHasher, hash: str | bytes, password: str | bytes) -> bool:
        checked.append(str(hash))
        return real(self, hash, password)

    with patch.object(PasswordHasher, "verify", watched):
        answers = [passwords.verify(kept, "wrong password"), passwords.verify(None, "wrong password")]
    assert answers == [False, False]
    assert len(checked) == 2
    assert extract_parameters(checked[0]) == extract_parameters(checked[1])


def test_no_password_opens_an_account_without_one(passwords: Passwords) -> None:
    for word in ("", "None", "vier woorden ohne sens"):
        assert passwords.verify(None, word) is False
        assert passwords.verify("", word) is False
        assert passwords.verify("no hash at all", word) is False


def test_the_same_characters_typed_on_another_keyboard_open(passwords: Passwords) -> None:
    assert passwords.verify(passwords.hash("caf\u00e9 vijf woorden"), "cafe\u0301 vijf woorden")


def test_a_hash_of_another_cost_is_outdated(passwords: Passwords) -> None:
    assert not passwords.outdated(passwords.hash("vier woorden ohne sens"))
    assert Passwords(Cost(2, 64, 1)).outdated(passwords.hash("vier woorden ohne sens"))


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("elf tekens.", PasswordFault.TOO_SHORT),
        ("x" * 257, PasswordFault.TOO_LONG),
        ("wachtwoord123!", PasswordFault.COMMON),
        ("M0tdeP@sse2026", PasswordFault.COMMON),
        ("AzertyUiop12", PasswordFault.COMMON),
        ("politie leuven", PasswordFault.COMMON),
        ("aaaaaaaaaaaaaaaa", PasswordFault.COMMON),
        ("abcabcabcabc", PasswordFault.COMMON),
        ("123456789012", PasswordFault.COMMON),
        ("010119800101", PasswordFault.COMMON),
        ("bcdefghijklmno", PasswordFault.COMMON),
        ("O. Voorbeeld 4711", PasswordFault.OWN_NAME),
        ("twaalf teken", None),
        ("vier woorden ohne sens", None),
        ("correct horse battery staple", None),
        ("🦊🌊🧭🪵🎈🥨🚲🪁🧊🔭🥝🪗", None),
        ("ж" * 3 + "длинныйпароль", None),
        ("k3" + "Xv9!pq-" * 8 + "zzQT21", None),  # 64 characters
    ],
)
def test_the_rule_on_passwords(password: str, fault: PasswordFault | None) -> None:
    assert password_fault(password, "4711", "O. Voorbeeld") is fault


def test_each_fault_says_what_to_do() -> None:
    for fault in PasswordFault:
        assert "take" in fault.sentence


def test_a_made_up_password_may_be_chosen_and_differs_each_time() -> None:
    made = {made_up_password() for _ in range(50)}
    assert len(made) == 50
    assert all(password_fault(password) is None for password in made)


def test_a_token_has_enough_randomness_and_only_its_own_digest_fits() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) * 6 >= 128
    token = tokens.pop()
    assert fits(token, digest_of(token))
    assert token not in digest_of(token)
    assert not any(fits(other, digest_of(token)) for other in [*tokens, "", digest_of(token)])
    assert not fits("", "")
