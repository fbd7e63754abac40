"""The measured clocks of a case, told by its log: when each began and ended, how late, and what came between. Pure.

A lifecycle says which deadlines are measured, and by which events the thing is done (``measured``); a clock that ends
otherwise (withdrawn, begun anew) is dropped. What was said to be done and is handed back was not: its clock goes on;
what is dropped instead is dropped. A clock that a case has brought along from elsewhere had ended there. In time or
late is what the log says, against the day that held when it lapsed: no day set afterwards heals that. All days are
those of the town.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from .lifecycle import DeadlineSpec, Lifecycle

Status: TypeAlias = Literal["open", "met", "late", "dropped"]
#: Who has asked, and the council body that was asked: fields of the shipped lifecycles.
ASKER, COUNCIL_BODY = "fragesteller", "gremium"
#: The office that is to do it: who has the lead, else who was given the task.
OFFICES = ("federfuehrung", "amt")


class Line(NamedTuple):
    """A line of the log, as far as clocks are concerned."""

    seq: int
    at: datetime
    event: str
    target: str
    #: Name, status and due day of each deadline that it started or changed.
    deadlines: tuple[tuple[str, str, date], ...]
    #: What was entered; empty once erased.
    data: Mapping[str, Any]


class Measured(NamedTuple):
    """A measured clock."""

    deadline: str
    #: The line of the log that has started it.
    occurrence: int
    status: Status
    began_on: date
    due_on: date
    stood_on: date | None
    ended_on: date | None
    days: int | None
    late_days: int
    extensions: int
    handed_back: int
    #: The states meanwhile in order of the first visit, and the seconds in each; only of what was done.
    steps: tuple[tuple[str, int], ...]
    #: The parties by whom it is grouped: lead and council body at its end (or now), asker at its beginning.
    office: str | None
    asker: str | None
    council_body: str | None

    def ending(self, basis: str) -> "Ending":
        """How it ended, with what stands behind its due day."""
        due = (self.due_on, self.stood_on) if self.status == "open" else (None, None)
        return Ending(self.status, basis, self.late_days, self.extensions, self.handed_back, *due)


class Ending(NamedTuple):
    """How clocks ended, or when open ones are due: what is counted together where it is alike."""

    status: Status
    #: What stands behind the due day.
    basis: str
    late_days: int
    extensions: int
    handed_back: int
    #: Of open ones only, as `stood_on`.
    due_on: date | None = None
    stood_on: date | None = None

    @property
    def text(self) -> str:
        """As it is stored."""
        days = (day.isoformat() if day else "-" for day in (self.due_on, self.stood_on))
        return " ".join([*map(str, self[:5]), *days])

    @classmethod
    def read(cls, text: str) -> "Ending":
        """What `text` has written."""
        status, basis, late, extensions, handed_back, *days = text.split(" ")
        due_on, stood_on = (None if day == "-" else date.fromisoformat(day) for day in days)
        return cls(status, basis, int(late), int(extensions), int(handed_back), due_on, stood_on)  # type: ignore[arg-type]  # one of them


class Course(NamedTuple):
    """What a case has to tell: its lifecycle as pinned, its log in order, and its facts as they are now."""

    lifecycle: Lifecycle
    lines: Iterable[Line]
    facts: Mapping[str, Any]
    #: The day on which each ended deadline began, and when it ended, by its name and the line that brought it.
    ended: Mapping[tuple[str, int], tuple[date, datetime]] = MappingProxyType({})


@dataclass(slots=True)
class _Clock:
    spec: DeadlineSpec
    occurrence: int
    began_on: date
    due_on: date
    asker: str | None
    stood_on: date | None = None
    #: The last day that it has missed first; None: none so far.
    missed: date | None = None
    extensions: int = 0
    handed_back: int = 0
    steps: dict[str, int] = field(default_factory=dict)

    @property
    def counts_until(self) -> date:
        """The day against which it is counted."""
        return self.missed or self.due_on


def measured_clocks(
    course: Course, measured: Mapping[str, DeadlineSpec], day_of: Callable[[datetime], date]
) -> list[Measured]:
    """Every measured clock of a case. `measured`: the deadlines that count, by name, as they are measured today."""
    lines = tuple(course.lines)
    reading = _Reading(course._replace(lines=lines), measured, day_of)
    for line in lines:
        reading.read(line)
    return [*reading.over.values(), *(reading.ended(clock, "open", None) for clock in reading.running.values())]


class _Reading:
    """The log of one case, read line by line."""

    def __init__(
        self, course: Course, measured: Mapping[str, DeadlineSpec], day_of: Callable[[datetime], date]
    ) -> None:
        self._course, self._measured, self._day_of = course, measured, day_of
        named = {name for line in course.lines for name in line.data}
        #: What the log has entered so far; the case itself is asked only for what no line of the log names.
        self._entered = {name: value for name, value in course.facts.items() if name not in named}
        self._before: Line | None = None
        self.running: dict[str, _Clock] = {}
        #: The newest of each name that was done: it may be handed back.
        self._done: dict[str, _Clock] = {}
        self.over: dict[tuple[str, int], Measured] = {}

    def read(self, line: Line) -> None:
        self._spend(line)
        self._entered.update(line.data)
        for clock in self.running.values():
            clock.handed_back += line.event in clock.spec.handed_back
        for name, status, due_on in line.deadlines:
            if name in self._measured:
                self._changed(line, name, status, due_on)
        for name in [name for name, clock in self._done.items() if line.event in clock.spec.undone]:
            self._end(self._done.pop(name), "dropped", self._day_of(line.at))
        self._before = line

    def _spend(self, line: Line) -> None:
        """The time since the line before, in the state that it had led to."""
        if (before := self._before) is None:
            return
        seconds = max(0, round((line.at - before.at).total_seconds()))
        for clock in (*self.running.values(), *self._done.values()):
            clock.steps[before.target] = clock.steps.get(before.target, 0) + seconds

    def _changed(self, line: Line, name: str, status: str, due_on: date) -> None:
        if status == "started":
            self.running[name] = self._handed_back(line, name, due_on) or self._begun(line, name, due_on)
        elif (clock := self.running.get(name)) is None:
            if self._before is None and status in {"met", "late"}:
                self._brought(line, name, status, due_on)  # type: ignore[arg-type]  # one of them
        elif status in {"running", "paused"}:
            self._moved(clock, line, status, due_on)
        else:
            del self.running[name]
            done = line.event in clock.spec.measured and status in {"met", "late"}
            if done:
                self._done[name] = clock
                clock.missed = clock.counts_until if status == "late" else clock.missed
            kept = "late" if clock.missed else "met"
            self._end(clock, kept if done else "dropped", self._day_of(line.at))  # type: ignore[arg-type]  # one of them

    def _handed_back(self, line: Line, name: str, due_on: date) -> _Clock | None:
        """The clock that was done, if it is handed back; the day that it is due on now counts, unless it was late."""
        clock = self._done.pop(name, None)
        if clock is None or line.event not in clock.spec.handed_back:
            return None
        del self.over[name, clock.occurrence]
        clock.handed_back += 1
        clock.due_on, clock.stood_on = due_on, None
        return clock

    def _begun(self, line: Line, name: str, due_on: date) -> _Clock:
        spec = self._measured[name]
        pinned = self._course.lifecycle.deadlines.get(spec.name, spec)
        counted = self._party(pinned.counts_from) if pinned.counts_from else None
        began_on = date.fromisoformat(counted) if counted else self._day_of(line.at)
        return _Clock(spec, line.seq, began_on, due_on, self._party(ASKER))

    def _brought(self, line: Line, name: str, status: Status, due_on: date) -> None:
        """A clock that had ended before the case was taken over; what came between nobody has told."""
        began_on, at = self._course.ended[name, line.seq]
        clock = _Clock(self._measured[name], line.seq, began_on, due_on, self._party(ASKER))
        self._end(clock, status, self._day_of(at))

    def _end(self, clock: _Clock, status: Status, ended_on: date) -> None:
        self.over[clock.spec.name, clock.occurrence] = self.ended(clock, status, ended_on)

    def _moved(self, clock: _Clock, line: Line, status: str, due_on: date) -> None:
        pinned = self._course.lifecycle.deadlines.get(clock.spec.name, clock.spec)
        if clock.stood_on is None and self._day_of(line.at) > clock.due_on:
            clock.missed = clock.counts_until
        if due_on > clock.due_on and (line.event in pinned.extends or line.event in pinned.moves):
            clock.extensions += 1
        clock.due_on = due_on
        clock.stood_on = (clock.stood_on or self._day_of(line.at)) if status == "paused" else None

    def ended(self, clock: _Clock, status: Status, ended_on: date | None) -> Measured:
        counted = status in {"met", "late"}
        late = 0
        if status == "late" and ended_on is not None:  # a day with a cut-off time may be late on its own day
            late = max(1, ((clock.stood_on or ended_on) - clock.counts_until).days)
        return Measured(
            deadline=clock.spec.name,
            occurrence=clock.occurrence,
            status=status,
            began_on=clock.began_on,
            due_on=clock.counts_until,
            stood_on=clock.stood_on if ended_on is None else None,
            ended_on=ended_on,
            days=(ended_on - clock.began_on).days if counted and ended_on else None,
            late_days=late,
            extensions=clock.extensions,
            handed_back=clock.handed_back,
            steps=tuple(clock.steps.items()) if counted else (),
            office=next(filter(None, map(self._party, OFFICES)), None),
            asker=clock.asker,
            council_body=self._party(COUNCIL_BODY),
        )

    def _party(self, name: str) -> str | None:
        """What was entered last by then; of what no line names, for it was erased, what the case says now."""
        value = self._entered.get(name)
        first = value[0] if isinstance(value, list | tuple) and value else value
        return first if isinstance(first, str) else None


def overdue_days(due_on: date, stood_on: date | None, today: date) -> int:
    """Days by which an open clock is overdue on `today`; 0: it is not. What stands still is as late as when it did."""
    return max(0, ((stood_on or today) - due_on).days)


def faction_of(asker: str | None, organisations: frozenset[str], factions: frozenset[str]) -> str | None:
    """The faction of who has asked: itself, or the one among the organisations of the person; None: none."""
    return asker if asker in factions else min(organisations & factions, default=None)
