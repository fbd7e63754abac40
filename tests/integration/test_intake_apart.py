"""Files are read in a process of their own: what one does to it harms no other, and it is reused over many."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.documents import attach, docx_of, letter, paragraph, pdf_of, scanned
from vorgang.config.errors import UnreadableError
from vorgang.notifications.workshop import FAILURES, Workshop
from vorgang.workflow.intake.apart import READER, READING, asked, read_apart, read_file, unpacked
from vorgang.workflow.intake.reading import read_document

CONTENT = "Größe der Bänke\tRat\n".encode()


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    """A process that does harm when asked to."""
    trade = READING._replace(bench="tests.helpers.harmful_bench", cpu_seconds=20)
    workshop = Workshop(trade)
    yield workshop
    workshop.close()


def test_what_is_read_apart_is_what_is_read_here() -> None:
    mail = letter()
    attach(mail, docx_of(paragraph("Anlage")), "a.docx")
    attach(mail, pdf_of("Zweite Anlage"), "b.pdf")
    attach(mail, scanned(), "scan.pdf")
    for content, name in ((mail.as_bytes(), "m.eml"), (CONTENT, "a.txt"), (pdf_of("Seite"), "a.pdf")):
        assert read_apart(content, name) == read_document(content, name)


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "seite.txt"
    path.write_bytes(CONTENT)
    assert read_file(path).name == "seite.txt"


def test_an_error_comes_back_as_it_is() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_apart(scanned(3), "scan.pdf")
    assert (caught.value.code, caught.value.params["pages"]) == ("intake_scan", 3)
    assert "Texterkennung" in caught.value.remedy()


def test_the_process_is_reused() -> None:
    read_apart(CONTENT, "a.txt")
    process = READER.process
    assert process is not None
    for number in range(20):
        read_apart(CONTENT, f"{number}.txt")
    assert READER.process is process


@pytest.mark.parametrize(
    ("task", "code", "seconds"),
    [("spin", "intake_time", 0.3), ("hoard", "intake_memory", 20), ("crash", "intake_crash", 1)],
)
def test_a_harmful_file_is_named_and_the_next_one_is_read(
    workshop: Workshop, task: str, code: str, seconds: float
) -> None:
    workshop.cpu_seconds = seconds
    for _ in range(FAILURES + 1):  # none rests: a person has handed it in again
        with pytest.raises(UnreadableError) as caught:
            workshop.do(task, "böse.docx", content=b"x", name="böse.docx")
        assert caught.value.code == code
        assert "böse.docx" in caught.value.text("en")
    assert unpacked(workshop.do("read", "a.txt", content=CONTENT, name="a.txt")).text == "Größe der Bänke\tRat"


def test_one_that_only_waits_is_ended_by_the_wall_clock(workshop: Workshop) -> None:
    workshop.do("read", "a.txt", content=CONTENT, name="a.txt")
    workshop.wall_seconds = 0.3
    with pytest.raises(UnreadableError) as caught:
        workshop.do("sleep", "a.txt", content=b"x", name="a.txt")
    assert caught.value.code == "intake_time"


def test_a_file_too_large_is_not_even_handed_over() -> None:
    READER.close()
    with pytest.raises(UnreadableError) as caught:
        asked("read", bytes((50 << 20) + 1), "riesig.pdf")
    assert caught.value.code == "intake_too_large"
    assert READER.process is None


def test_the_largest_file_is_handed_over(workshop: Workshop) -> None:
    with pytest.raises(UnreadableError) as caught:
        workshop.do("read", "null.bin", content=bytes(50 << 20), name="null.bin")
    assert caught.value.code == "intake_empty"


def test_its_memory_is_limited() -> None:
    read_apart(CONTENT, "a.txt")
    process = READER.process
    assert process is not None
    limits = Path(f"/proc/{process.pid}/limits")
    if not limits.exists():
        pytest.skip("this system does not show the limits of a process")
    (space,) = [line for line in limits.read_text().splitlines() if line.startswith("Max address space")]
    assert space.split()[3] == str(1 << 30)
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 1 << 30


def test_it_knows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_SMTP_PASSWORD", "geheim-im-umfeld")
    READER.close()
    read_apart(CONTENT, "a.txt")
    assert READER.process is not None
    environment = Path(f"/proc/{READER.process.pid}/environ")
    if not environment.exists():
        pytest.skip("this system does not show the environment of a process")
    assert b"geheim" not in environment.read_bytes()
    assert os.environ["VORGANG_SMTP_PASSWORD"]
