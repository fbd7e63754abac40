"""Reads the files that people write (rules, profiles, roles): typed access to TOML that collects every mistake.

An author should see all mistakes of a file at once, each with its place and a proposal; so nothing here stops at the
first. Values that are missing or of a wrong type are replaced by harmless ones; `Source.close` raises what was found.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from .errors import AuthorError, Finding
from .os_errors import cause
from .text import Text
from .toml_faults import fault_of

T = TypeVar("T")

_HEADER = re.compile(r"""^\s*(\[\[?)\s*([\w."'*-]+)\s*\]""")
_KEY = re.compile(r"""^\s*([\w."'*-]+)\s*=""")
_AT_LINE = re.compile(r"at line (\d+)")

_TYPE_NAMES: Mapping[type, Text] = {
    str: Text("Text in Anführungszeichen", "text in quotes"),
    int: Text("ganze Zahl", "whole number"),
    bool: Text("true oder false", "true or false"),
    date: Text("Datum (JJJJ-MM-TT, ohne Anführungszeichen)", "date (YYYY-MM-DD, without quotes)"),
    dict: Text("Tabelle", "table"),
    list: Text("Liste", "list"),
}


@dataclass(kw_only=True)
class Source:
    """One file with its text and what was found wrong in it."""

    file: str
    text: str
    findings: list[Finding] = field(default_factory=list)
    #: It is no TOML at all: what is missing in it then is no further mistake.
    broken: bool = False

    def find(self, code: str, key: str, **params: object) -> None:
        """Record a mistake at `key` (dotted path)."""
        if self.broken:
            return
        line = params.pop("line", None)
        place = line if isinstance(line, int) else self._line_of(key)
        self.findings.append(Finding(code=code, file=self.file, key=key, params=params, line=place))

    def parse(self) -> Mapping[str, object]:
        """The TOML content; empty, with a finding, if it is no TOML."""
        try:
            return _toml(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            self.find("config_toml", "–", reason=fault_of(error), line=int(found.group(1)) if found else None)
            self.broken = True
            return {}

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        table = ""
        for number, line in enumerate(self.text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = _plain(header.group(2))
                if header.group(1) == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = f"{table}[{counts[table]}]"
                lines.setdefault(table, number)
            elif key := _KEY.match(line):
                lines.setdefault(f"{table}.{_plain(key.group(1))}".lstrip("."), number)
        return lines

    def _line_of(self, path: str) -> int | None:
        while path and path not in self._lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._lines.get(path)


@lru_cache(maxsize=128)
def _toml(text: str) -> Mapping[str, Any]:
    """Parsed once: the same files are read for one thing after the other, and nobody changes what is in them."""
    return tomllib.loads(text)


class Table:
    """One table of a file. Each access names the key and the default; `close` reports the keys nobody asked for."""

    def __init__(self, source: Source, data: Mapping[str, object], path: str = "") -> None:
        self.source = source
        self.data = data
        self.path = path
        self._asked: set[str] = set()

    def at(self, key: str) -> str:
        """The dotted path of `key`."""
        return f"{self.path}.{key}" if self.path else key

    def find(self, code: str, key: str, **params: object) -> None:
        """Record a mistake at `key`."""
        self.source.find(code, self.at(key), **params)

    def string(self, key: str, default: str | None = None) -> str:
        """A text in one language, not empty; without a default the key is required."""
        value = self._take(key, str, default)
        if key in self.data and value == "":
            self.find("config_empty", key)
        return value or ""

    def optional(self, key: str) -> str | None:
        """A text in one language, or None."""
        return self.string(key) if key in self.data else self._take(key, str, "") or None

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        return self._take(key, int, default) or 0

    def flag(self, key: str) -> bool | None:
        """True, false, or None where the file does not say."""
        self._asked.add(key)
        return self._take(key, bool, None) if key in self.data else None

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A date, or None."""
        return self._take(key, date, None) if required or key in self.data else None

    def raw(self, key: str) -> object:
        """The value as it stands, or None; the caller checks it."""
        self._asked.add(key)
        return self.data.get(key)

    def one_of(self, key: str, options: Sequence[str], default: str | None = None) -> str:
        """One of the given words."""
        value = self._take(key, str, default) or options[0]
        if value not in options:
            self.find("config_choice", key, value=value, known=", ".join(options), meant=meant(value, options))
            return options[0]
        return value

    def names(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of words."""
        values = self._take(key, list, None if required else [])
        if values is None:
            return ()
        for index, value in enumerate(values):
            if type(value) is not str:
                self._wrong(f"{key}[{index}]", str)
        return tuple(value for value in values if isinstance(value, str))

    def text(self, key: str, default: Text | None = None) -> Text:
        """A text in both languages: ``{ de = "…", en = "…" }``, or one string for both."""
        value = self.data.get(key)
        if isinstance(value, str):
            return Text(self.string(key), value)
        if value is None and default is not None:
            self._asked.add(key)
            return default
        table = self.table(key, required=True)
        if key not in self.data:
            return Text("", "")
        text = Text(table.string("de"), table.string("en"))
        table.close()
        return text

    def table(self, key: str, *, required: bool = False) -> "Table":
        """The table below `key`; an empty one if missing."""
        return Table(self.source, self._take(key, dict, None if required else {}) or {}, self.at(key))

    def tables(self, key: str) -> tuple["Table", ...]:
        """The list of tables below `key`."""
        found = []
        for index, value in enumerate(self._take(key, list, []) or []):
            if isinstance(value, dict):
                found.append(Table(self.source, value, f"{self.at(key)}[{index}]"))
            else:
                self._wrong(f"{key}[{index}]", dict)
        return tuple(found)

    def entries(self) -> Iterator[tuple[str, "Table"]]:
        """Every entry of this table as a table of its own, by key."""
        for key in self.data:
            yield key, self.table(key)

    def close(self) -> None:
        """Report the keys nobody asked for."""
        for key in self.data.keys() - self._asked:
            self.find("config_key_unknown", key, known=", ".join(sorted(self._asked)), meant=meant(key, self._asked))

    def _take(self, key: str, kind: type[T], default: T | None) -> T | None:
        self._asked.add(key)
        if key not in self.data:
            if default is None:
                self.find("config_key_missing", key)
            return default
        value = self.data[key]
        if type(value) is not kind:  # exactly: true is no number, an instant is no day
            self._wrong(key, kind)
            return default
        return value

    def _wrong(self, key: str, kind: type) -> None:
        self.find("config_type", key, expected=_TYPE_NAMES[kind])


def meant(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or a dash."""
    return next(iter(get_close_matches(word, list(known), n=1)), "–")


def read_folder(folder: Traversable) -> tuple[Source, ...]:
    """The TOML files of a folder, in order of their names; one that cannot be read says so in its findings."""
    if not folder.is_dir():
        raise AuthorError([Finding(code="config_folder", file=str(folder), key="–")])
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(_source_of(file) for file in files)


def _source_of(file: Traversable) -> Source:
    try:
        return read_file(file)
    except AuthorError as error:
        return Source(file=str(file), text="", findings=[*error.findings], broken=True)


def read_file(file: Traversable) -> Source:
    """One file; text that is not UTF-8 is an author's mistake too."""
    try:
        return Source(file=str(file), text=file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        finding = Finding(code="config_unreadable", file=str(file), key="–", params={"reason": cause(error)})
        raise AuthorError([finding]) from error


def raise_findings(sources: Iterable[Source]) -> None:
    """Raise everything found in `sources` as one error, if anything was."""
    findings = [finding for source in sources for finding in source.findings]
    if findings:
        raise AuthorError(findings)


def _plain(dotted: str) -> str:
    return dotted.replace('"', "").replace("'", "")
