"""What people read when a file cannot be used."""

from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from vorgang.config.os_errors import cause
from vorgang.config.text import Text


def test_what_the_system_says_is_said_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory") as caught:
        tmp_path.read_bytes()
    assert cause(caught.value) == Text("es ist ein Ordner", "it is a folder")
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "fehlt").read_bytes()
    assert cause(missing.value).de == "es gibt sie nicht"


def test_of_wrong_text_the_place_is_named() -> None:
    with pytest.raises(UnicodeDecodeError) as caught:
        b"Stra\xdfe".decode()
    assert cause(caught.value) == Text("kein Text in UTF-8 (Byte 5)", "no text in UTF-8 (byte 5)")


def test_what_is_rare_keeps_the_words_of_the_system() -> None:
    assert cause(OSError(9999, "out of cheese")) == Text("out of cheese", "out of cheese")


def test_a_german_message_holds_no_english(vorgang: Vorgang, tmp_path: Path) -> None:
    error = vorgang.fails(2, "paper", "render", "1/24", "--text", tmp_path)
    assert "es ist ein Ordner" in error["de"]
    assert "it is a folder" in error["en"]
