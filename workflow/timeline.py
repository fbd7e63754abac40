"""What a picture of an outlook shows: a lane for each case or office, with bars, marks and dots. Pure; no shapes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

from ..config.text import Lang
from .case_page import short
from .console import day_text
from .outlook import CaseLine, Clock, Happening, Outlook
from .wording import clean, counted, say

By: TypeAlias = Literal["case", "office"]
#: What a dot stands for: a mail that informs, reminds, or tells of something overdue, …
DotKind: TypeAlias = Literal[
    "act", "event", "mail", "reminder", "late", "undeliverable", "escalation", "lapse", "due", "failure"
]

#: Characters of a subject that a picture or its table shows.
LONGEST = 160
#: Most lanes; those with most in them are shown.
MOST = 40


class Dot(NamedTuple):
    """So many things of one kind on one day."""

    day: date
    kind: DotKind
    number: int
    about: str


class Bar(NamedTuple):
    """A deadline from its beginning to its due day, and beyond, if it is not met."""

    start: date
    due: date
    #: The last day on which it runs, within the picture.
    end: date
    paused: bool
    name: str
    about: str


class Lane(NamedTuple):
    """A row of the picture."""

    name: str
    about: str
    #: It is that of an office, and not of a case.
    office: bool
    bars: tuple[Bar, ...]
    dots: tuple[Dot, ...]


class Timeline(NamedTuple):
    """The lanes from the first to the last day; `folded` more have no room, with so many things in them."""

    first: date
    last: date
    today: date
    lanes: tuple[Lane, ...]
    folded: int
    things: int


class _Draft(NamedTuple):
    """A lane before the choice is made."""

    order: tuple[object, ...]
    lane: Lane
    weight: int


def timeline(outlook: Outlook, by: By, lang: Lang) -> Timeline:
    """The timeline of an outlook."""
    first, today = outlook.start.date(), outlook.now.date()
    reader = _Reader(outlook, lang)
    drafts = reader.cases() if by == "case" else reader.offices()
    chosen = sorted(drafts, key=lambda draft: (-draft.weight, draft.order))[:MOST]
    lanes = tuple(draft.lane for draft in sorted(chosen, key=lambda draft: draft.order))
    left = [draft for draft in drafts if draft not in chosen]
    return Timeline(first, outlook.until, today, lanes, len(left), sum(draft.weight for draft in left))


class _Reader:
    def __init__(self, outlook: Outlook, lang: Lang) -> None:
        self._outlook = outlook
        self._lang = lang
        self._shown = [one for one in outlook.happenings if outlook.start <= one.at]

    def cases(self) -> list[_Draft]:
        """A lane for each case to which something happens, or with a deadline due meanwhile; families together."""
        happenings: dict[str, list[Happening]] = {}
        for one in self._shown:
            for case in one.about:
                happenings.setdefault(case, []).append(one.seen_from(case))
        clocks: dict[str, list[Clock]] = {}
        for clock in self._outlook.clocks:
            clocks.setdefault(clock.case, []).append(clock)
        due = {case for case, every in clocks.items() if any(self._falls_due(clock) for clock in every)}
        began = {case: min(one.at for one in every).isoformat() for case, every in happenings.items()}
        drafts = []
        for case in sorted(happenings.keys() | due):
            line, found, running = self._outlook.cases[case], happenings.get(case, []), clocks.get(case, [])
            root = began.get(line.root) or min(self._first_due(running), began.get(case, "~"))
            order = (root, line.root, line.id != line.root, began.get(case, "~"), line.id)
            bars = tuple(self._bar(clock) for clock in running)
            lane = Lane(*self._called(line), office=False, bars=bars, dots=tuple(self._dots(found)))
            drafts.append(_Draft(order, lane, len(found) + sum(map(self._falls_due, running))))
        return drafts

    def offices(self) -> list[_Draft]:
        """A lane for everybody who is told of something or has a case with a deadline due meanwhile."""
        happenings: dict[str, list[Happening]] = {}
        names: dict[str, str] = {}
        for one in self._shown:
            for party in one.told:
                happenings.setdefault(party.key, []).append(one)
                names[party.key] = party.name
        dues: dict[str, list[Clock]] = {}
        for clock in filter(self._falls_due, self._outlook.clocks):
            owner = self._outlook.cases[clock.case].owner
            if owner:
                dues.setdefault(owner.key, []).append(clock)
                names[owner.key] = owner.name
        drafts = []
        for key in sorted(names):
            found, due = happenings.get(key, []), dues.get(key, [])
            dots = (*self._dots(found), *self._due_dots(due))
            drafts.append(_Draft((key,), Lane(names[key], key, office=True, bars=(), dots=dots), len(found) + len(due)))
        return drafts

    def _falls_due(self, clock: Clock) -> bool:
        over = clock.ended_on is not None and clock.ended_on < self._outlook.start.date()
        return not over and clock.due_on <= self._outlook.until

    def _first_due(self, clocks: Iterable[Clock]) -> str:
        return min((clock.due_on.isoformat() for clock in clocks), default="~")

    def _called(self, line: CaseLine) -> tuple[str, str]:
        """Name and subject; a picture goes from hand to hand, so nothing of what is not public stands in it."""
        subject = line.subject if line.public else say("sim_private", self._lang)
        return clean(line.open_name().in_(self._lang)), clean(short(subject, LONGEST)) if subject else ""

    def _bar(self, clock: Clock) -> Bar:
        status = say(f"clock_{clock.status}", self._lang)
        name = clock.label.in_(self._lang)
        about = f"{name}: {day_text(clock.due_on, self._lang)}, {status}"
        end = min(clock.ended_on or self._outlook.until, self._outlook.until)
        return Bar(clock.started_on, clock.due_on, end, clock.status == "paused", name, about)

    def _dots(self, happenings: Iterable[Happening]) -> Iterable[Dot]:
        grouped: dict[tuple[date, DotKind], list[Happening]] = {}
        for one in happenings:
            if kind := dot_kind(one):
                grouped.setdefault((one.at.date(), kind), []).append(one)
        for (day, kind), every in sorted(grouped.items(), key=lambda pair: pair[0]):
            if kind == "late" and (day, "escalation") in grouped:
                continue  # the sign of the escalation stands for its mails
            counts = Counter(one.text.in_(self._lang) if is_open(self._outlook, one) else "" for one in every)
            texts = [f"{count} × {text}" if count > 1 else text for text, count in counts.items() if text]
            about = "; ".join([f"{day_text(day, self._lang)} {say(f'dot_{kind}', self._lang)}", *texts[:_TEXTS]])
            yield Dot(day, kind, len(every), about)

    def _due_dots(self, clocks: Iterable[Clock]) -> Iterable[Dot]:
        counts = Counter(clock.due_on for clock in clocks if clock.due_on >= self._outlook.start.date())
        for day, count in sorted(counts.items()):
            yield Dot(day, "due", count, f"{day_text(day, self._lang)} {counted(count, 'dues', self._lang)}")


#: Texts that a tooltip lists.
_TEXTS = 12
_KINDS: Mapping[str, DotKind] = {
    "act": "act",
    "event": "event",
    "opened": "event",
    "undeliverable": "undeliverable",
    "escalation": "escalation",
    "lapse": "lapse",
    "failure": "failure",
}


def is_open(outlook: Outlook, one: Happening) -> bool:
    """Whether the words of a happening may stand in a picture: of a case that is not public, no subject of a mail."""
    return outlook.cases[one.case].public or one.kind not in {"mail", "undeliverable", "failure"}


def dot_kind(one: Happening) -> DotKind | None:
    """As what a happening is drawn; a reminder shows in its mails."""
    if one.kind == "mail":
        return "mail" if one.due_on is None else "late" if one.at.date() > one.due_on else "reminder"
    return _KINDS.get(one.kind)


def weeks(first: date, last: date) -> Iterable[date]:
    """The Mondays from `first` to `last`."""
    monday = first + timedelta(days=-first.weekday() % 7)
    while monday <= last:
        yield monday
        monday += timedelta(days=7)


def months(first: date, last: date) -> Iterable[tuple[date, date]]:
    """The months from `first` to `last`, cut to that: first and last day of each."""
    start = first
    while start <= last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(following - timedelta(days=1), last)
        start = following
