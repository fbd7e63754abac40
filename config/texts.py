"""The catalogue of every text that an error, a refusal or a finding shows: German and English beside a stable code.

One TOML file per area in ``config/catalogue/``: ``[code]`` with ``de``, ``en`` and, where something helps,
``remedy_de`` and ``remedy_en``. Placeholders are those of `str.format`; a `Text` among the parameters is shown in the
language of the sentence. Codes are stable: callers and logs may rely
on them.
"""

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .text import Lang, Text


class Entry(NamedTuple):
    """What the catalogue says under one code."""

    text: Text
    remedy: Text


class _Worded(dict[str, object]):
    """The parameters in one language; a missing one shows itself instead of hiding the error behind a second one."""

    def __init__(self, params: Mapping[str, object], lang: Lang) -> None:
        super().__init__({name: told(value, lang) for name, value in params.items()})

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


#: A sentence that names what was probably meant is left out where nothing comes near.
_SENTENCE, _GUESS = re.compile(r"(?<=\.) +"), re.compile(r"{(near|meant)}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: An instant as cases keep it: 2020-06-15T07:30:00Z[Europe/Berlin].
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z\[([\w/+-]+)\]", re.ASCII)
#: What hosts have added.
_added: dict[str, Entry] = {}


@cache
def catalogue() -> Mapping[str, Entry]:
    """All entries by code."""
    entries: dict[str, Entry] = {}
    folder = files(__package__) / "catalogue"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for code, row in tomllib.loads(file.read_text("utf-8")).items():
                remedy = Text(row.get("remedy_de", ""), row.get("remedy_en", ""))
                entries[code] = Entry(Text(row["de"], row["en"]), remedy)
    return entries


def add_texts(entries: Mapping[str, Entry]) -> None:
    """Add a host's own codes, for the reasons that its guards give. A shipped code cannot be replaced."""
    _added.update({code: entry for code, entry in entries.items() if code not in catalogue()})


def entry_of(code: str) -> Entry:
    """What is said under `code`; a code that nobody has described stands for itself."""
    return catalogue().get(code) or _added.get(code) or Entry(Text(code, code), Text("", ""))


def text_of(code: str, params: Mapping[str, object], lang: Lang) -> str:
    """The sentence for `code`, filled with `params`."""
    return entry_of(code).text.in_(lang).format_map(_Worded(params, lang))


def remedy_of(code: str, params: Mapping[str, object], lang: Lang) -> str:
    """What would help, or an empty string."""
    whole = entry_of(code).remedy.in_(lang)
    parts = [
        part for part in _SENTENCE.split(whole) if not any(params.get(name) == "–" for name in _GUESS.findall(part))
    ]
    return " ".join(parts).format_map(_Worded(params, lang))


def told(value: object, lang: Lang) -> object:
    """A parameter as the reader of `lang` is shown it: several in one line; in German, a day is 19.01.2024.

    An instant is told to the minute, in the zone that it has.
    """
    if isinstance(value, Text):
        return value.in_(lang)
    if isinstance(value, list | tuple):
        return ", ".join(str(told(one, lang)) for one in value)
    if isinstance(value, str) and (at := _INSTANT.fullmatch(value)) is not None:
        value = _local(at)
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M %Z}" if lang == "de" else f"{value:%Y-%m-%d %H:%M %Z}"
    return _german(value) if lang == "de" else value


def _local(found: re.Match[str]) -> object:
    """A stored instant in its own zone; what only looks like one stays as it is."""
    with suppress(ValueError, LookupError, OSError, OverflowError):
        return datetime.fromisoformat(f"{found[1]}+00:00").astimezone(ZoneInfo(found[2]))
    return found[0]


def _german(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else value
