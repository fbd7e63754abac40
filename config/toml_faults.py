"""What is wrong with a file that is no TOML, in words; the reader of Python's library speaks English only."""

import re

from .text import Text

#: What it says, for the faults that authors come upon, and what that means.
_FAULTS = (
    (r"Invalid date or datetime", Text("diesen Tag gibt es nicht", "there is no such day")),
    (r"Invalid value", Text("hinter dem = steht kein gültiger Wert", "no valid value follows the =")),
    (r"Expected newline or end", Text("hinter dem Wert steht noch etwas", "something follows the value")),
    (r"Expected '=' after", Text("hinter dem Namen fehlt das =", "the = after the name is missing")),
    (r"Cannot overwrite a value", Text("diesen Namen gibt es zweimal", "this name occurs twice")),
    (r"Cannot declare .* twice", Text("diese Überschrift gibt es zweimal", "this heading occurs twice")),
    (r"Unclosed array|Expected '\]'", Text("eine Klammer ] fehlt", "a bracket ] is missing")),
    (r"Unclosed inline table", Text("eine Klammer } fehlt", "a brace } is missing")),
    (
        r"Illegal character '\\n'|Expected \"'\"|Unterminated string",
        Text("ein Anführungszeichen fehlt", "a quotation mark is missing"),
    ),
    (r"Unescaped", Text("ein \\ muss doppelt stehen", "a \\ must be doubled")),
    (r"Invalid statement", Text("hier steht kein Name", "there is no name here")),
)
_PLACE = re.compile(r"at line (\d+), column (\d+)")


def fault_of(error: ValueError) -> Text | str:
    """What is wrong, and where; what the library says, if that is another fault."""
    told = next((text for said, text in _FAULTS if re.search(said, str(error))), None)
    if told is None:
        return str(error)
    found = _PLACE.search(str(error))
    if found is None:
        return Text(f"{told.de} (am Ende der Datei)", f"{told.en} (at the end of the file)")
    return Text(f"{told.de} (Zeile {found[1]}, Spalte {found[2]})", f"{told.en} (line {found[1]}, column {found[2]})")
