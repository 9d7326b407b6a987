"""A setting is changed in the text of the file, and nothing else in it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from console.settings import Settings, load, values_of
from console.settings_file import (
    NotAllowedError,
    NotWrittenError,
    OwnSettings,
    choices,
    limits,
    notes,
    rewritten,
    shown,
)

FILE = """\
# ours, since 2026
url = [
  "ws://one.example:1",  # the first
  "ws://two.example:2",
]
theme = "light" # daylight
later_version = { x = 1 }

[sound]
# loud enough
every_s = 3

[targets]
acknowledge.amber = 5

[targets.send]
red = 50

[keymap]
"map.fit" = "f11"
"""


def test_every_setting_says_what_it_is_and_what_it_may_be() -> None:
    assert set(notes()) == set(values_of(Settings()))
    assert all(notes().values())
    assert choices("theme") == ("dark", "light", "high-contrast", "colour-blind", "monochrome")
    assert choices("language") == ("", "nl", "fr", "de", "en")
    assert choices("sound.bell") == ("yes", "no")
    assert limits("lock_after") == ("number", 0, 1440)
    assert [limits(name)[0] for name in ("url", "keymap", "zones", "operator")] == [
        "addresses",
        "keys",
        "path",
        "text",
    ]


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("theme", "monochrome", 'theme = "light" # daylight\n', ""),
        (
            "url",
            ("ws://b.example:1",),
            'url = [\n  "ws://one.example:1",  # the first\n  "ws://two.example:2",\n]\n',
            "",
        ),
        ("sound.every_s", 1.5, "every_s = 3\n", ""),
        ("targets.acknowledge.amber", 7.0, "acknowledge.amber = 5\n", ""),
        ("targets.send.red", 55.0, "red = 50\n", ""),
    ],
)
def test_only_the_line_of_the_setting_changes(name: str, value: object, old: str, new: str) -> None:
    after = rewritten(FILE, name, value)
    without = [line for line in after.splitlines() if line not in FILE.splitlines()]
    assert len(without) == 1
    assert sorted(after.replace(without[0] + "\n", "").splitlines()) == sorted(
        FILE.replace(old, new).splitlines()
    )
    assert rewritten(FILE, name, None) == FILE.replace(old, new)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    file = tmp_path / "msa" / "config.toml"
    file.parent.mkdir()
    file.write_text(FILE.replace("later_version = { x = 1 }\n", ""), encoding="utf-8")
    file.chmod(0o640)
    own = OwnSettings({"MSA_CONFIG": str(file)}, {})
    for name, text in {
        "theme": "high-contrast",
        "language": "fr",
        "sound.bell": "no",
        "sound.command": 'play "a b.wav"',
        "lock_after": "2.5",
        "targets.health.breach": "999999",
        "url": "ws://a.example:1, wss://b.example",
        "keymap": "map.fit=f4,note=ctrl+k",
        "zones": "/srv/zones.geojson",
    }.items():
        own.change(name, text)
        assert shown(values_of(own.loaded().settings)[name]).replace(", ", ",") == text.replace(", ", ",")
        assert own.loaded().origins[name] == str(file)
    assert "# ours, since 2026" in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    own.change("language", "")
    assert own.loaded().origins["language"] == "default"


def test_a_first_setting_makes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    own = OwnSettings({"MSA_CONFIG": str(file)}, {})
    file.parent.mkdir()
    file.touch()
    own.change("sound.bell", "no")
    assert file.read_text(encoding="utf-8") == "[sound]\nbell = false\n"
    assert load({"MSA_CONFIG": str(file)}).settings.sound.bell is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lock_after", "-1"),
        ("lock_after", "ten"),
        ("url", "http://x"),
        ("targets.send.amber", "90"),
        ("theme", "pink"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_the_file_stays(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(NotAllowedError):
        OwnSettings({"MSA_CONFIG": str(file)}, {}).change(name, text)
    assert file.read_text(encoding="utf-8") == "# mine\n"


def test_what_only_a_person_can_change_is_refused_and_stays() -> None:
    with pytest.raises(NotWrittenError):
        rewritten("sound = { bell = true, every_s = 4 }\n", "sound.bell", False)


def test_a_flag_goes_before_the_file_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.touch()
    own = OwnSettings({"MSA_CONFIG": str(file), "MSA_THEME": "light"}, {})
    own.change("theme", "monochrome")
    assert own.loaded().settings.theme == "light"
    assert own.loaded().origins["theme"] == "MSA_THEME"
