"""Deciding without a database: a small town, a lifecycle that can do everything, and a case carried on in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from vorgang.config.calendars import Calendar
from vorgang.config.errors import Refusal
from vorgang.config.rules import Rule, RuleSet, RungRule
from vorgang.config.text import Text
from vorgang.states.clock_records import ClockChange, ClockTerms, RunningClock
from vorgang.states.decide import TIMER, Stage, decide, decide_opening
from vorgang.states.loader import load_text
from vorgang.states.program import Program
from vorgang.states.step import Actor, Case, ChildCount, Command, Facts, Situation, Step
from vorgang.states.ticks import decide_tick
from vorgang.states.town import Party, Town
from vorgang.states.writes import prepare
from vorgang.workflow.guards import shipped_registry

#: A Monday morning.
START = datetime(2024, 1, 8, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

_REMINDERS = (
    RungRule(offset=-2, at=time(8), to=("owner",), template="erinnerung"),
    RungRule(offset=0, at=time(8), to=("owner",), template="erinnerung"),
    RungRule(offset=2, at=time(8), to=("owner", "leitung"), template="ueberfaellig"),
)


def _rule(name: str, length: int | None, ladder: tuple[RungRule, ...] = ()) -> Rule:
    return Rule(id=name, label=Text(name, name), length=length, unit="kalendertage", ladder=ladder)


RULES = RuleSet(
    id="muster",
    version="1",
    valid_from=date(2000, 1, 1),
    label=Text("Muster", "sample"),
    basis=Text("Muster", "sample"),
    source="-",
    calendar=Calendar(land="NW"),
    rules={
        "zwei_wochen": _rule("zwei_wochen", 14, _REMINDERS),
        "eine_woche": _rule("eine_woche", 7),
        "termin": _rule("termin", None, _REMINDERS[:1]),
    },
)


def _parties(kind: str, *keys: str) -> dict[str, Party]:
    return {key: Party(key=key, name=key.title(), kind=kind) for key in keys}


TOWN = Town(
    key="musterstadt",
    name="Musterstadt",
    zone=BERLIN,
    functions={"geschaeftsstelle": "gs", "leitung": "chef", "aufsicht": "revision"},
    parties={
        **_parties("office", "gs", "amt10", "amt20", "chef", "revision"),
        **_parties("body", "rat"),
        **_parties("person", "anna", "berta", "carl", "dora", "rita"),
    },
    memberships={
        "anna": (("gs", None, None),),
        "berta": (("amt10", None, None),),
        "carl": (("amt20", date(2020, 1, 1), date(2023, 12, 31)),),
        "rita": (("revision", None, None),),
    },
    rules_on=lambda _day: RULES,
    rules_pinned=lambda _name, _version: RULES,
)

#: A file that can do everything that is decided: guards, effects, columns, clocks that pause, move, restart and lapse.
AKTE = """\
id = "akte"
version = 1
label = "Akte"
record = "paper"
initial = "neu"

[deadline.arbeit]
label = { de = "Arbeit", en = "work" }
rule = "zwei_wochen"
starts = ["anlegen", "neu_beginnen"]
stops = ["erledigen", "abbrechen"]
pauses = ["ruhend"]
moves = { verlaengern = "neuer_tag" }
expired = "mahnen"

[deadline.ruhe]
label = "Ruhe"
rule = "eine_woche"
starts = ["ruhen_lassen"]
stops = ["aufnehmen"]

[deadline.termin]
label = "Termin"
rule = "termin"
date = "tag"
starts = ["vormerken"]
stops = ["wahrnehmen"]
expired = "wahrnehmen"

[deadline.rueckwirkend]
label = "Rückwirkend"
rule = "zwei_wochen"
starts = ["nachtragen"]
counts_from = "eingang"
stops = ["erledigen"]

[state.neu]
label = "neu"
owner = "geschaeftsstelle"

[state.beim_amt]
label = "beim Amt"
owner = "amt"

[state.ruhend]
label = "ruhend"
owner = "geschaeftsstelle"

[state.archiv]
label = "im Archiv"
owner = "geschaeftsstelle"
unattended = "Das Archiv verwahrt nur."

[state.fertig]
label = "fertig"
final = true
outcome = "agree"

[state.abgelegt]
label = "abgelegt"
final = true
outcome = "refuse"

[field.art]
choices = ["gross", "klein"]

[field.betreff]
column = "name"

[field.oeffentlich]
column = "public"

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle", "automatik"]
ask = { betreff = "text", amt = "office?", art = "choice?", oeffentlich = "bool?", stellen = "party*?" }
tell = [
    { to = ["amt", "stellen"], template = "neu" },
    { to = "amt", template = "neu" },
    { to = "amt", template = "mehr" },
]

[event.uebergeben]
label = "übergeben"
from = ["neu"]
to = "beim_amt"
by = ["geschaeftsstelle"]
ask = { amt = "office?", hinweis = "text?" }

[event.bearbeiten]
label = "bearbeiten"
from = ["beim_amt"]
by = ["amt"]

[event.verlaengern]
label = { de = "verlängern", en = "extend" }
from = ["neu", "ruhend"]
by = ["geschaeftsstelle"]
ask = { neuer_tag = "date" }
needs = ["not_before_today(neuer_tag)"]

[event.ruhen_lassen]
label = "ruhen lassen"
from = ["neu"]
to = "ruhend"
by = ["geschaeftsstelle"]

[event.aufnehmen]
label = "aufnehmen"
from = ["ruhend"]
to = "neu"
by = ["geschaeftsstelle"]

[event.neu_beginnen]
label = "neu beginnen"
from = ["neu"]
by = ["geschaeftsstelle"]

[event.vormerken]
label = "vormerken"
from = ["neu"]
by = ["geschaeftsstelle"]
ask = { tag = "date?" }

[event.nachtragen]
label = "nachtragen"
from = ["neu"]
by = ["geschaeftsstelle"]
ask = { eingang = "date" }

[event.wahrnehmen]
label = "wahrnehmen"
from = ["neu"]
by = ["geschaeftsstelle", "automatik"]

[event.mahnen]
label = "mahnen"
from = ["neu", "beim_amt"]
by = ["automatik"]
tell = [{ to = "leitung", template = "mahnung" }]

[event.abbrechen]
label = "abbrechen"
from = ["neu", "ruhend"]
by = ["geschaeftsstelle"]

[event.verwahren]
label = "verwahren"
from = ["neu"]
to = "archiv"
by = ["geschaeftsstelle"]
do = ["set(stand, verwahrt)", "clear(art)", "set(betreff, Verwahrt)"]

[event.verstecken]
label = "verstecken"
from = ["neu"]
by = ["geschaeftsstelle"]
do = ["hide"]

[[event.erledigen]]
label = "erledigen"
from = ["neu", "beim_amt", "ruhend"]
to = "fertig"
by = ["geschaeftsstelle", "amt"]
needs = ["fact(art, gross)", "other_than(dora)"]

[[event.erledigen]]
from = ["neu", "beim_amt"]
to = "abgelegt"
needs = ["fact(art)", "not fact(amt)"]

[[event.erledigen]]
from = ["neu", "beim_amt"]
to = "abgelegt"
needs = ["fact(betreff, Egal)"]
"""


class Desk:
    """One case on a desk: every accepted step is carried on, in memory, as a database would keep it."""

    def __init__(self, text: str = AKTE, now: datetime = START) -> None:
        self.program = Program(load_text(text), shipped_registry())
        self.town = TOWN
        self.now = now
        self.case = _seed(self.program)
        self.clocks: dict[str, RunningClock] = {}
        #: Clocks that have come to an end, with how.
        self.ended: list[tuple[str, str]] = []
        self.record: dict[str, Any] = {}
        self.children: tuple[ChildCount, ...] = ()

    @property
    def stage(self) -> Stage:
        return Stage.at(self.program, self.town, self.now)

    @property
    def situation(self) -> Situation:
        record = self.program.fields_of(self.record) if self.program.reads_record else {}
        return Situation(self.case, tuple(self.clocks.values()), self.children, record)

    def person(self, key: str, *, on_behalf_of: str | None = None) -> Actor:
        return self.town.actor(key, self.town.today(self.now), on_behalf_of=on_behalf_of)

    def deputy(self, key: str, person: str) -> Actor:
        """`key` acting as the standing deputy of `person`, which the town says from now on."""
        named = {**self.town.parties, person: replace(self.town.parties[person], deputy=key)}
        self.town = replace(self.town, parties=named)
        return self.person(key, on_behalf_of=person)

    def open(self, by: str | Actor = "anna", data: Facts | None = None, **more: Any) -> Step | Refusal:
        given = {"betreff": "Bank am Rathaus", **more} if data is None else data
        command = Command(self.case.id, "", self._actor(by), given)
        return self._carried(decide_opening(self.stage, command, self.case))

    def fire(self, event: str, by: str | Actor = "anna", data: Facts | None = None, **more: Any) -> Step | Refusal:
        command = Command(self.case.id, event, self._actor(by), more if data is None else data)
        return self._carried(decide(self.stage, self.situation, command))

    def tick(self) -> list[Step]:
        """What time has done, lapsed events included."""
        done: list[Step] = []
        while step := next(filter(None, map(self._due, self.clocks.values())), None):
            done.append(self.carry(step))
            for event in step.lapsed:
                followed = self.fire(event, TIMER)
                done += [followed] if isinstance(followed, Step) else []
        return done

    def wait(self, day: str, hour: int = 9) -> "Desk":
        """It is now that hour, local time, of that day."""
        self.now = datetime.combine(date.fromisoformat(day), time(hour), tzinfo=BERLIN).astimezone(UTC)
        return self

    def due(self, clock: str = "arbeit") -> str:
        return self.clocks[clock].due_on.isoformat()

    def carry(self, step: Step) -> Step:
        write = prepare(step, record=None)
        self.case = write.case
        self.record |= step.record
        for change in step.changed:
            self._change(change)
        for row in write.clocks:
            clock = _running(row)
            self.clocks[clock.name] = clock
        return step

    def _actor(self, by: str | Actor) -> Actor:
        return self.person(by) if isinstance(by, str) else by

    def _carried(self, decision: Step | Refusal) -> Step | Refusal:
        return self.carry(decision) if isinstance(decision, Step) else decision

    def _due(self, clock: RunningClock) -> Step | None:
        return decide_tick(self.stage, self.situation, clock)

    def _change(self, change: ClockChange) -> None:
        clock = next(one for one in self.clocks.values() if one.id == change.id)
        if change.status not in {"running", "paused"}:
            del self.clocks[clock.name]
            self.ended.append((clock.name, change.status))
            return
        terms = clock.known_terms()
        if change.plan:
            terms = terms._replace(ladder_json=change.plan.ladder_json, trace_json=change.plan.trace_json)
        self.clocks[clock.name] = clock._replace(
            status=change.status,
            due_on=change.due_on,
            lapses_at=change.lapses_at,
            told=change.told,
            paused_on=change.paused_on,
            terms=terms,
        )


def accepted(decision: Step | Refusal) -> Step:
    """The step; a refusal is shown."""
    assert isinstance(decision, Step), decision.text("en")
    return decision


def refused(decision: Step | Refusal) -> Refusal:
    """The refusal, which explains itself in both languages."""
    assert isinstance(decision, Refusal), decision
    for lang in ("de", "en"):
        assert "{" not in decision.text(lang) + decision.remedy(lang)
    return decision


def codes(decision: Step | Refusal) -> list[str]:
    """The codes of the single reasons of a refusal."""
    return [reason.code for reason in refused(decision).reasons]


def told(steps: Step | Sequence[Step]) -> list[tuple[str, str]]:
    """Whom the steps tell, and from which template."""
    every = [steps] if isinstance(steps, Step) else steps
    return [(message.recipient, message.template) for step in every for message in step.messages]


def _seed(program: Program) -> Case:
    return Case.unopened((program.lifecycle.id, 1), "musterstadt", START)


def _running(row: dict[str, Any]) -> RunningClock:
    return RunningClock(
        id=row["id"],
        name=row["name"],
        occurrence=row["occurrence"],
        status="running",
        due_on=date.fromisoformat(row["due_on"]),
        lapses_at=datetime.fromisoformat(row["lapses_at"]),
        told=row["told"],
        paused_on=None,
        terms=ClockTerms(row["rule"], row["ruleset"], row["ruleset_version"], row["ladder"], row["trace"]),
    )
