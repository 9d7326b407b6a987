"""Reading a scenario: YAML to `Scenario`, and every error with its line and what to do.

PyYAML is loaded here and nowhere else. Anchors are refused: a few of them can stand for more than fits into memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from console.wire.scenario import Injects, Scenario, faults_of
from console.wire.zones_file import packaged_bytes

M = TypeVar("M", bound=BaseModel)

LONGEST_BYTES: Final = 512 * 1024
FOLDER: Final = "scenarios"
INJECTS: Final = "injects.yaml"


@dataclass(frozen=True)
class ScenarioFault:
    """One thing that is wrong. ``line`` counts from 1."""

    line: int
    where: str
    wrong: str


class ScenarioError(Exception):
    """A scenario that cannot be used. ``name`` is the file; `faults` say where and what to do."""

    def __init__(self, name: str, faults: Sequence[ScenarioFault]) -> None:
        self.name, self.faults = name, tuple(faults)
        super().__init__("\n".join(self.sentences()))

    def sentences(self) -> Iterator[str]:
        """One line for each fault: file, line, what is wrong."""
        for fault in self.faults:
            where = f" {fault.where}:" if fault.where else ""
            yield f"{self.name}, line {fault.line}:{where} {fault.wrong}"


def read_scenario(text: bytes, name: str) -> Scenario:
    """Read a scenario; ``name`` is what the errors call it.

    Raises:
        ScenarioError: it is none; every fault has its line.
    """
    node, scenario = _read(text, name, Scenario)
    faults = [
        ScenarioFault(_line(node, where), _dotted(where), wrong)
        for where, wrong in faults_of(scenario, shipped_injects())
    ]
    if faults:
        raise ScenarioError(name, sorted(faults, key=lambda fault: fault.line))
    return scenario


def scenario_from(named: str) -> Scenario:
    """A scenario that ships, by its name, or the file at a path.

    Raises:
        ScenarioError: there is none, or it cannot be used.
    """
    if named in shipped_names():
        return read_scenario(packaged_bytes(f"{FOLDER}/{named}.yaml"), f"{named}.yaml")
    path = Path(named)
    try:
        with path.open("rb") as file:
            text = file.read(LONGEST_BYTES + 1)
    except OSError as error:
        if "/" not in named and not path.suffix:
            known = ", ".join(shipped_names())
            wrong = f"there is no scenario of this name and no such file; the names are {known}"
        else:
            wrong = f"it cannot be read ({(error.strerror or 'the system refuses').lower()})"
        raise ScenarioError(named, [ScenarioFault(1, "", wrong)]) from None
    return read_scenario(text, path.name)


@cache
def shipped_names() -> tuple[str, ...]:
    """Names of the scenarios that ship, in the order of their names."""
    package = files("console")
    for folder in (package.joinpath("_data", FOLDER), Path(str(package)).parent / "data" / FOLDER):
        if folder.is_dir():
            return tuple(sorted(one.name[:-5] for one in folder.iterdir() if one.name.endswith(".yaml")))
    return ()


def shipped_scenarios() -> tuple[Scenario, ...]:
    """The scenarios that ship, from easy to hard.

    Raises:
        ScenarioError: one of them cannot be used.
    """
    found = [scenario_from(name) for name in shipped_names()]
    return tuple(sorted(found, key=lambda one: (one.level, one.name)))


@cache
def shipped_injects() -> Injects:
    """The injects that every scenario has."""
    return _read(packaged_bytes(INJECTS), INJECTS, Injects)[1]


def _read(text: bytes, name: str, model: type[M]) -> tuple[yaml.Node, M]:
    node, data = _parsed(text, name)
    try:
        return node, model.model_validate(data)
    except ValidationError as wrong:
        faults = []
        for error in wrong.errors(include_url=False):
            where = _in_file(error["loc"])
            faults.append(ScenarioFault(_line(node, where), _dotted(where), _sentence(error)))
        unique = dict.fromkeys(sorted(faults, key=lambda fault: fault.line))
        raise ScenarioError(name, tuple(unique)) from None


def _parsed(text: bytes, name: str) -> tuple[yaml.Node, Any]:
    if len(text) > LONGEST_BYTES:
        wrong = f"a scenario has at most {LONGEST_BYTES // 1024} KiB"
        raise ScenarioError(name, [ScenarioFault(1, "", wrong)])
    try:
        words = text.decode("utf-8")
        for event in yaml.parse(words, Loader=yaml.SafeLoader):
            anchor = getattr(event, "anchor", None)
            if anchor is not None:
                line = _line_of(event.start_mark)
                wrong = f"anchors and aliases ({anchor}) are not used here: write it out"
                raise ScenarioError(name, [ScenarioFault(line, "", wrong)])
        node = yaml.compose(words, Loader=yaml.SafeLoader)
        if not isinstance(node, yaml.MappingNode):
            raise ScenarioError(name, [ScenarioFault(1, "", "a scenario is a list of keys with values")])
        _no_key_twice(node, name)
        return node, yaml.safe_load(words)
    except UnicodeDecodeError:
        raise ScenarioError(name, [ScenarioFault(1, "", "it is not text in UTF-8")]) from None
    except yaml.MarkedYAMLError as error:
        line = _line_of(error.problem_mark or error.context_mark)
        wrong = f"it is no YAML ({error.problem or error.context}): look at indents, colons and quotes"
        raise ScenarioError(name, [ScenarioFault(line, "", wrong)]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        wrong = f"it is no YAML ({' '.join(str(error).split())[:120]})"
        raise ScenarioError(name, [ScenarioFault(1, "", wrong)]) from None


def _line_of(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


def _no_key_twice(node: yaml.Node, name: str) -> None:
    """YAML would take the last of two silently."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, yaml.SequenceNode):
            waiting += one.value
        elif isinstance(one, yaml.MappingNode):
            seen = set()
            for key, value in one.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise ScenarioError(
                        name, [ScenarioFault(line, "", f"{key.value} stands here twice: keep one of them")]
                    )
                seen.add(key.value)
                waiting.append(value)


def _line(node: yaml.Node, where: Sequence[str | int]) -> int:
    """The line of what stands at a path, or of the nearest thing around it."""
    line = node.start_mark.line + 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        # else: pydantic names the kind of a step (its `do`), which is no place in the file
    return line


def _in_file(where: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A path of pydantic without what is no key of the file: the kind of a union."""
    kept: list[str | int] = []
    before: str | int = ""
    for part in where:
        is_kind = isinstance(before, int) and part in _KINDS and kept[0] in {"timeline", "injects", "stories"}
        before = part
        if is_kind:
            continue
        if part in {"Point", "str", "constrained-str"} or (isinstance(part, str) and "[" in part):
            continue
        kept.append(part)
    return tuple(kept)


_KINDS: Final = frozenset(
    "press line caption chat cancel sees lose_fix stuck silent move jump false_fix patrol_busy patrol_free "
    "patrol_slow patrol_sees radio told colleague cut_link flood inject mark".split()
)


def _dotted(where: Sequence[str | int]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in where)


def _sentence(error: Any) -> str:
    """What pydantic found, as a sentence that says what to do."""
    kind, given = error["type"], error.get("input")
    shown = "" if isinstance(given, dict | list | tuple) or given is None else f" (here: {str(given)[:60]!r})"
    match kind:
        case "missing":
            return "this is missing: write it"
        case "extra_forbidden":
            return "there is no such key: correct its spelling or leave it out"
        case "union_tag_invalid" | "union_tag_not_found":
            return f"do: must be one of {', '.join(sorted(_KINDS))}"
    said = re.sub(r"^Value error, ", "", error["msg"])
    said = said.replace("Input should be", "it must be").replace("String should", "it must")
    return said[:1].lower() + said[1:] + shown
