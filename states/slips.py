"""Slippage of a backward plan: what a late milestone leaves for the next, and what no longer fits in. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..config.calendars import Calendar
from ..config.rules import BackwardPlan, Milestone, Rule, period
from ..config.text import Text
from .deadlines import compute
from .lifecycle import DeadlineSpec, Lifecycle
from .trace import TraceLine, numeric, short_english

#: What a plan leads to, in words before the day of its session, where no case names it.
AIM = Text("zur Sitzung am", "business for the session on")
#: That it cannot be reached any more.
_LOST = Text("{} {} nicht mehr zu schaffen", "{} {} can no longer be ready in time")


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


class View(NamedTuple):
    """From where a plan is looked at: its session, the calendar, the present day; and what it leads to, in words."""

    plan: BackwardPlan
    session: date
    calendar: Calendar
    today: date
    aim: Text = AIM


class Slip(NamedTuple):
    """A milestone that is late, as it looks on a day."""

    view: View
    rule: Rule
    #: The last day until which it should have been done.
    due_on: date
    #: Working days that it is late by now, or was when it was met.
    late: int
    #: The milestone that has to make up for it (None: there is none), with the working days left and those planned.
    following: Rule | None
    left: int
    planned: int
    #: Whether what is still to be done can be done in time, each step in as little time as it takes.
    reachable: bool

    @property
    def row(self) -> list[object]:
        """What the log says of it."""
        following = self.following.id if self.following else None
        return [self.rule.id, self.late, following, self.left, self.planned, self.reachable]

    @property
    def figures(self) -> Text:
        """How late, and what is left for the next milestone."""
        return Text(*(f"{late}{left}." for late, left in zip(_late(self), _left(self), strict=True)))

    @property
    def text(self) -> Text:
        """The same, and whether the session can no longer be reached."""
        if self.reachable:
            return self.figures
        both = zip(self.figures, lost(self.view.aim, self.view.session), strict=True)
        return Text(*(f"{figures[:-1]}; {said}." for figures, said in both))

    @property
    def line(self) -> TraceLine:
        """The same as a line of the trace of the milestone that follows: how it looked on that day."""
        day, text = self.view.today, self.text
        de, en = f"Stand {numeric(day)}: {text.de}", f"As of {short_english(day)}: {text.en}"
        return TraceLine("slip" if self.reachable else "lost", de, en, day=self.due_on)


def aim_of(lifecycle: Lifecycle, spec: DeadlineSpec) -> Text:
    """What the plan of a milestone leads to: as the lifecycle calls the field with the session."""
    field = lifecycle.fields.get(spec.before or "")
    return field.label if field else AIM


def lost(aim: Text, session: date) -> Text:
    """That what a plan leads to can no longer be ready for its session."""
    return Text(_LOST.de.format(aim.de, numeric(session)), _LOST.en.format(aim.en, short_english(session)))


def is_lost_in(trace: Sequence[TraceLine]) -> bool:
    """Whether `trace` has said already that its session can no longer be reached; another session has a new trace."""
    return any(line.step == "lost" for line in trace)


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


def slip_of(view: View, late: Rule, running: Sequence[str], *, met_on: date | None = None) -> Slip:
    """What it means that the milestone `late` is late.

    `met_on`: the day on which it was met, too late; None: it is still open. `running` are the ids of the milestones
    that the case still has before it; the first of them after `late` is the one that has to make up for it. Whether
    the session can be reached is asked on the day on which it was met: from then on it lies with the one that follows.
    """
    plan, session, calendar, today, _aim = view
    days = {one.rule.id: one.due_on for one in days_of(plan, session, calendar)}
    order = [rule.id for rule in plan.milestones]
    later = plan.milestones[order.index(late.id) + 1 :]
    following = next((rule for rule in later if rule.id in running), later[0] if later else None)
    ahead = [*([late] if met_on is None else []), *later]
    needed = sum(milestone_of(rule).at_least for rule in ahead)
    seen, end = met_on or today, days[order[-1]]
    return Slip(
        view=view,
        rule=late,
        due_on=days[late.id],
        late=working_days(calendar, days[late.id], seen),
        following=following,
        left=working_days(calendar, today, days[following.id]) if following else 0,
        planned=working_days(calendar, days[late.id], days[following.id]) if following else 0,
        reachable=bool(ahead) and late.id != order[-1] and working_days(calendar, seen, end) >= needed,
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


def working_days(calendar: Calendar, after: date, until: date) -> int:
    """How many working days lie after the one day, up to and including the other."""
    days = (date.fromordinal(n) for n in range(after.toordinal() + 1, until.toordinal() + 1))
    return sum(calendar.is_working_day(day) for day in days)
