"""What ``vorgang doctor`` says of one thing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from ..config.errors import Finding, VorgangError
from ..config.text import Lang
from .wording import filled, words

#: A failure: reminders or mails stand still, or a file or the database cannot be used.
Status: TypeAlias = Literal["ok", "warning", "failure"]


class Check(NamedTuple):
    """One thing that was looked at. `finding` names the texts, filled with `params`."""

    name: str
    status: Status
    finding: str
    params: dict[str, object]
    #: A text and remedy that another part of Vorgang gave.
    error: VorgangError | Finding | None = None

    @property
    def code(self) -> str:
        """What was found, for programs."""
        return self.finding if self.error is None else self.error.code

    def text(self, lang: Lang) -> str:
        """What was seen."""
        if self.error is not None:
            place = f"{self.error.place()}: " if isinstance(self.error, Finding) else ""
            return place + self.error.text(lang)
        return filled(words()["doctor"][self.finding][lang], lang, self.params)

    def remedy(self, lang: Lang) -> str:
        """What would help; empty when nothing is amiss."""
        if self.error is not None:
            return self.error.remedy(lang)
        return filled(words()["doctor"][self.finding].get(f"remedy_{lang}", ""), lang, self.params)


def ok(name: str, finding: str, /, **params: object) -> Check:
    """Nothing is amiss."""
    return Check(name, "ok", finding, params)


def warning(name: str, finding: str, /, **params: object) -> Check:
    """Somebody should look at it."""
    return Check(name, "warning", finding, params)


def failure(name: str, finding: str, /, **params: object) -> Check:
    """It does not work."""
    return Check(name, "failure", finding, params)


def failed(name: str, error: VorgangError | Finding) -> Check:
    """It does not work, for a reason that another part of Vorgang gives."""
    return Check(name, "failure", "", {}, error)


def warned(name: str, error: VorgangError | Finding) -> Check:
    """Somebody should look at what another part of Vorgang says."""
    return Check(name, "warning", "", {}, error)


def findings(name: str, found: Iterable[Finding], otherwise: Check) -> Iterator[Check]:
    """A failure for each mistake; without any, what is said `otherwise`."""
    yield from [failed(name, finding) for finding in found] or [otherwise]


def local(at: datetime | None, zone: ZoneInfo) -> datetime | str:
    """An instant as the keeper's clocks show it, or a dash."""
    return at.astimezone(zone) if at else "–"
