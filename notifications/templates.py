"""The message templates of an installation: the shipped ones, and those that a municipality puts in their place.

How a template becomes a message says `writer`. Where there are templates of the municipality, everything is written in
a process of its own (see `workshop`): no mistake in them can hold up or bring down what delivers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..config.errors import Finding
from ..config.text import LANGS, Lang
from .failures import Temporary
from .workshop import WORKSHOP
from .writer import Rendered, Writer

#: What is said of a case whose content must not be shown.
NEUTRAL = "_neutral"
#: The block that says which days, and what in it speaks of those that have ended.
_CALENDAR = re.compile(r"\{%[-+]?\s*block\s+calendar\b.*?%\}(.*?)\{%[-+]?\s*endblock\b", re.DOTALL)
#: Words for an appointment (see `appointments`), with a hyphen where the entry is taken back.
_APPOINTMENT = re.compile(r"(-?)\b[a-z][a-z0-9_]*\.\.[a-z]")
_ENDED = re.compile(r"\{(?:\{|%)(?:(?!\}\}|%\}).)*?\bended\b.*?(?:\}\}|%\})", re.DOTALL)


class Templates:
    """The message templates of an installation; the municipality's `folders` win, the last one first."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._writer = Writer(folders)
        self._folders = [str(folder.resolve()) for folder in folders]

    @property
    def elsewhere(self) -> bool:
        """Whether there are templates of the municipality."""
        return bool(self._folders)

    def names(self, lang: Lang = "de") -> frozenset[str]:
        """The names that a lifecycle or a ladder may give."""
        return self._writer.names(lang)

    def file(self, name: str, lang: Lang) -> Path | None:
        """Where a template stands; None: nowhere."""
        return self._writer.file(name, lang)

    def brings_days(self, name: str, lang: Lang) -> bool:
        """Whether mails of that template bring entries for a calendar; of one that is no more there, nobody knows."""
        file = self.file(name, lang)
        return file is not None and _brings_days(file, file.stat().st_mtime_ns)

    def appoints(self, name: str, lang: Lang) -> bool | None:
        """Whether mails of that template bring an appointment (True) or take it back (False); None: neither."""
        file = self.file(name, lang)
        return None if file is None else _appoints(file, file.stat().st_mtime_ns)

    def render(self, name: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        """The message `name` in `lang`.

        Raises:
            Temporary: there is no such template, or it cannot be filled in; a corrected file mends it.
        """
        if not self.elsewhere:
            return self._writer.render(name, lang, context)
        return _received(self._elsewhere("render", f"{lang}/{name}", name=name, lang=lang, context=context))

    def note(self, lang: Lang, subject: str, text: str, base_url: str) -> Rendered:
        """A message in given words, about no case. Errors as in `render`."""
        if not self.elsewhere:
            return self._writer.note(lang, subject, text, base_url)
        words = {"subject": subject, "text": text, "base_url": base_url}
        return _received(self._elsewhere("note", "_layout.html", lang=lang, **words))

    def findings(self, wanted: Iterable[str] = ()) -> list[Finding]:
        """What is wrong with the templates, tried out with samples; `wanted` names must exist in every language."""
        names = sorted({*self.names("de"), *self.names("en"), *wanted})
        return [finding for lang in LANGS for name in names for finding in self._examined(name, lang, rung=False)]

    def findings_of_rungs(self, names: Iterable[str]) -> list[Finding]:
        """What is wrong with templates as reminders of a ladder."""
        every = sorted(names)
        return [finding for lang in LANGS for name in every for finding in self._examined(name, lang, rung=True)]

    def _examined(self, name: str, lang: Lang, *, rung: bool) -> list[Finding]:
        if not self.elsewhere:
            return self._writer.examine(name, lang, rung=rung)
        try:
            found = self._elsewhere("examine", f"{lang}/{name}", name=name, lang=lang, rung=rung)
        except Temporary as failure:
            file = str(self.file(name, lang) or f"{lang}/{name}.j2")
            return [Finding(code=failure.code, file=file, key=name, params=failure.params)]
        return [Finding(code=code, file=file, key=key, params=more, line=line) for code, file, key, more, line in found]

    def _elsewhere(self, task: str, template: str, **job: Any) -> Any:
        return WORKSHOP.do(task, template, folders=self._folders, **job)


@lru_cache(maxsize=256)
def _brings_days(file: Path, _written: int) -> bool:
    block = _CALENDAR.search(file.read_text("utf-8"))
    return block is not None and _ENDED.sub("", block[1]).strip() != ""


@lru_cache(maxsize=256)
def _appoints(file: Path, _written: int) -> bool | None:
    block = _CALENDAR.search(file.read_text("utf-8"))
    word = block and _APPOINTMENT.search(block[1])
    return not word[1] if word else None


def _received(parts: Sequence[Any]) -> Rendered:
    subject, text, html, calendar = parts
    return Rendered(subject, text, html, tuple(calendar))
