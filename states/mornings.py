"""When a message goes out that nobody but time has caused: in the morning of a working day. Pure.

The state of a case changes at once; only the mail waits, so that none comes at midnight or on a Sunday.
"""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from .columns import instant_text, parse_instant
from .step import Actor, NewMessage

if TYPE_CHECKING:
    from .decide import Stage

#: The parameter of a message that waits: until when (instant text).
WAITS_UNTIL = "waits_until"
#: Where no ladder names a time of day.
MORNING = time(8)


def in_the_morning(stage: "Stage", message: NewMessage, at: time = MORNING) -> NewMessage:
    """The message, waiting where it is too early (`at`: local time) or no working day, or a recess that is quiet."""
    local = stage.now.astimezone(stage.town.zone)
    calendar = stage.town.rules_on(stage.today).calendar
    day = calendar.next_loud_day(stage.today)
    if day == stage.today and local.time() >= at:
        return message
    waits_until = instant_text(datetime.combine(day, at, tzinfo=stage.town.zone).astimezone(UTC))
    return message._replace(params={**message.params, WAITS_UNTIL: waits_until})


def of_timer(stage: "Stage", actor: Actor, event: str, messages: tuple[NewMessage, ...]) -> tuple[NewMessage, ...]:
    """The messages of an event; one that a lapsed deadline fires waits for the hour of its reminders.

    A deadline in hours was meant to be told in the middle of the night, too.
    """
    if actor.kind != "timer" or not messages:
        return messages
    rules = stage.town.rules_on(stage.today).rules
    lapsed = [
        spec.rule
        for spec in stage.program.lifecycle.deadlines.values()
        if event in {spec.expired, spec.silence, spec.agenda, spec.nears}
    ]
    known = [rules[name] for name in lapsed if name in rules]
    if any(rule.unit == "stunden" for rule in known):
        return messages
    hours = [rung.at for rule in known for rung in rule.ladder if rung.hours is None]
    return tuple(in_the_morning(stage, message, min(hours, default=MORNING)) for message in messages)


def time_of(stage: "Stage", instant: str) -> time:
    """The local time of day of an instant (as text)."""
    return parse_instant(instant).astimezone(stage.town.zone).time()
