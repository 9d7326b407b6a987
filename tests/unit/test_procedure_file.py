"""Procedures as data: what a control room may change, and what it may not."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.procedure import STANDING, AlarmKind, ProcedureStep, StepCode
from console.domain.procedure_file import LANGUAGES, ProcedureFileError, read_procedures
from console.wire.procedures_file import PACKAGED, shipped_procedures
from console.wire.zones_file import packaged_bytes

SHIPPED: dict[str, Any] = json.loads(packaged_bytes(PACKAGED))


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """The shipped file, changed."""
    file = copy.deepcopy(SHIPPED)
    change(file)
    return json.dumps(file)


def faults(change: Callable[[dict[str, Any]], object]) -> str:
    with pytest.raises(ProcedureFileError) as wrong:
        read_procedures(changed(change))
    return str(wrong.value)


def press(file: dict[str, Any], step: int) -> dict[str, Any]:
    made: dict[str, Any] = file["procedures"]["press"][step]
    return made


def test_what_ships_is_the_order_of_the_rules_with_a_reason_in_every_language() -> None:
    shipped = shipped_procedures()
    for kind in AlarmKind:
        assert [(one.step, one.who, one.by, one.key) for one in shipped[kind]] == [
            (one.step, one.who, one.by, one.key) for one in STANDING[kind]
        ]
        assert all(set(one.reason) == set(LANGUAGES) for one in shipped[kind])


def test_a_control_room_may_order_the_steps_and_say_who_by_when_and_why() -> None:
    def ours(file: dict[str, Any]) -> None:
        steps = file["procedures"]["press"]
        steps.insert(1, steps.pop(3))
        steps[1] |= {"who": "officer", "by": None, "reason": "Eerst bij haar kijken."}
        press(file, 0)["key"] = False

    step = read_procedures(changed(ours))[AlarmKind.PRESS][1]
    assert (step.step, step.who, step.by) == (StepCode.WELFARE_CHECK, "officer", None)
    assert step.reason["fr"] == "Eerst bij haar kijken."
    assert not read_procedures(changed(ours))[AlarmKind.PRESS][0].key


@pytest.mark.parametrize("step", ["close", "cancel", "ring", "unmute", "release"])
def test_no_file_makes_the_key_for_the_next_step_do_what_it_never_does(step: str) -> None:
    said = faults(lambda file: press(file, 2).update(step=step, key=True))
    assert f"press, step 3: the key for the next step never does {step} (W16)" in said


def test_the_key_stays_refused_where_no_file_is_read() -> None:
    with pytest.raises(ValueError, match="never does close"):
        ProcedureStep(StepCode.CLOSE, STANDING[AlarmKind.PRESS][0].who, key=True)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda file: file["procedures"]["press"].pop(3), "press: the step welfare_check is missing"),
        (
            lambda file: file["procedures"]["press"].append(press(file, 0)),
            "press: the step acknowledge stands twice",
        ),
        (lambda file: file["procedures"]["press"].reverse(), "press: acknowledge comes first"),
        (
            lambda file: (
                file["procedures"]["press"].insert(2, press(file, 6)) or file["procedures"]["press"].pop()
            ),
            "wait_arrival comes last",
        ),
        (lambda file: file["procedures"].pop("planned_test"), "planned_test: the procedure is missing"),
        (lambda file: file["procedures"].update(drill=[]), "'drill' is no kind of alarm"),
        (lambda file: file["procedures"].update(press=[]), "press: a procedure is a list of steps"),
        (lambda file: press(file, 1).update(step="dance"), "press, step 2: step must be one of"),
        (lambda file: press(file, 1).update(who="nobody"), "press, step 2: who must be one of"),
        (lambda file: press(file, 1).update(by="tomorrow"), "press, step 2: by must be one of"),
        (lambda file: press(file, 1).update(by="confirm"), "confirm_test goes with"),
        (lambda file: press(file, 1).update(key="yes"), "press, step 2: key must be true or false"),
        (lambda file: press(file, 1).update(reason=""), "press, step 2: reason: the text in nl is empty"),
        (lambda file: press(file, 1).update(reason="\u202ered"), "signs that are no text"),
        (lambda file: press(file, 1).update(reason={"it": "perché"}), "'it' is none of nl, fr, de, en"),
        (lambda file: press(file, 1).pop("reason"), "reason must say why"),
        (lambda file: press(file, 1).update(colour="red"), "'colour' is not known"),
        (lambda file: file.update(format=2), 'must be an object with "format": 1'),
        (lambda file: file.update(procedures=None), '"procedures" must be an object'),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(change: Callable[[dict[str, Any]], object], says: str) -> None:
    assert says in faults(change)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    def two(file: dict[str, Any]) -> None:
        press(file, 1)["who"] = "nobody"
        file["procedures"]["planned_test"].pop()

    said = faults(two).splitlines()
    assert len(said) == 2


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format":1,"format":1}', "\ud800", b"\xff\xfe", "[" * 100_000]
)
def test_what_is_no_file_of_procedures_is_a_sentence_too(text: str | bytes) -> None:
    with pytest.raises(ProcedureFileError, match="file"):
        read_procedures(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["step", "who", "by", "key", "reason", "press", "planned_test"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(JSON)
def test_nothing_but_a_sentence_comes_of_any_other_content(what: object) -> None:
    with pytest.raises(ProcedureFileError):
        read_procedures(json.dumps({"format": 1, "procedures": what}))
