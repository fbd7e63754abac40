"""Slippage of a backward plan: what a late milestone leaves for the next, and whether the session can be held. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..config.calendars import Calendar
from ..config.rules import BackwardPlan, Milestone, Rule, period
from ..config.text import Text
from .deadlines import compute
from .trace import TraceLine, numeric, short_english

#: How a line ends when the session cannot be held any more.
_LOST = Text("; die Sitzung am {day} ist nicht mehr zu halten", "; the session on {day} can no longer be held")


class MilestoneDay(NamedTuple):
    """A milestone of a plan before a certain session: until when, why, and whether that is over."""

    rule: Rule
    due_on: date
    trace: tuple[TraceLine, ...]
    past: bool

    @property
    def milestone(self) -> Milestone:
        """Its place in the plan."""
        return milestone_of(self.rule)


class Slip(NamedTuple):
    """A milestone that is late, on a day."""

    plan: BackwardPlan
    rule: Rule
    #: The last day until which it should have been done.
    due_on: date
    #: Working days that it is late by now.
    late: int
    #: The milestone that has to make up for it (None: there is none), with the working days left and those planned.
    following: Rule | None
    left: int
    planned: int
    session: date
    #: Whether what is still to be done can be done in time, each step in as little time as it takes.
    holdable: bool

    @property
    def row(self) -> list[object]:
        """What the log says of it."""
        following = self.following.id if self.following else None
        return [self.rule.id, self.late, following, self.left, self.planned, self.holdable]

    @property
    def text(self) -> Text:
        """How late, what is left for the next milestone, and whether the session is lost."""
        parts = (_late(self), _left(self), _lost(self))
        return Text(*("".join(part[lang] for part in parts) + "." for lang in range(2)))

    def is_lost_in(self, trace: Sequence[TraceLine]) -> bool:
        """Whether `trace` has said already that this session can no longer be held."""
        lost = _LOST.de.format(day=numeric(self.session))
        return any(line.step == "slip" and line.de.endswith(f"{lost}.") for line in trace)

    @property
    def line(self) -> TraceLine:
        """The same as a line of the trace of the milestone that follows."""
        return TraceLine("slip", self.text.de, self.text.en, day=self.due_on)


def milestone_of(rule: Rule) -> Milestone:
    """The place of `rule` in its plan, which it must have."""
    if rule.milestone is None:
        raise LookupError(rule.id)
    return rule.milestone


def days_of(plan: BackwardPlan, session: date, calendar: Calendar, today: date | None = None) -> list[MilestoneDay]:
    """The days of `plan` before `session`, in order of time; seen from `today`, which of them are over."""
    found = [(rule, compute(rule, event_day=session, calendar=calendar)) for rule in plan.milestones]
    return [
        MilestoneDay(rule, due.due_on, due.trace, past=today is not None and due.due_on < today) for rule, due in found
    ]


class View(NamedTuple):
    """From where a plan is looked at: its session, the calendar, and the present day."""

    plan: BackwardPlan
    session: date
    calendar: Calendar
    today: date


def slip_of(view: View, late: Rule, running: Sequence[str], *, done: bool) -> Slip:
    """What it means that the milestone `late` is late.

    `done`: it has been met today; else it is still open. `running` are the ids of the milestones that the case still
    has before it; the first of them after `late` is the one that has to make up for it.
    """
    plan, session, calendar, today = view
    days = {one.rule.id: one.due_on for one in days_of(plan, session, calendar)}
    order = [rule.id for rule in plan.milestones]
    later = plan.milestones[order.index(late.id) + 1 :]
    following = next((rule for rule in later if rule.id in running), later[0] if later else None)
    ahead = [*([] if done else [late]), *later]
    needed = sum(milestone_of(rule).at_least for rule in ahead)
    end = days[order[-1]]
    return Slip(
        plan=plan,
        rule=late,
        due_on=days[late.id],
        late=working_days(calendar, days[late.id], today),
        following=following,
        left=working_days(calendar, today, days[following.id]) if following else 0,
        planned=working_days(calendar, days[late.id], days[following.id]) if following else 0,
        session=session,
        holdable=bool(ahead) and late.id != order[-1] and working_days(calendar, today, end) >= needed,
    )


def _late(slip: Slip) -> Text:
    long = period(slip.late, "arbeitstage")
    label = slip.rule.label
    if not slip.late:
        return Text(f"{label.de} verspätet", f"{label.en} late")
    return Text(f"{label.de} {long.de} verspätet", f"{label.en} {long.en} late")


def _left(slip: Slip) -> Text:
    if slip.following is None:
        return Text("", "")
    label = slip.following.label
    days = period(slip.left, "arbeitstage") if slip.left else Text("kein Arbeitstag", "no working day")
    verb = Text("bleibt", "is") if slip.left <= 1 else Text("bleiben", "are")
    return Text(
        f": für „{label.de}“ {verb.de} {days.de} (vorgesehen: {slip.planned})",
        f": {days.en} {verb.en} left for “{label.en}” (planned: {slip.planned})",
    )


def _lost(slip: Slip) -> Text:
    if slip.holdable:
        return Text("", "")
    return Text(_LOST.de.format(day=numeric(slip.session)), _LOST.en.format(day=short_english(slip.session)))


def working_days(calendar: Calendar, after: date, until: date) -> int:
    """How many working days lie after the one day, up to and including the other."""
    days = (date.fromordinal(n) for n in range(after.toordinal() + 1, until.toordinal() + 1))
    return sum(calendar.is_working_day(day) for day in days)
