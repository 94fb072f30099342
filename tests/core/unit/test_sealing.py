"""Encrypted values: opened by their own key, for their own purpose, and otherwise not at all."""

from __future__ import annotations

import pytest

from gadong.core.domain.problem import Conflict
from gadong.core.services.sealing import Keyring, is_sealed

OLD, NEW = "o" * 15 + "1", "n" * 15 + "1"


def test_it_opens_by_its_key_and_shows_nothing() -> None:
    sealed = Keyring((OLD,)).seal("12345678 암호", "code of x")
    assert is_sealed(sealed)
    assert "12345678" not in sealed
    assert Keyring((OLD,)).open(sealed, "code of x") == "12345678 암호"
    assert Keyring((OLD,)).seal("12345678 암호", "code of x") != sealed


def test_the_first_key_seals_and_each_opens() -> None:
    old, both, new = Keyring((OLD,)), Keyring((NEW, OLD)), Keyring((NEW,))
    sealed = old.seal("x", "a")
    assert both.open(sealed, "a") == "x"
    assert (old.is_present(sealed), both.is_present(sealed)) == (True, False)
    again = both.seal(both.open(sealed, "a"), "a")
    assert new.open(again, "a") == "x"
    with pytest.raises(Conflict, match="No key opens this"):
        new.open(sealed, "a")


@pytest.mark.parametrize("at", [0, 9, 18, 30, -2])
def test_what_was_changed_does_not_open(at: int) -> None:
    keys = Keyring((OLD,))
    sealed = keys.seal("x" * 20, "a")
    at %= len(sealed)
    other = "A" if sealed[at] != "A" else "B"
    with pytest.raises(Conflict):
        keys.open(sealed[:at] + other + sealed[at + 1 :], "a")


def test_it_opens_as_what_it_is_alone() -> None:
    keys = Keyring((OLD,))
    with pytest.raises(Conflict, match="changed"):
        keys.open(keys.seal("x", "code of one printer"), "code of another printer")


@pytest.mark.parametrize(
    "text", ["", "x", "sealed:1:", "sealed:1:00000000:", "sealed:2:00000000:AAAA"]
)
def test_what_nobody_sealed_does_not_open(text: str) -> None:
    with pytest.raises(Conflict):
        Keyring((OLD,)).open(text, "a")


@pytest.mark.parametrize(("length", "is_enough"), [(0, False), (15, False), (16, True), (17, True)])
def test_a_key_has_sixteen_characters(length: int, is_enough: bool) -> None:
    keys = Keyring.of("", "k" * length)
    assert keys.can_seal is is_enough
    if is_enough:
        assert keys.open(keys.seal("x", "a"), "a") == "x"
    else:
        with pytest.raises(Conflict, match="GADONG_SECRET"):
            keys.seal("x", "a")


def test_keys_of_their_own_come_before_the_secret() -> None:
    assert Keyring.of(f" {NEW}, {OLD} ,", "s" * 16).words == (NEW, OLD)
    assert Keyring.of("", "s" * 16).words == ("s" * 16,)
    assert Keyring.of("", "").words == ()
