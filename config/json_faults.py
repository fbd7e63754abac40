"""What is wrong with a text that is no JSON, in words; the reader of Python's library speaks English only."""

import json
from collections.abc import Mapping

from .text import Text

#: What it says first, for the faults that people come upon.
_FAULTS: Mapping[str, Text] = {
    "Expecting ',' delimiter": Text("ein Komma fehlt", "a comma is missing"),
    "Expecting ':' delimiter": Text("ein Doppelpunkt fehlt", "a colon is missing"),
    "Expecting property name": Text(
        "ein Name in doppelten Anführungszeichen fehlt", "a name in double quotes is missing"
    ),
    "Expecting value": Text(
        "ein Wert fehlt, oder ein Text steht ohne Anführungszeichen", "a value is missing, or a text is without quotes"
    ),
    "Illegal trailing comma": Text("ein Komma ist zu viel", "there is a comma too many"),
    "Unterminated string": Text("ein Anführungszeichen fehlt", "a quotation mark is missing"),
    "Invalid control character": Text(
        "ein Text geht über das Ende der Zeile", "a text goes beyond the end of the line"
    ),
    "Invalid \\": Text("ein \\ muss doppelt stehen", "a \\ must be doubled"),
    "Extra data": Text("dahinter steht noch etwas", "something follows it"),
}


def fault_of(error: ValueError | RecursionError) -> Text | str:
    """What is wrong, and where; what the library says, if that is another fault."""
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    told = next((text for said, text in _FAULTS.items() if error.msg.startswith(said)), Text(error.msg, error.msg))
    line, column = error.lineno, error.colno
    return Text(f"{told.de}, Zeile {line}, Zeichen {column}", f"{told.en}, line {line}, character {column}")
