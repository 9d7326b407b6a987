"""Settings: the nearest source wins, each value says where it comes from, and a wrong one is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.first_look import config_file
from console.settings import DEFAULT, Settings, load, values_of, variable
from console.wire.exits import ExitCode, Stop


def written(folder: Path, text: str) -> dict[str, str]:
    """The environment of a machine whose settings file has this text."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return {"MSA_CONFIG": str(file)}


def test_without_any_source_the_defaults_apply(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, ""))
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {DEFAULT}


def test_a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default(tmp_path: Path) -> None:
    environment = written(tmp_path, 'operator = "1"\nlanguage = "nl"\n[sound]\nbell = false\n')
    environment |= {"MSA_OPERATOR": "2", "MSA_LANGUAGE": "fr"}
    loaded = load(environment, {"operator": "3", "url": None})
    assert (loaded.settings.operator, loaded.origins["operator"]) == ("3", "--operator")
    assert (loaded.settings.language, loaded.origins["language"]) == ("fr", "MSA_LANGUAGE")
    assert (loaded.settings.sound.bell, loaded.origins["sound.bell"]) == (False, environment["MSA_CONFIG"])
    assert loaded.origins["url"] == DEFAULT


def test_one_limit_can_be_set_and_the_others_stay(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, "[targets]\nacknowledge.amber = 5\n"))
    limits = loaded.settings.targets.acknowledge
    assert (limits.amber, limits.red, limits.breach) == (5, 15, 20)
    assert loaded.origins["targets.acknowledge.red"] == DEFAULT


def test_a_variable_is_read_as_what_the_setting_is(tmp_path: Path) -> None:
    environment = written(tmp_path, "") | {
        "MSA_URL": "ws://127.0.0.1:1, wss://backend.example",
        "MSA_SOUND_BELL": "no",
        "MSA_TARGETS_POSITION_AGE_RED": "90",
        "MSA_KEYMAP": "close=f9,note=ctrl+n",
        "MSA_THEME": "",
    }
    settings = load(environment).settings
    assert settings.url == ("ws://127.0.0.1:1", "wss://backend.example")
    assert settings.sound.bell is False
    assert settings.targets.position_age.red == 90
    assert settings.keymap == {"close": "f9", "note": "ctrl+n"}
    assert settings.theme == "dark"


def test_every_setting_has_a_variable_of_its_own() -> None:
    names = list(values_of(Settings()))
    assert len({variable(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('langage = "nl"', "there is no setting langage; did you mean language?"),
        ("[targets.acknowledge]\nambre = 3", "did you mean targets.acknowledge.amber?"),
        ('language = "es"', "language must be 'nl', 'fr', 'de' or 'en'; it is 'es'."),
        ("[targets.acknowledge]\namber = -3", "targets.acknowledge.amber must be greater than 0; it is -3."),
        (
            "[targets.acknowledge]\namber = 50",
            "targets.acknowledge limits must rise: amber, then red, then breach",
        ),
        ('url = "http://x"', "url must be an address such as ws://127.0.0.1:8765"),
        ('url = ["ws://h:99999"]', "url must be an address"),
        ("url = []", "url must have at least 1 item, not 0; it is []."),
        ("operator = 4711", "operator must be a valid string; it is 4711."),
        ("sound = 3", "sound must be a table; it is 3."),
        ('keymap = "x"', "keymap must be written name=key,name=key; it is 'x'."),
        ("a = = 3", "is not a TOML file"),
    ],
)
def test_a_wrong_file_is_named_with_the_setting_and_what_is_allowed(
    tmp_path: Path, text: str, sentence: str
) -> None:
    environment = written(tmp_path, text)
    with pytest.raises(Stop) as stopped:
        load(environment)
    assert stopped.value.code is ExitCode.BAD_INPUT
    assert stopped.value.sentence.startswith(f"{environment['MSA_CONFIG']}: ")
    assert sentence in stopped.value.sentence


def test_a_wrong_variable_is_named_even_beside_a_good_file(tmp_path: Path) -> None:
    environment = written(tmp_path, "[sound]\nevery_s = 3\n") | {"MSA_SOUND_EVERY_S": "often"}
    with pytest.raises(Stop, match=r"^MSA_SOUND_EVERY_S: sound\.every_s must be a valid number"):
        load(environment)


def test_a_file_that_is_binary_missing_or_a_folder_is_said_to_be_so(tmp_path: Path) -> None:
    binary = tmp_path / "config.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path, reason in (
        (binary, "is not a TOML file"),
        (tmp_path, "cannot be read"),
        (tmp_path / "x", "no such file"),
    ):
        with pytest.raises(Stop, match=reason):
            load({"MSA_CONFIG": str(path)})


def test_without_a_named_file_the_platform_says_where_it_is_and_it_need_not_exist() -> None:
    assert config_file({}).name == "config.toml"
    assert config_file({}).parent.name == "msa"


def msa(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def test_config_show_says_where_each_value_comes_from(tmp_path: Path) -> None:
    environment = written(tmp_path, 'operator = "4711"\n') | {"MSA_LANGUAGE": "nl"}
    lines = dict(line.split(maxsplit=1) for line in msa("config", "show", **environment).stdout.splitlines())
    assert lines["operator"].split() == ["4711", environment["MSA_CONFIG"]]
    assert lines["language"].split() == ["nl", "MSA_LANGUAGE"]
    assert lines["geocoder"].split() == ["none", "default"]
    told = json.loads(msa("config", "show", "--json", **environment).stdout)
    assert told["operator"] == {"value": "4711", "from": environment["MSA_CONFIG"]}
    assert set(told) == set(values_of(Settings()))
    assert msa("config", "path", **environment).stdout.strip() == environment["MSA_CONFIG"]


def test_config_show_refuses_a_wrong_value_with_3_and_one_line(tmp_path: Path) -> None:
    run = msa("config", "show", **written(tmp_path, 'theme = "pink"'))
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr.count("\n") == 1
    assert "theme must be" in run.stderr


def test_the_example_changes_nothing_until_a_line_is_taken_into_use(tmp_path: Path) -> None:
    example = msa("config", "example").stdout
    assert load(written(tmp_path, example)).settings == Settings()
    in_use = "\n".join(line.removeprefix("# ") if " = " in line else line for line in example.splitlines())
    assert load(written(tmp_path, in_use)).settings == Settings()
    for name in values_of(Settings()):
        assert name.rpartition(".")[2] in example
