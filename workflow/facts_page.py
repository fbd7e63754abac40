"""The facts of a case in words: as people write days, with the names of parties, records part by part."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ..states.instants import NotAnInstantError, zoned
from .wording import say

if TYPE_CHECKING:  # the command line must answer --help before Rich and a database library are loaded
    from ..states.lifecycle import Field, Lifecycle
    from ..states.queries import CaseSummary
    from ..states.town import Party
    from .console import Screen

#: How much of a hash tells files apart.
SHORT_HASH = 12
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\[")
_UTC = ZoneInfo("UTC")
#: What the engine itself writes into the log, beside what is entered.
_DEADLINE = "deadline"
_LOGGED = frozenset({_DEADLINE, "due_on", "before", "after"})


class Facts:
    """Shows facts of cases of one lifecycle; `parties` are those of the town, `cases` those that facts name.

    `past` are the facts that hold no longer.
    """

    def __init__(
        self,
        screen: "Screen",
        lifecycle: "Lifecycle",
        parties: Mapping[str, "Party"],
        cases: "Mapping[str, CaseSummary]",
        past: frozenset[str] = frozenset(),
    ) -> None:
        self._screen, self._fields, self._deadlines = screen, lifecycle.fields, lifecycle.deadlines
        self._parties, self._cases, self._past = parties, cases, past

    def rows(self, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Label and value of each that has a label and says something; others are the engine's own, for JSON."""
        for name, value in facts.items():
            if name in self._fields and value != []:
                yield self.label(name), self.told(name, value)

    def entered(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Label and value of whatever a line of the log holds; what only the engine knows has words of its own."""
        for name, value in data.items():
            if name in self._fields or name not in _LOGGED:
                yield self.label(name), self.told(name, value)
            else:
                spec = self._deadlines.get(value) if name == _DEADLINE else None
                told = spec.label.in_(self._screen.lang) if spec else self.told(name, value)
                yield say(f"logged_{name}", self._screen.lang), told

    def label(self, name: str) -> str:
        """What the field is called."""
        field = self._fields.get(name)
        label = field.label.in_(self._screen.lang) if field else name
        return say("fact_past", self._screen.lang, label=label) if name in self._past else label

    def told(self, name: str, value: Any) -> str:
        """The value; each record and each of several texts on a line of its own, the texts numbered."""
        field = self._fields.get(name)
        if not isinstance(value, list):
            return self._plain(value, field)
        told = [self._plain(one, field) for one in value]
        if any(isinstance(one, Mapping) and "name" not in one for one in value):
            return "\n".join(told)
        texts = field is None or field.type == "text"
        if texts and len(told) > 1:
            return "\n".join(f"{number}. {one}" for number, one in enumerate(told, 1))
        return ", ".join(told)

    def _plain(self, value: Any, field: "Field | None") -> str:
        if isinstance(value, Mapping):
            return self._record(value, field)
        if not isinstance(value, str):
            return self._screen.shown(value)
        if field is not None and field.words and value in field.choices:
            return field.words[field.choices.index(value)].in_(self._screen.lang)
        if (meant := self._cases.get(value)) is not None:
            return " · ".join(filter(None, (meant.number or meant.id, meant.subject)))
        if value in self._parties:
            return f"{self._parties[value].name} ({value})"
        return self._text(value)

    def _text(self, value: str) -> str:
        from ..notifications.instants import spans  # noqa: PLC0415  # loads Babel

        if _HASH.fullmatch(value):
            return f"{value[:SHORT_HASH]}…"
        if _DAY.fullmatch(value):
            with suppress(ValueError):
                return self._screen.shown(date.fromisoformat(value))
        if _INSTANT.match(value):
            with suppress(NotAnInstantError):
                return spans(zoned(value, _UTC), None, (), self._screen.lang)
        return value

    def _record(self, value: Mapping[str, Any], field: "Field | None") -> str:
        """A file by its name and the beginning of the hash by which a signer names a draft; else part by part."""
        if {"name", "sha256"} <= value.keys():
            return f"{value['name']} ({value['sha256'][:SHORT_HASH]})"
        parts = {part.name: part for part in field.parts} if field else {}
        order = [*(name for name in parts if name in value), *(name for name in value if name not in parts)]
        told = (f"{self._called(parts.get(name), name)}: {self._plain(value[name], parts.get(name))}" for name in order)
        return " · ".join(told)

    def _called(self, part: "Field | None", name: str) -> str:
        return part.label.in_(self._screen.lang) if part else name
