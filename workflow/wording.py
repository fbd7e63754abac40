"""What the command line says, German and English: ``cli_words.toml`` beside this module."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from ..config.text import LANGS, Lang, Text
from ..config.texts import told

_LANG = "--lang"


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Everything by section (``say``, ``command``, ``option``) and key."""
    return tomllib.loads((files(__package__) / "cli_words.toml").read_text("utf-8"))


def phrase(key: str, section: str = "say") -> Text:
    """One text of the catalogue."""
    row = words()[section][key]
    return Text(row["de"], row["en"])


def say(key: str, lang: Lang, /, **params: object) -> str:
    """The sentence `key` in `lang`, filled with `params`."""
    return filled(phrase(key).in_(lang), lang, params)


def sentence(key: str, **params: object) -> Text:
    """The sentence `key` in both languages, filled with `params`."""
    return Text(*(say(key, lang, **params) for lang in LANGS))


def filled(text: str, lang: Lang, params: Mapping[str, object]) -> str:
    """A text with its parameters as the reader of `lang` is shown them."""
    return text.format(**{name: told(value, lang) for name, value in params.items()})


def counted(count: int, noun: str, lang: Lang) -> str:
    """``1 Vorgang``, ``2 Vorgänge``: a number before its noun (section ``count`` of the wording)."""
    one, many = phrase(noun, "count").in_(lang).split("|")
    return f"{count} {one if count == 1 else many}"


def clean(value: object) -> str:
    """A value as printable text: nothing in the data may steer a terminal."""
    text = "–" if value is None or value == "" else str(value)
    return "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "\ufffd" for c in text)


def chosen_lang(arguments: Sequence[str], environ: Mapping[str, str] | None = None) -> Lang:
    """The language of a call: ``--lang``, else VORGANG_LANG, else the locale of the environment, else German."""
    environ = os.environ if environ is None else environ
    for number, argument in enumerate(arguments):
        if argument.startswith(_LANG + "="):
            return _lang_of(argument.removeprefix(_LANG + "="))
        if argument == _LANG and number + 1 < len(arguments):
            return _lang_of(arguments[number + 1])
    names = ("VORGANG_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    return _lang_of(next((environ[name] for name in names if environ.get(name)), ""))


def _lang_of(locale: str) -> Lang:
    """German unless the locale names another language; who reads neither is served better by English."""
    word = locale.split(".", maxsplit=1)[0].split("_", maxsplit=1)[0].lower()
    return "de" if word in ("", "de", "c", "posix") else "en"
