"""The folder of a demo: its own, swept only when nobody uses it any more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend_stub.stage import LOCK, folder_of
from console.wire.exits import Stop


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def left_behind(temporary: Path, name: str, *, lock: bool = True, old: bool = True) -> Path:
    """A folder as a killed demo leaves it."""
    folder = temporary / name
    folder.mkdir()
    (folder / "demo.db").touch()
    if lock:
        (folder / LOCK).touch()
    if old:
        os.utime(folder, (0, 0))
    return folder


def test_a_temporary_folder_is_private_and_goes_with_its_demo() -> None:
    with folder_of(None) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_what_a_killed_demo_left_is_swept_by_the_next(temporary: Path) -> None:
    left = left_behind(temporary, "msa-demo-left")
    with folder_of(None):
        assert not left.exists()


def test_what_may_be_somebody_elses_is_not_swept(temporary: Path) -> None:
    stay = [
        left_behind(temporary, "msa-demo-new", old=False),
        left_behind(temporary, "msa-demo-without-lock", lock=False),
        left_behind(temporary, "another-program"),
    ]
    with folder_of(None):
        assert [folder for folder in stay if not folder.exists()] == []


def test_a_folder_in_use_is_not_swept() -> None:
    with folder_of(None) as used:
        os.utime(used, (0, 0))
        with folder_of(None) as other:
            assert used.exists()
            assert other != used


def test_a_link_is_not_followed(temporary: Path) -> None:
    mine = left_behind(temporary, "letters")
    link = temporary / "msa-demo-link"
    link.symlink_to(mine)
    os.utime(link, (0, 0), follow_symlinks=False)
    with folder_of(None):
        assert (mine / "demo.db").exists()


def test_a_kept_folder_stays_and_has_one_demo_at_a_time(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend_stub.stage.ENDS_WITHIN_S", 0.05)
    kept = temporary / "a" / "b"
    with (
        folder_of(kept),
        pytest.raises(Stop, match=r"A demo runs in .* already: give another --directory"),
        folder_of(kept),
    ):
        pass
    assert kept.exists()
    with folder_of(kept):
        pass
