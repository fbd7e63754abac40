"""Files that commands write: into folders too, and never over something else."""

from pathlib import Path

import pytest

from vorgang.config.errors import InvalidInputError
from vorgang.notifications.drafting import Attachment
from vorgang.workflow.cli_out import apart, put_out


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = put_out(tmp_path / "papiere", "Verfuegung.pdf", b"1", over=False)
    assert path == tmp_path / "papiere" / "Verfuegung.pdf"
    assert path.read_bytes() == b"1"


def test_a_name_without_ending_is_a_file_when_the_content_has_none_either(tmp_path: Path) -> None:
    assert put_out(tmp_path / "brief", "anschreiben", b"1", over=False).is_file()


def test_what_lies_there_is_kept_unless_it_is_the_same(tmp_path: Path) -> None:
    filled = tmp_path / "entwurf.docx"
    put_out(filled, "x.docx", b"filled in", over=False)
    assert put_out(filled, "x.docx", b"filled in", over=False) == filled
    with pytest.raises(InvalidInputError) as refused:
        put_out(filled, "x.docx", b"empty", over=False)
    assert (refused.value.code, filled.read_bytes()) == ("cli_out_exists", b"filled in")
    put_out(filled, "x.docx", b"empty", over=True)
    assert filled.read_bytes() == b"empty"


def test_files_of_one_name_lie_apart_in_a_folder() -> None:
    files = [Attachment(name, "", b"") for name in ("V_S1.pdf", "a/V_S1.pdf", "v_s1.pdf", "V_S1-2.pdf", "M_S1.pdf")]
    assert [name for name, _ in apart(files)] == ["V_S1.pdf", "V_S1-2.pdf", "v_s1-3.pdf", "V_S1-2-2.pdf", "M_S1.pdf"]
