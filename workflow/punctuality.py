"""The report on punctuality: per office, faction, council body, kind or term, how many were in time, and how late.

What each figure means is laid down in docs/reports.md; every figure can be recounted from the log.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from ..config.rules import BASIS_LABELS
from ..config.text import Text
from ..states.directory import Directory
from ..states.punctuality import overdue_days
from ..states.punctuality_queries import By, Counted, Days, Ends, Spent, Term, days, ends, spent
from ..states.punctuality_rows import Known, Tell, catch_up, rebuild
from ..states.town import Town
from .workflow import Workflow

G = TypeVar("G", Ends, Days, Spent)

_DAY_S = 86_400
_WITHOUT = Text("ohne Angabe", "not given")


class Wanted(NamedTuple):
    """What is to be reported: the clocks of a town that began from one day to another (both count; None: any)."""

    body: str
    by: By | None = None
    since: date | None = None
    until: date | None = None
    #: Lifecycles; none: all that are measured.
    kinds: tuple[str, ...] = ()
    #: Only cases of which everybody may know today.
    public: bool = False


class Step(NamedTuple):
    """How long cases of a kind lay in a state, while their clock ran: the mean of those that were in it."""

    kind: str
    kind_label: Text
    state: str
    label: Text
    cases: int
    mean_days: float


class Figures(NamedTuple):
    """The figures of a group; `key` None: of those that name nothing to be grouped by, or of all together."""

    key: str | None
    label: Text
    done: int
    in_time: int
    late: int
    #: `late`, by the bands of the report.
    bands: tuple[int, ...]
    #: Not done yet: in all, and those of which the last day is over.
    open: int
    overdue: int
    #: Ended otherwise than by being done.
    dropped: int
    #: Share of those done in time among all done and all overdue; None: there are none.
    share: float | None
    median_days: float | None
    p90_days: int | None
    extended: int
    extensions: int
    handed_back: int
    hand_backs: int
    steps: tuple[Step, ...]
    #: What stands behind the due days of those counted as late or overdue.
    bases: Mapping[str, int]


class Report(NamedTuple):
    """A report, as of a day."""

    body: str
    town: str
    day: date
    wanted: Wanted
    #: The last day of each band; the last band is open.
    late_bands: tuple[int, ...]
    groups: tuple[Figures, ...]
    total: Figures


def terms_of(town: Town) -> tuple[Term, ...]:
    """The legislative terms of a town, the earliest first."""
    return tuple(Term(one.name, one.start, one.end) for one in town.terms)


def known_of(workflow: Workflow) -> Known:
    """What the rows of the report follow from: which deadlines are measured is said by the newest lifecycles."""
    measured = {
        name: {one.name: one for one in lifecycle.deadlines.values() if one.measured}
        for name, lifecycle in workflow.library.newest.items()
    }
    towns: Directory = workflow.directory
    return Known(workflow.lifecycle, towns.town, {name: found for name, found in measured.items() if found})


def keep_up(workflow: Workflow, pages: int | None = None, tell: Tell = lambda _done: None) -> int:
    """Follow the log with the rows of the report; how many cases were looked at."""
    return catch_up(workflow.database, known_of(workflow), pages, tell)


def make_anew(workflow: Workflow, tell: Tell = lambda _done: None) -> int:
    """Make all rows of the report anew from the log; how many cases were gone through."""
    return rebuild(workflow.database, known_of(workflow), tell)


def punctuality(workflow: Workflow, wanted: Wanted, terms: Sequence[Term] = ()) -> Report:
    """The report, as of today in the town. `terms`: the legislative terms to group by."""
    keep_up(workflow)
    town, today = workflow.directory.town(wanted.body), workflow.today(wanted.body)
    counted = Counted(
        body=wanted.body,
        kinds=wanted.kinds,
        since=wanted.since,
        until=wanted.until,
        by=wanted.by,
        terms=tuple(terms),
        public_on=today if wanted.public else None,
    )
    with workflow.database.reading() as connection:
        found = _Found(ends(connection, counted), days(connection, counted), spent(connection, counted))
    making = _Making(workflow, counted, today)
    names = {one.group for one in found.ends}
    groups = [making.figures(name, making.label(wanted.by, name), found.of(name)) for name in names]
    total = making.figures(None, Text("insgesamt", "in all"), found)
    shown = making.ordered(wanted.by, groups) if wanted.by else ()
    bands = town.rules_on(today).late_bands
    return Report(wanted.body, town.name, today, wanted, bands, tuple(shown), total)


class _Found(NamedTuple):
    """What the database has counted."""

    ends: Sequence[Ends]
    days: Sequence[Days]
    spent: Sequence[Spent]

    def of(self, group: str | None) -> "_Found":
        """Of one group."""
        return _Found(_in(self.ends, group), _in(self.days, group), _in(self.spent, group))


def _in(rows: Sequence[G], group: str | None) -> list[G]:
    return [one for one in rows if one.group == group]


class _Making:
    """Puts figures together in the words of a town."""

    def __init__(self, workflow: Workflow, counted: Counted, today: date) -> None:
        self._lifecycles = workflow.library.newest
        self._town = town = workflow.directory.town(counted.body)
        self._today, self._public = today, counted.public_on is not None
        self._bands = town.rules_on(today).late_bands
        self._terms = [term.name for term in counted.terms]

    def label(self, by: By | None, key: str | None) -> Text:
        """What a group is called."""
        if key is None:
            return _WITHOUT
        if by == "kind" and key in self._lifecycles:
            return self._lifecycles[key].label
        name = self._town.names.get(key, key)
        return Text(name, name)

    def ordered(self, by: By, groups: Iterable[Figures]) -> list[Figures]:
        """Terms in their order, all else by name; what names nothing comes last."""
        places = {name: f"{place:06}" for place, name in enumerate(self._terms)} if by == "term" else {}
        return sorted(groups, key=lambda one: (one.key is None, places.get(one.key or "", one.label.de.casefold())))

    def figures(self, key: str | None, label: Text, found: _Found) -> Figures:
        """The figures of what was found."""
        by_status, bases, overdue = Counter[str](), Counter[str](), 0
        late = [0] * (len(self._bands) + 1)
        for _, one, number in found.ends:
            by_status[one.status] += number
            is_overdue = one.due_on is not None and overdue_days(one.due_on, one.stood_on, self._today) > 0
            if one.status == "late":
                late[band_of(one.late_days, self._bands)] += number
            overdue += number * is_overdue
            bases.update({one.basis: number} if is_overdue or one.status == "late" else {})
        done = by_status["met"] + by_status["late"]
        taken = Counter[int]()
        for each in found.days:
            taken[each.days] += each.number
        kept = [(one, number) for _, one, number in found.ends if one.status != "dropped"]
        return Figures(
            key=key,
            label=label,
            done=done,
            in_time=by_status["met"],
            late=by_status["late"],
            bands=tuple(late),
            open=by_status["open"],
            overdue=overdue,
            dropped=by_status["dropped"],
            share=round(by_status["met"] / (done + overdue), 4) if done + overdue else None,
            median_days=median_of(taken),
            p90_days=percentile_of(taken, 90),
            extended=sum(number for one, number in kept if one.extensions),
            extensions=sum(number * one.extensions for one, number in kept),
            handed_back=sum(number for one, number in kept if one.handed_back),
            hand_backs=sum(number * one.handed_back for one, number in kept),
            steps=() if self._public else self._steps(found.spent),
            bases=dict(sorted(bases.items())),
        )

    def _steps(self, found: Iterable[Spent]) -> tuple[Step, ...]:
        seconds, cases = defaultdict[tuple[str, str], int](int), Counter[tuple[str, str]]()
        for one in found:
            for state, spent_s in zip(one.path.split(), one.seconds, strict=True):
                seconds[one.kind, state] += spent_s
                cases[one.kind, state] += one.number
        steps = []
        for (kind, state), whole in seconds.items():
            number, names = cases[kind, state], (self.label("kind", kind), self._state(kind, state))
            steps.append(Step(kind, names[0], state, names[1], number, round(whole / number / _DAY_S, 2)))
        return tuple(sorted(steps, key=lambda step: (step.kind, self._place(step), step.state)))

    def _state(self, kind: str, state: str) -> Text:
        known = self._lifecycles[kind].states.get(state) if kind in self._lifecycles else None
        return known.label if known else Text(state, state)

    def _place(self, step: Step) -> int:
        states = list(self._lifecycles[step.kind].states) if step.kind in self._lifecycles else []
        return states.index(step.state) if step.state in states else len(states)


def band_of(late_days: int, bands: Sequence[int]) -> int:
    """In which band so many days fall; the one after the last of `bands` is open."""
    return next((number for number, last in enumerate(bands) if late_days <= last), len(bands))


def band_labels(bands: Sequence[int]) -> tuple[Text, ...]:
    """1–7, 8–14 …, over 90."""
    firsts = [1, *(last + 1 for last in bands)]
    closed = [f"{first}–{last}" if first < last else str(last) for first, last in zip(firsts, bands, strict=False)]
    return (*(Text(one, one) for one in closed), Text(f"über {bands[-1]}", f"over {bands[-1]}"))


def median_of(counts: Mapping[int, int]) -> float | None:
    """The middle value of a histogram; of an even number, the mean of the two in the middle."""
    whole = sum(counts.values())
    if not whole:
        return None
    low, high = _nth(counts, (whole + 1) // 2), _nth(counts, whole // 2 + 1)
    return (low + high) / 2


def percentile_of(counts: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that so many percent do not exceed (nearest rank)."""
    whole = sum(counts.values())
    return _nth(counts, max(1, -(-whole * percent // 100))) if whole else None


def _nth(counts: Mapping[int, int], number: int) -> int:
    for value in sorted(counts):
        number -= counts[value]
        if number <= 0:
            return value
    raise LookupError(number)


def basis_label(basis: str) -> Text:
    """What stands behind a due day, in words."""
    return next((label for name, label in BASIS_LABELS.items() if name == basis), Text(basis, basis))
