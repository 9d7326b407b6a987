"""The rules of the job, each as the sentence in the procedure."""

from datetime import timedelta
from uuid import UUID, uuid4

from console.domain import commands as c
from console.domain import events as e
from console.domain.decide import View, decide
from console.domain.patrols import Patrol, PatrolState
from console.domain.stamp import stamp
from console.domain.values import Actor, ActorKind, Role
from tests.unit.test_evolve import NOW, fold
from tests.unit.test_reports import fix

OPERATOR = Actor(kind=ActorKind.OPERATOR, id="4711", role=Role.OPERATOR, room="VBR")
FREE = Patrol(id="5388/L-12", call_sign="L-12", zone="5388", room="VBR")
BUSY = Patrol(id="5388/L-03", call_sign="L-03", zone="5388", room="VBR", state=PatrolState.BUSY)
VIEW = View(patrols={one.id: one for one in (FREE, BUSY)})
SENT = (e.Acknowledged(), e.PatrolDispatched(patrol=FREE.id))


def ask(
    do: c.AnyCommand, *history: e.KnownBody, actor: Actor = OPERATOR, seen: int | None = None, late: int = 0
) -> tuple[e.KnownBody, ...] | str:
    command = c.Command(id=UUID(int=1), seen_decision=seen, do=do)
    answer = decide(fold(*history), command, actor, VIEW, NOW + timedelta(seconds=late))
    return answer.code if isinstance(answer, c.Refusal) else answer


def test_an_alarm_is_acknowledged_once() -> None:
    assert ask(c.Acknowledge()) == (e.Acknowledged(),)
    assert ask(c.Acknowledge(), e.Acknowledged()) == "already_acknowledged"


def test_only_an_operator_of_the_leading_room_acts() -> None:
    assert ask(c.Acknowledge(), actor=OPERATOR.model_copy(update={"room": "ANT"})) == "not_your_room"
    assert ask(c.Acknowledge(), actor=OPERATOR.model_copy(update={"role": Role.TRAINER})) == "wrong_role"


def test_an_acknowledgement_is_taken_back_by_who_gave_it_alone() -> None:
    """Whoever took the intervention over within the five seconds does not make it ring again."""
    acknowledged = fold(e.Acknowledged())
    colleague = OPERATOR.model_copy(update={"id": "4712"})
    over = c.Command(id=UUID(int=1), do=c.TakeOver())
    taken = decide(acknowledged, over, colleague, VIEW, NOW)
    assert not isinstance(taken, c.Refusal)
    _, state = stamp(acknowledged, acknowledged.id, taken, colleague, NOW, uuid4)
    assert state is not None
    back = decide(state, c.Command(id=UUID(int=2), do=c.Release()), colleague, VIEW, NOW)
    assert isinstance(back, c.Refusal)
    assert (back.code, back.facts["by"]) == ("not_your_acknowledgement", "4711")


def test_an_acknowledgement_can_be_taken_back_for_five_seconds() -> None:
    assert ask(c.Release(), e.Acknowledged(), late=5) == (e.Released(),)
    assert ask(c.Release(), e.Acknowledged(), late=6) == "grace_over"
    assert ask(c.Release(), *SENT) == "patrols_sent"


def test_a_free_patrol_is_sent_by_call_sign_and_a_busy_one_is_refused() -> None:
    assert ask(c.Dispatch(patrols=("L-12",)), e.Acknowledged()) == (e.PatrolDispatched(patrol=FREE.id),)
    assert ask(c.Dispatch(patrols=("L-03",)), e.Acknowledged()) == "patrol_not_free"
    assert ask(c.Dispatch(patrols=("L-99",)), e.Acknowledged()) == "unknown_patrol"
    assert ask(c.Dispatch(patrols=("L-12",))) == "not_acknowledged"


def test_a_decision_on_what_has_changed_since_it_was_seen_is_refused_but_a_note_is_not() -> None:
    assert ask(c.Dispatch(patrols=("L-12",)), e.Acknowledged(), seen=9) == "changed_since_seen"
    assert ask(c.Note(words="door open"), e.Acknowledged(), seen=9) == (e.NoteAdded(words="door open"),)


def test_accidental_needs_proof_and_a_patrol_proves_only_by_having_seen_her_alone() -> None:
    accidental = c.Close(outcome=e.Outcome.ACCIDENTAL, words="sat on it")
    proved = accidental.model_copy(update={"verified_by": e.VerifiedBy.PATROL})
    assert ask(accidental, *SENT) == "proof_needed"
    assert ask(proved, *SENT) == "no_patrol_saw"
    closed = e.InterventionClosed(
        outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.PATROL, words="sat on it"
    )
    assert ask(proved, *SENT, e.PatrolOnScene(patrol=FREE.id)) == "not_seen_alone"
    alone = e.VictimSeen(patrol=FREE.id, finding=e.Finding.SEEN_ALONE)
    answer = ask(proved, *SENT, e.PatrolOnScene(patrol=FREE.id), alone)
    assert answer == (closed, e.PatrolReleased(patrol=FREE.id, code="closed"))


LINE = (e.Acknowledged(), e.LineOpened())
SAFE = c.Close(outcome=e.Outcome.VICTIM_SAFE_NO_PERPETRATOR, words="she opened the door, alone")


def test_the_all_clear_word_is_proof_only_once_it_was_logged_as_heard() -> None:
    by_word = SAFE.model_copy(update={"verified_by": e.VerifiedBy.ALL_CLEAR_WORD})
    heard = e.LineHeard(code=e.Heard.ALL_CLEAR_WORD)
    assert ask(by_word, *LINE) == "no_all_clear_word"
    assert ask(by_word, *LINE, heard) != "no_all_clear_word"
    assert not isinstance(ask(by_word, *LINE, heard), str)


def test_the_all_clear_word_proves_nothing_once_she_presses_again_or_it_was_reopened() -> None:
    by_word = SAFE.model_copy(update={"verified_by": e.VerifiedBy.ALL_CLEAR_WORD})
    heard = e.LineHeard(code=e.Heard.ALL_CLEAR_WORD)
    again = e.AlarmRepeated(button="B-1", press_id="p2", pressed_at=NOW)
    closed = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")
    assert ask(by_word, *LINE, heard, again) == "no_all_clear_word"
    assert (
        ask(by_word, *LINE, heard, closed, e.InterventionReopened(reason="he is back")) == "no_all_clear_word"
    )
    assert not isinstance(ask(by_word, *LINE, heard, again, heard), str)


def test_after_the_duress_word_only_a_patrol_can_verify() -> None:
    by_officer = SAFE.model_copy(update={"verified_by": e.VerifiedBy.CONTACT_OFFICER})
    assert ask(by_officer, *LINE, e.LineHeard(code=e.Heard.DURESS_WORD)) == "duress_word_heard"


def test_without_an_open_line_there_is_nothing_to_listen_to() -> None:
    assert ask(c.Listen(), e.Acknowledged()) == "no_line"
    assert ask(c.Listen(), *LINE, e.LineLost()) == "no_line"
    assert ask(c.Listen(), *LINE) == (e.LineListenerChanged(operator="4711"),)
    assert ask(c.HeardOnLine(code=e.Heard.SHOT), *LINE) == (e.LineHeard(code=e.Heard.SHOT),)


def test_the_full_case_file_opens_only_for_who_handles_a_living_intervention() -> None:
    ref = e.CaseFileRef(id="C-1", revision=3, number="LE.00.L1.000001", file_zone="5388")
    supervisor = OPERATOR.model_copy(update={"id": "4700", "role": Role.SUPERVISOR})

    def with_file(*history: e.KnownBody, actor: Actor = OPERATOR) -> tuple[e.KnownBody, ...] | c.Refusal:
        state = fold(*history).model_copy(update={"case_file": ref})
        return decide(state, c.Command(id=UUID(int=1), do=c.OpenCasefile()), actor, VIEW, NOW)

    opened = (e.CasefileOpened(case_file="C-1", revision=3),)
    assert with_file(e.Acknowledged()) == opened
    assert with_file(actor=supervisor) == opened
    assert with_file() == c.Refusal(code="not_acknowledged", facts={"number": "VBR-2026-0412"})
    closed = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")
    assert isinstance(with_file(e.Acknowledged(), closed, actor=supervisor), c.Refusal)
    assert ask(c.OpenCasefile(), e.Acknowledged()) == "no_case_file"


def test_a_call_sign_means_the_patrol_that_is_on_it_then_that_of_the_zone() -> None:
    other = Patrol(id="5395/L-12", call_sign="L-12", zone="5395", room="VBR")
    view = View(patrols={**VIEW.patrols, other.id: other})
    recall = c.Command(id=UUID(int=1), do=c.Recall(patrol="L-12", reason="needed elsewhere"))
    answer = decide(fold(*SENT), recall, OPERATOR, view, NOW)
    assert answer == (e.PatrolReleased(patrol=FREE.id, reason="needed elsewhere"),)
    dispatch = c.Command(id=UUID(int=1), do=c.Dispatch(patrols=("L-12",)))
    in_zone = fold(e.ZoneAllocated(zone="5395"), e.Acknowledged())
    assert decide(in_zone, dispatch, OPERATOR, view, NOW) == (e.PatrolDispatched(patrol=other.id),)
    refused = decide(fold(e.Acknowledged()), dispatch, OPERATOR, view, NOW)
    assert isinstance(refused, c.Refusal)
    assert refused.code == "ambiguous_patrol"


def test_a_choice_between_two_fixes_names_one_of_them() -> None:
    other = e.FixReported(fix=fix(2), verdict="jump")
    assert ask(c.ChooseFix(fix_id="f9"), e.Acknowledged(), other) == "unknown_fix"
    assert ask(c.ChooseFix(fix_id="f9"), e.Acknowledged()) == "nothing_disputed"
