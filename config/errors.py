"""Every error of Vorgang: one base class; mistakes of an author apart from refusals at run time.

An error carries a stable `code` and its parameters; the sentence (German or English) and the remedy come from the
catalogue in `texts`. `exit_code` is what the command line ends with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from .text import Lang
from .texts import remedy_of, text_of


class VorgangError(Exception):
    """Base of all errors raised by Vorgang."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params: Mapping[str, object] = params
        super().__init__(code)

    def text(self, lang: Lang = "de") -> str:
        """What happened, in `lang`."""
        return text_of(self.code, self.params, lang)

    def remedy(self, lang: Lang = "de") -> str:
        """What would help, in `lang`; may be empty."""
        return remedy_of(self.code, self.params, lang)

    def __str__(self) -> str:
        return " ".join(part for part in (f"[{self.code}]", self.text(), self.remedy()) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake in a file that an author wrote: where it stands, what it is and what would mend it."""

    code: str
    file: str
    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None

    def text(self, lang: Lang = "de") -> str:
        """The reason, in `lang`."""
        return text_of(self.code, {"key": self.key, **self.params}, lang)

    def remedy(self, lang: Lang = "de") -> str:
        """What would mend it, in `lang`."""
        return remedy_of(self.code, {"key": self.key, **self.params}, lang)

    def place(self) -> str:
        """File, line (where known) and key."""
        return f"{self.file}{f':{self.line}' if self.line else ''}: {self.key}"


class AuthorError(VorgangError):
    """A lifecycle, rule, profile or scenario file is wrong; `findings` name every place."""

    exit_code = 6

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0]
        super().__init__(first.code, key=first.key, **first.params)

    def __str__(self) -> str:
        return "\n".join(f"{f.place()}: [{f.code}] {f.text()} {f.remedy()}".rstrip() for f in self.findings)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason behind a refusal (a guard that does not hold, a field that is wrong)."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: Lang = "de") -> str:
        """The reason in `lang`."""
        return text_of(self.code, self.params, lang)

    def remedy(self, lang: Lang = "de") -> str:
        """What would help, in `lang`."""
        return remedy_of(self.code, self.params, lang)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event cannot happen now: a code, its parameters and the single reasons below it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()

    def text(self, lang: Lang = "de") -> str:
        """The whole explanation in `lang`."""
        head = text_of(self.code, self.params, lang)
        return " ".join([head, *dict.fromkeys(reason.text(lang) for reason in self.reasons)])

    def remedy(self, lang: Lang = "de") -> str:
        """What would help, in `lang`."""
        remedies = dict.fromkeys(reason.remedy(lang) for reason in self.reasons)  # several ways may lack the same
        parts = [remedy_of(self.code, self.params, lang), *remedies]
        return " ".join(part for part in parts if part)


class RefusedError(VorgangError):
    """The event was refused; nothing has changed. `refusal` explains it."""

    exit_code = 3

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code, **dict(refusal.params))

    def text(self, lang: Lang = "de") -> str:
        """The whole explanation in `lang`."""
        return self.refusal.text(lang)

    def remedy(self, lang: Lang = "de") -> str:
        """What would help, in `lang`."""
        return self.refusal.remedy(lang)


class InvalidInputError(VorgangError):
    """What was handed in cannot be read or has the wrong form; nothing has changed."""

    exit_code = 2


class UnreadableError(InvalidInputError):
    """A document that came in cannot be read, or must not be; it stays as it is. The parameter `file` names it."""


class ForbiddenError(VorgangError):
    """The caller may not act as asked; nothing has changed."""

    exit_code = 3


class ConflictError(VorgangError):
    """Somebody else was faster: the case is no longer as the caller saw it; nothing of this call was written."""

    exit_code = 4


class NotFoundError(VorgangError):
    """The thing asked for does not exist here."""

    exit_code = 5


class StoreError(VorgangError):
    """The database cannot be used: unreachable, read-only, full, damaged, or of another version."""

    exit_code = 7


class DeliveryError(VorgangError):
    """Mail cannot be delivered as configured."""

    exit_code = 8
