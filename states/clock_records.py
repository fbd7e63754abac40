"""Deadlines of a case as records: as they run, as they are to be started, and what is to change of them."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from .deadlines import Due
from .plans import Plan

ClockStatus: TypeAlias = Literal["running", "paused", "met", "late", "cancelled"]


class ClockTerms(NamedTuple):
    """Under what a deadline started, and what is stored with it as JSON text."""

    rule: str
    ruleset: str
    ruleset_version: str
    ladder_json: str
    trace_json: str

    @property
    def ladder(self) -> tuple[Mapping[str, Any], ...]:
        """The steps of the ladder in order of time."""
        return tuple(json.loads(self.ladder_json))


class RunningClock(NamedTuple):
    """A deadline of the case that runs or is paused."""

    id: str
    name: str
    occurrence: int
    status: ClockStatus
    due_on: date
    lapses_at: datetime
    told: int
    paused_on: date | None
    #: Loaded only for events that tell, move, pause or resume deadlines.
    terms: ClockTerms | None = None

    def known_terms(self) -> ClockTerms:
        """The terms, which must have been loaded."""
        if self.terms is None:
            raise LookupError(self.name)
        return self.terms

    @property
    def due(self) -> Due:
        """The due day with its explanation so far."""
        return Due.stored(self.due_on, json.loads(self.known_terms().trace_json))


class NewClock(NamedTuple):
    """A deadline to start."""

    name: str
    occurrence: int
    rule: str
    ruleset: str
    ruleset_version: str
    basis: str
    started_on: date
    plan: Plan
    told: int


class ClockChange(NamedTuple):
    """A deadline to settle, pause, resume, move or mark as told."""

    id: str
    name: str
    status: ClockStatus
    due_on: date
    lapses_at: datetime
    next_at: datetime | None
    told: int
    paused_on: date | None = None
    #: A new ladder and trace where the due day has moved; None: unchanged.
    plan: Plan | None = None
