"""The chain of a control room from a file: what it leaves out is as it was, and the documents tell the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_stub.chain_file import read_chains
from console.domain.chain import DEFAULT, Chain, Chains
from console.wire.exits import Stop

WIRE = Path(__file__).parents[2] / "docs" / "wire.md"


def read(tmp_path: Path, text: str) -> Chains:
    path = tmp_path / "chain.toml"
    path.write_text(text)
    return read_chains(path)


def test_without_a_file_every_room_has_the_chain_of_the_package() -> None:
    assert read_chains(None).of("LUX") == DEFAULT


def test_a_room_says_only_what_is_different_and_takes_the_rest_from_the_default_of_the_file(
    tmp_path: Path,
) -> None:
    chains = read(tmp_path, "[default]\nunsent = 90\n[BRU]\nofficer_on_call = false\nneighbour = 45\n")
    assert chains.of("BRU") == Chain(officer_on_call=None, neighbour=45, unsent=90)
    assert chains.of("VBR") == Chain(unsent=90)


def test_the_example_of_the_documents_is_the_default(tmp_path: Path) -> None:
    example = WIRE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    chains = read(tmp_path, example)
    assert chains.default == DEFAULT
    assert chains.of("VBR") == Chain(officer_on_call=None, room="ANT")


def test_a_step_that_cannot_be_left_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(Stop, match=r"\[VBR\] supervisor: must be a valid number"):
        read(tmp_path, "[VBR]\nsupervisor = false")
