"""What the columns of a file of historical cases are called, and what a town says about its own file.

A mapping is a TOML file::

    source = "Altsystem"                      # part of the key of each row; default: altbestand
    [columns]                                  # what a column of the file means, where its name does not say so
    "Vorl.-Nr." = "nummer"
    [kinds]
    "Anfrage Fraktion" = "anfrage"
    [states]
    "erledigt" = "abgeschlossen"
    [parties]                                  # names that nobody has any more -> key of a party
    "Fraktion Alt" = "fraktion-neu"
    [defaults]                                 # for cells that are empty or not there
    art = "anfrage"
    oeffentlich = "ja"
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..config.errors import AuthorError, Finding

#: Our columns in the order in which a row is read, each with the names under which it is found.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kennung": ("kennung", "id", "schluessel", "vorgangsnummer", "key"),
    "art": ("art", "vorgangsart", "drucksachenart", "vorlagenart", "kind", "type", "paper type"),
    "nummer": ("nummer", "drucksachennummer", "drucksache", "vorlagennummer", "number", "reference"),
    "betreff": ("betreff", "titel", "subject", "title"),
    "fragesteller": ("fragesteller", "fragestellerin", "antragsteller", "antragstellerin", "einreicher", "asker"),
    "federfuehrung": ("federfuehrung", "federfuehrendes amt", "amt", "office", "lead office"),
    "gremium": ("gremium", "ausschuss", "body", "committee"),
    "schreiben_vom": ("schreiben vom", "datum des schreibens", "datum", "date of letter", "letter date", "date"),
    "eingang": ("eingang", "eingegangen", "eingangsdatum", "eingang am", "received"),
    "zugelassen": ("zugelassen", "zugelassen am", "zulassung", "admitted"),
    "beantwortet": ("beantwortet", "beantwortet am", "antwort vom", "answered"),
    "abgeschlossen": ("abgeschlossen", "abgeschlossen am", "abschluss", "erledigt am", "closed"),
    "frist": ("frist", "termin", "faellig", "due"),
    "zustand": ("zustand", "status", "state"),
    "oeffentlich": ("oeffentlich", "oeffentlichkeit", "public"),
    "wahlperiode": ("wahlperiode", "term", "legislative term"),
    "fragen": ("fragen", "frage", "questions", "question"),
    "antwort": ("antwort", "antworttext", "stellungnahme", "answer", "answer text"),
    "antwortnummer": ("nummer der antwort", "antwortnummer", "nummer der stellungnahme", "answer number"),
    "folgt_auf": ("folgt auf", "folgeanfrage zu", "bezug", "follow up of", "follows"),
}
#: A column that a report of ours has added.
ERRORS = "Fehler"
#: The source of a file that names none.
SOURCE = "altbestand"

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


def folded(text: str) -> str:
    """A name as it is compared: small letters, umlauts written out, nothing but letters and digits."""
    return _NO_LETTERS.sub(" ", text.casefold().translate(_WRITTEN_OUT)).strip()


_KNOWN = {folded(name): column for column, names in COLUMNS.items() for name in (column, *names)}


class Mapped(NamedTuple):
    """What a town says about its file."""

    source: str = SOURCE
    columns: Mapping[str, str] = {}
    kinds: Mapping[str, str] = {}
    states: Mapping[str, str] = {}
    parties: Mapping[str, str] = {}
    defaults: Mapping[str, str] = {}

    def column(self, header: str) -> str | None:
        """What a column of the file means; None: nothing that is taken over."""
        name = folded(header)
        return self.columns.get(name) or _KNOWN.get(name)


_TABLES = ("columns", "kinds", "states", "parties", "defaults")


def read_mapping(path: Path) -> Mapped:
    """The mapping in a TOML file.

    Raises:
        AuthorError: with everything that is wrong with it.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        finding = Finding(code="history_map_toml", file=str(path), key="–", params={"detail": str(error)})
        raise AuthorError([finding]) from None
    findings = [Finding(code=code, file=str(path), key=key, params=params) for code, key, params in _wrong(content)]
    if findings:
        raise AuthorError(findings)
    tables = {name: {folded(key): value for key, value in content.get(name, {}).items()} for name in _TABLES}
    tables["columns"] = {key: _KNOWN[folded(value)] for key, value in tables["columns"].items()}
    tables["defaults"] = {_KNOWN[key]: value for key, value in tables["defaults"].items()}
    return Mapped(content.get("source", SOURCE), **tables)


def _wrong(content: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    known = ", ".join(("source", *_TABLES))
    found = [("history_map_key", key, {"known": known}) for key in content if key not in ("source", *_TABLES)]
    if not isinstance(content.get("source", ""), str):
        found.append(("history_map_text", "source", {}))
    columns = ", ".join(COLUMNS)
    for name in _TABLES:
        table = content.get(name, {})
        if not isinstance(table, dict):
            found.append(("history_map_table", name, {}))
            continue
        for key, value in table.items():
            place = f"{name}.{key}"
            column = value if name == "columns" else key
            if not isinstance(value, str):
                found.append(("history_map_text", place, {}))
            elif name in {"columns", "defaults"} and folded(str(column)) not in _KNOWN:
                found.append(("history_map_column", place, {"given": column, "known": columns}))
    return found
