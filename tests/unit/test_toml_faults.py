"""What is wrong with a file that is no TOML is said in both languages, with its place."""

import tomllib

import pytest

from vorgang.config.text import Text
from vorgang.config.toml_faults import fault_of


@pytest.mark.parametrize(
    ("written", "de"),
    [
        ("a = 2024-02-30", "diesen Tag gibt es nicht (Zeile 1, Spalte 5)"),
        ("a = \n", "hinter dem = steht kein gültiger Wert (Zeile 1, Spalte 5)"),
        ("a = 1 2", "hinter dem Wert steht noch etwas (Zeile 1, Spalte 7)"),
        ("a\n", "hinter dem Namen fehlt das = (Zeile 1, Spalte 2)"),
        ("a=1\na=2\n", "diesen Namen gibt es zweimal (Zeile 2, Spalte 4)"),
        ("[x]\n[x]", "diese Überschrift gibt es zweimal (Zeile 2, Spalte 3)"),
        ("a=[1", "eine Klammer ] fehlt (am Ende der Datei)"),
        ("[x\n", "eine Klammer ] fehlt (Zeile 1, Spalte 3)"),
        ("a={b=1\n", "eine Klammer } fehlt (Zeile 1, Spalte 7)"),
        ('a = "x\n', "ein Anführungszeichen fehlt (Zeile 1, Spalte 7)"),
        ("a = 'x", "ein Anführungszeichen fehlt (am Ende der Datei)"),
    ],
)
def test_a_fault_is_told_in_german_too(written: str, de: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(written)
    told = fault_of(caught.value)
    assert isinstance(told, Text)
    assert told.de == de
    assert told.en.isascii()


def test_an_unknown_fault_is_not_hidden() -> None:
    assert fault_of(ValueError("something else (at line 1, column 1)")) == "something else (at line 1, column 1)"
