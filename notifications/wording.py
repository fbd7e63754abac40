"""Filters of the templates: days, names and lists in the language of the message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, pass_context
from jinja2.runtime import Context, Undefined

from .instants import add_instant_filters
from .kinds import Kinds, load_kinds

_SHORT = {"de": "dd.MM.y", "en": "d MMMM y"}
_LONG = {"de": "EEEE, dd.MM.y", "en": "EEEE, d MMMM y"}
_AND = {"de": " und ", "en": " and "}


def add_filters(environment: Environment, folders: Sequence[Path] = ()) -> None:
    """Make the filters known: ``date, weekday, party, listed, sentence, sooner, span, message_kind``.

    `folders`: where a municipality places templates of its own among the kinds of messages.
    """
    environment.filters.update(date=day_text, weekday=weekday_text, party=party_text, listed=listed_text)
    environment.filters.update(sentence=sentence_text, sooner=sooner, message_kind=_kind_text(folders))
    add_instant_filters(environment)


@pass_context
def day_text(context: Context, value: Any) -> str:
    """19.01.2024; 19 January 2024. What is no day comes out as it is."""
    return _formatted(_SHORT[context["lang"]], context["lang"], value)


@pass_context
def weekday_text(context: Context, value: Any) -> str:
    """Freitag, 19.01.2024; Friday, 19 January 2024."""
    return _formatted(_LONG[context["lang"]], context["lang"], value)


def _formatted(pattern: str, lang: str, value: Any) -> str:
    if isinstance(value, Undefined):
        return str(value)  # a strict undefined complains with its own name
    return _day(pattern, lang, str(value))  # a day as text is an ISO text


@lru_cache(maxsize=4096)
def _day(pattern: str, lang: str, text: str) -> str:
    try:
        return str(format_date(date.fromisoformat(text), pattern, locale=lang))
    except ValueError:
        return text


@pass_context
def party_text(context: Context, value: Any) -> str:
    """The name of a party by its key; of several: listed. An unknown key comes out as it is."""
    names: Mapping[str, str] = context["names"]
    if isinstance(value, list | tuple):
        return listed_text(context, [names.get(str(key), str(key)) for key in value])
    return names.get(str(value), str(value))


@pass_context
def listed_text(context: Context, values: Iterable[Any]) -> str:
    """A, B und C."""
    words = [str(value) for value in values]
    return _AND[context["lang"]].join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])


def _kind_text(folders: Sequence[Path]) -> Callable[[Context, Any], str]:
    @cache
    def known() -> Kinds:  # not before it is needed: a mistake in the file holds up no other message
        return load_kinds(folders)

    @pass_context
    def kind_text(context: Context, value: Any) -> str:
        """What kind of message a template is: Erinnerungen vor und an dem Tag."""
        return known().of(str(value)).label.in_(context["lang"])

    return kind_text


def sentence_text(value: Any) -> str:
    """The beginning in capitals, the rest as it is (``capitalize`` would make names small)."""
    text = str(value)
    return text[:1].upper() + text[1:]


def sooner(deadlines: Iterable[Mapping[str, Any]], deadline: Mapping[str, Any] | None, name: str) -> Any:
    """`deadline`, or the deadline `name` where that runs and ends earlier: the day that a request must tell."""
    asked = [deadline] if deadline else []
    return min(
        [*asked, *(one for one in deadlines if one["name"] == name)], key=lambda one: one["due_on"], default=None
    )
