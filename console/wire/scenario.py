"""What an exercise scenario says: places, people, patrols, what happens when, and what a trainer wants to know.

Everything that a person reads stands in nl, fr, de and en. Times are seconds, written as such or as ``m:ss``;
degrees are WGS84. The file is read by `console.wire.scenario_file`; `docs/scenarios.md` explains it with an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from console.domain.casefile import DangerCheck, DangerKind
from console.domain.commands import AnyCommand, LineChange
from console.domain.events import Finding, Heard, Outcome, VerifiedBy
from console.domain.location import Method
from console.domain.rooms import ROOMS
from console.domain.values import Frozen, Lat, Lon, Metres

FORMAT: Final = 1
Language = Literal["nl", "fr", "de", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

BORDER: Final = "border"
"""A place of its own: the point of her zone's border that is nearest to her."""

LONGEST_S: Final = 4 * 3600.0

NAME: Final = r"^[a-z0-9][a-z0-9-]{1,63}$"


def _seconds(value: object) -> object:
    """``1:30`` is 90 s and ``1:05:00`` is 3,900 s. YAML reads some of these as numbers by itself, to the same end."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,2}(:[0-5]\d){1,2}", value):
        total = 0
        for part in value.split(":"):
            total = total * 60 + int(part)
        return total
    return value


def _of_day(value: object) -> object:
    """A time of day that YAML took for a number of minutes (``14:05``)."""
    return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) and 0 <= value < 1440 else value


Seconds = Annotated[
    float, BeforeValidator(_seconds), Field(ge=0, le=LONGEST_S, description="seconds or m:ss")
]
TimeOfDay = Annotated[
    str, BeforeValidator(_of_day), StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", strict=True)
]
Key = Annotated[str, Field(min_length=1, max_length=64)]
Room = Annotated[str, Field(description="code of a control room", min_length=3, max_length=3)]


class Text(Frozen):
    """A text in each language."""

    nl: str = Field(min_length=1, max_length=4000)
    fr: str = Field(min_length=1, max_length=4000)
    de: str = Field(min_length=1, max_length=4000)
    en: str = Field(min_length=1, max_length=4000)

    def spoken(self, language: Language) -> str:
        """The text in a language."""
        found: str = getattr(self, language)
        return found.strip()


class Line(Text):
    """A text for one line of the screen, which may have 80 columns."""

    nl: str = Field(min_length=1, max_length=60)
    fr: str = Field(min_length=1, max_length=60)
    de: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=60)


class Texts(Frozen):
    """Points in each language, the same number in each."""

    nl: tuple[str, ...] = Field(min_length=1)
    fr: tuple[str, ...]
    de: tuple[str, ...]
    en: tuple[str, ...]

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        counts = {language: len(self.spoken(language)) for language in LANGUAGES}
        if len(set(counts.values())) > 1:
            said = ", ".join(f"{language} {count}" for language, count in counts.items())
            raise ValueError(f"every language needs as many points ({said})")
        return self

    def spoken(self, language: Language) -> tuple[str, ...]:
        """The points in a language."""
        found: tuple[str, ...] = getattr(self, language)
        return found


class Point(Frozen):
    """A place."""

    lon: Lon
    lat: Lat


Where = Annotated[Key | Point, Field(description="a named place of the scenario, or lon and lat")]


# who and what is there


class PerpetratorPlan(Frozen):
    """Who threatens. ``order``: which order stands against him."""

    name: Key
    looks: Text | None = None
    relation: Text | None = None
    danger_check: DangerCheck = DangerCheck.CHECKED
    dangers: tuple[DangerKind, ...] = ()
    order: Literal["served", "not_served", "over", "area", "home", "release", "none"] = "served"
    vehicle: Text | None = None
    plate: Annotated[str, StringConstraints(pattern=r"^0-XXX-\d{3}$")] | None = None


class ChildPlan(Frozen):
    """A child of hers."""

    age: int = Field(ge=0, le=17)
    school: str | None = None


class Look(Frozen):
    """What a patrol says of her, so long after it has arrived or said the thing before."""

    after: Seconds
    finding: Finding
    words: Text | None = None


class VictimPlan(Frozen):
    """Who presses. ``zone`` keeps her file; ``found``: what the patrol that arrives sees, None: her, alone."""

    name: Key
    button: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-B-\d{4}$")]
    zone: Key
    home: Where
    street: str
    perpetrator: Key
    at: Where | None = None
    language: Language = "nl"
    channels: Literal[
        "nothing_checked", "all_refused", "chat_allowed", "speak_allowed", "review_passed", "no_review"
    ] = "all_refused"
    access: Text | None = None
    children: tuple[ChildPlan, ...] = ()
    all_clear_word: str | None = None
    duress_word: str | None = None
    found: tuple[Look, ...] | None = None


class Crowd(Frozen):
    """So many further people with a button, with homes in the zones of a control room, made from the seed."""

    room: Room
    count: int = Field(ge=1, le=200)


class PatrolPlan(Frozen):
    """A patrol that waits at a place until it is sent; ``busy`` with something else for so long at first."""

    patrol: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+/[A-Za-z0-9-]+$")]
    at: Where
    busy: Seconds = 0
    kmh: float = Field(default=54, gt=0, le=200, description="how fast it drives to her, in a straight line")
    room: Room | None = None
    language: Language | None = None


# when something happens


EventName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$"),
    Field(description="type of an event of docs/wire.md"),
]


class Condition(Frozen):
    """The first time that an event happens to somebody's intervention (after a moment: ``again`` counts from there).

    With ``missing_for`` it is the contrary: so long after her first press the event has not happened.
    """

    event: EventName
    of: Key
    missing_for: Seconds | None = None


class _Moment(Frozen):
    """When: at a second of the exercise, or once a condition holds; ``after``: so much later."""

    at: Seconds | None = None
    when: Condition | None = None
    after: Seconds = 0

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.at is not None and self.when is not None:
            raise ValueError("a moment has at or when, not both")
        return self


class _OfPerson(_Moment):
    """Of whom: a victim of the scenario. In an inject or a story nobody: who it is used for."""

    who: Key | None = None


class _OfPatrol(_Moment):
    """Of which patrol. In an inject none: the one that it is used for."""

    patrol: Key | None = None


# what happens


class PressButton(_OfPerson):
    """The button is held."""

    do: Literal["press"]


class ChangeLine(_OfPerson):
    """The open line changes."""

    do: Literal["line"]
    change: Literal[LineChange.OPENED, LineChange.LOST, LineChange.ENDED]


class Caption(_OfPerson):
    """Something is to be heard on the line."""

    do: Literal["caption"]
    words: Text


class Write(_OfPerson):
    """She, or who holds her phone, writes in the app."""

    do: Literal["chat"]
    words: Text


class AskCancel(_OfPerson):
    """The device asks to cancel (W14)."""

    do: Literal["cancel"]


class See(_OfPerson):
    """How the phone finds its position from now on; ``error``: within so many metres of the truth 95 in 100 lie."""

    do: Literal["sees"]
    radius: Metres = 25
    confidence: float | None = Field(default=68, ge=0, le=100)
    method: Method = Method.GNSS
    error: Metres | None = None


class LoseFix(_OfPerson):
    """The phone has no position any more, and says so."""

    do: Literal["lose_fix"]


class Stick(_OfPerson):
    """From now on the phone repeats its last position in every digit, until it sees again."""

    do: Literal["stuck"]


class GoSilent(_OfPerson):
    """The battery is empty."""

    do: Literal["silent"]


class MoveOn(_OfPerson):
    """She goes on: towards a place, or a bearing, at so many km/h; 0 stands still."""

    do: Literal["move"]
    kmh: float = Field(ge=0, le=200)
    to: Where | None = None
    bearing: float | None = Field(default=None, ge=0, lt=360)

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.kmh and (self.to is None) is (self.bearing is None):
            raise ValueError("who moves needs to or bearing, one of them")
        return self


class Jump(_OfPerson):
    """She is elsewhere at once: a place, or so far off (``metres`` towards ``bearing``)."""

    do: Literal["jump"]
    to: Where | None = None
    metres: Metres = 0
    bearing: float = Field(default=0, ge=0, lt=360)


class FalseFix(_OfPerson):
    """One report of a position so far off; then the phone sees as before."""

    do: Literal["false_fix"]
    metres: Metres
    bearing: float = Field(default=0, ge=0, lt=360)


class PatrolBusy(_OfPatrol):
    """It cannot come: it has something else. If it was sent, it refuses."""

    do: Literal["patrol_busy"]
    words: Text | None = None


class PatrolFree(_OfPatrol):
    """It is free again."""

    do: Literal["patrol_free"]


class PatrolSlow(_OfPatrol):
    """It drives at so many km/h from now on."""

    do: Literal["patrol_slow"]
    kmh: float = Field(gt=0, le=200)


class PatrolSees(_OfPatrol):
    """It says how she is."""

    do: Literal["patrol_sees"]
    finding: Finding
    words: Text | None = None


class Radio(_OfPatrol):
    """A patrol says something over the radio, which stands as a note on ``who``'s intervention."""

    do: Literal["radio"]
    who: Key | None = None
    words: Text


class Told(_Moment):
    """The trainee is told something from outside: a telephone call, a colleague beside the desk."""

    do: Literal["told"]
    words: Line


class Colleague(_Moment):
    """A second operator does something, over the same rules as the trainee; ``of``: whose intervention."""

    do: Literal["colleague"]
    operator: Key | None = None
    of: Key | None = None
    command: AnyCommand


class CutLink(_Moment):
    """The consoles of a control room (None: the trainee's) lose their link for so long."""

    do: Literal["cut_link"]
    seconds: Seconds
    room: Room | None = None


class Flood(_Moment):
    """So many people of the crowd press within a time; each lives one of these stories, in turn."""

    do: Literal["flood"]
    count: int = Field(ge=1, le=200)
    within: Seconds
    stories: tuple[Key, ...] = Field(min_length=1)


class UseInject(_OfPerson):
    """One of the injects happens, as if the trainer had asked for it."""

    do: Literal["inject"]
    inject: Key
    patrol: Key | None = None


class MarkMoment(_Moment):
    """A mark in the recording, for the debrief."""

    do: Literal["mark"]
    words: Text


Step = Annotated[
    PressButton
    | ChangeLine
    | Caption
    | Write
    | AskCancel
    | See
    | LoseFix
    | Stick
    | GoSilent
    | MoveOn
    | Jump
    | FalseFix
    | PatrolBusy
    | PatrolFree
    | PatrolSlow
    | PatrolSees
    | Radio
    | Told
    | Colleague
    | CutLink
    | Flood
    | UseInject
    | MarkMoment,
    Field(discriminator="do"),
]


class InjectPlan(Frozen):
    """Something that a trainer can let happen at any moment: steps, each so long after the one before."""

    title: Text
    steps: tuple[Step, ...] = Field(min_length=1)


class Injects(Frozen):
    """Injects that every scenario has, and stories that their floods use (`data/injects.yaml`)."""

    injects: dict[Key, InjectPlan]
    stories: dict[Key, tuple[Step, ...]] = Field(default_factory=dict)


# what is done well


class Expected(Frozen):
    """What the trainer wants to see for one person: outcome, proof, how many patrols, what must be noticed."""

    who: Key
    outcome: tuple[Outcome, ...] = Field(min_length=1)
    verified_by: tuple[VerifiedBy, ...] = ()
    patrols: int = Field(default=1, ge=0, le=10)
    zone: Key | None = None
    heard: tuple[Heard, ...] = ()


class Scenario(Frozen):
    """One exercise. ``level`` 1 is easy; ``minutes``: after these it is over, whatever is still open.

    ``rooms``: the first is the trainee's. ``starts``: the time of day in Belgium at which it begins.
    """

    format: Literal[1]
    name: Annotated[str, StringConstraints(pattern=NAME)]
    level: int = Field(ge=1, le=8)
    title: Text
    place: str
    content_warning: Text
    goals: Texts
    briefing: Text
    solution: Text
    notes: Text
    questions: Texts | None = None
    seed: int = 1
    minutes: float = Field(gt=0, le=240)
    starts: TimeOfDay = "14:00"
    rooms: tuple[Room, ...] = Field(min_length=1, max_length=4)
    places: dict[Key, Point] = Field(default_factory=dict)
    perpetrators: dict[Key, PerpetratorPlan] = Field(default_factory=dict)
    victims: dict[Key, VictimPlan] = Field(min_length=1)
    crowd: Crowd | None = None
    patrols: tuple[PatrolPlan, ...] = ()
    timeline: tuple[Step, ...] = ()
    injects: dict[Key, InjectPlan] = Field(default_factory=dict)
    stories: dict[Key, tuple[Step, ...]] = Field(default_factory=dict)
    expected: tuple[Expected, ...] = ()

    @property
    def length_s(self) -> float:
        """Seconds after which it is over."""
        return self.minutes * 60


Path = tuple[str | int, ...]
"""Keys and numbers that lead to a place of the file."""


def faults_of(scenario: Scenario, known: Injects) -> Iterator[tuple[Path, str]]:
    """What does not hold together: where it stands, and a sentence that says what to do."""
    where: Path
    for place, room in enumerate(scenario.rooms):
        if room not in ROOMS:
            yield ("rooms", place), f"{room} is no control room: use one of {', '.join(sorted(ROOMS))}"
    for key, victim in scenario.victims.items():
        where = ("victims", key)
        if victim.perpetrator not in scenario.perpetrators:
            yield (*where, "perpetrator"), _unknown("perpetrator", victim.perpetrator, scenario.perpetrators)
        for field in ("home", "at"):
            yield from _place(scenario, (*where, field), getattr(victim, field))
    buttons = [victim.button for victim in scenario.victims.values()]
    for key, victim in scenario.victims.items():
        if buttons.count(victim.button) > 1:
            yield (
                ("victims", key, "button"),
                f"{victim.button} is used twice: give each victim one of her own",
            )
    for number, patrol in enumerate(scenario.patrols):
        yield from _place(scenario, ("patrols", number, "at"), patrol.at)
    stories = known.stories | scenario.stories
    injects = known.injects | scenario.injects
    for number, step in enumerate(scenario.timeline):
        where = ("timeline", number)
        if step.at is None and step.when is None:
            yield where, "say at or when it happens"
        if isinstance(step, _OfPerson) and step.who is None and not isinstance(step, UseInject):
            yield where, "say who it happens to"
        if isinstance(step, _OfPatrol) and step.patrol is None and not isinstance(step, Radio):
            yield where, "say which patrol does it"
        yield from _step(scenario, where, step, stories, injects)
    for kind, plans in (
        ("injects", {k: p.steps for k, p in scenario.injects.items()}),
        ("stories", scenario.stories),
    ):
        for key, steps in plans.items():
            for number, step in enumerate(steps):
                where = (kind, key, "steps", number) if kind == "injects" else (kind, key, number)
                if step.at is not None or (kind == "stories" and step.when is not None):
                    yield where, "here a step has after: so long after the one before"
                yield from _step(scenario, where, step, stories, injects)
    for number, wanted in enumerate(scenario.expected):
        if wanted.who not in scenario.victims:
            yield ("expected", number, "who"), _unknown("victim", wanted.who, scenario.victims)


def _step(
    scenario: Scenario,
    where: Path,
    step: Any,
    stories: Mapping[str, object],
    injects: Mapping[str, object],
) -> Iterator[tuple[Path, str]]:
    """What is wrong with what one step names."""
    for field in ("who", "of"):
        named = getattr(step, field, None)
        if named is not None and named not in scenario.victims:
            yield (*where, field), _unknown("victim", named, scenario.victims)
    if step.when is not None and step.when.of not in scenario.victims:
        yield (*where, "when", "of"), _unknown("victim", step.when.of, scenario.victims)
    patrol = getattr(step, "patrol", None)
    posted = [one.patrol for one in scenario.patrols]
    if patrol is not None and patrol not in posted:
        yield (*where, "patrol"), _unknown("patrol", patrol, posted)
    match step:
        case MoveOn() | Jump():
            yield from _place(scenario, (*where, "to"), step.to)
        case Flood():
            if scenario.crowd is None:
                yield where, "a flood needs a crowd: say how many people of which room (crowd:)"
            elif step.count > scenario.crowd.count:
                yield (*where, "count"), f"the crowd has only {scenario.crowd.count} people"
            for number, story in enumerate(step.stories):
                if story not in stories:
                    yield (*where, "stories", number), _unknown("story", story, stories)
        case UseInject() if step.inject not in injects:
            yield (*where, "inject"), _unknown("inject", step.inject, injects)


def _place(scenario: Scenario, where: Path, named: str | Point | None) -> Iterator[tuple[Path, str]]:
    if isinstance(named, str) and named != BORDER and named not in scenario.places:
        yield where, _unknown("place", named, scenario.places)


def _unknown(kind: str, name: str, there: Any) -> str:
    names = ", ".join(there) or "none"
    return f"there is no {kind} {name!r}; there is {names}"
