"""(i) Documents read and understood: one page of each format and shape in process, a thousand in the child process.

What counts is the time of the processor, of both processes: the wall clock says how busy the machine is with others.
"""

import io
import os
import time
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from html import escape
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import docx

from tests.helpers.documents import odt_of, pdf_of
from vorgang.config.profile_files import load_profiles
from vorgang.workflow.intake.apart import READER, understand_apart
from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understanding_town import KnownTown

#: Milliseconds for a page, in the median; seconds for a thousand documents in the child process.
PAGE_MS, THOUSAND_S = 50.0, 60.0
_TIMES = 10


class Shape(NamedTuple):
    """A page as offices have it: what stands above its table, the table, and what follows."""

    above: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...]


_REASONS = (
    "Im vergangenen Winter fielen am Uferweg zwischen der alten Mühle und dem Bootshaus mehrere Laternen aus. Wer dort"
    " abends zu Fuß unterwegs ist, sieht die Stufen nicht. Der Ausschuss hat sich damit zuletzt am 14.05.2024 befasst"
    " (0412/2024), ohne dass seither etwas geschehen wäre."
)
_QUESTIONS = tuple(
    f"{number}. {text}"
    for number, text in enumerate(
        (
            "Wie viele Laternen am Uferweg sind seit dem 01.11.2024 ausgefallen, und wann werden sie ersetzt?",
            "Welche Kosten entstehen der Stadt dadurch, und aus welchen Mitteln werden sie bestritten?",
            "Bis wann legt die Verwaltung ein Konzept für die Beleuchtung der Wege am Fluss vor?",
        ),
        1,
    )
)
#: A letter of a group, a page of a council information system, and the answer of the administration.
SHAPES = {
    "letter": Shape(
        ("Ratsgruppe Flussufer", "An den Oberbürgermeister", "Musterstadt, den 03.02.2025", "Anfrage gemäß § 5"),
        (),
        (
            *("Betreff: Laternen am Uferweg", "Sehr geehrter Herr Oberbürgermeister,", _REASONS, *_QUESTIONS),
            *("Mit freundlichen Grüßen", "Erika Muster", "Sprecherin"),
        ),
    ),
    "page": Shape(
        (
            *("Anfrage 0187/2025", "Betreff: Laternen am Uferweg", "Status: öffentlich", "Datum: 03.02.2025"),
            *("Verfasser: Ratsgruppe Flussufer", "Federführend: Fachbereich Tiefbau", "Beratungsfolge:"),
        ),
        (
            ("Gremium", "Datum", "Zuständigkeit"),
            ("Ausschuss für Umwelt", "18.02.2025", "Vorberatung"),
            ("Rat der Stadt", "13.03.2025", "Kenntnisnahme"),
        ),
        (_REASONS, *_QUESTIONS),
    ),
    "answer": Shape(
        (
            *("Stellungnahme der Verwaltung", "Stellungnahme-Nr. S0044/25 zur Anfrage 0187/2025"),
            *("Bezeichnung: Laternen am Uferweg", "Datum: 10.03.2025", "Verteiler"),
        ),
        (("Gremium", "Tag"), ("Der Oberbürgermeister", "11.03.2025"), ("Rat der Stadt", "13.03.2025")),
        (
            *_QUESTIONS[:1],
            "Es sind elf Laternen ausgefallen. Die Verwaltung wird sie bis zum 30.06.2025 ersetzen.",
            *_QUESTIONS[1:2],
            "Die Kosten betragen 48.000 Euro. Ein Konzept wird im III. Quartal 2025 vorgelegt.",
            "gez. Muster",
        ),
    ),
}


def _text(shape: Shape) -> bytes:
    return "\n\n".join([*shape.above, *("\t".join(row) for row in shape.rows), *shape.below]).encode()


def _html(shape: Shape) -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in shape.rows)
    above, below = ("".join(f"<p>{escape(line)}</p>" for line in lines) for lines in (shape.above, shape.below))
    return f"<html><body>{above}<table>{rows}</table>{below}</body></html>".encode()


def _docx(shape: Shape) -> bytes:
    document = docx.Document()
    for line in shape.above:
        document.add_paragraph(line)
    if shape.rows:
        table = document.add_table(len(shape.rows), len(shape.rows[0]))
        for row, cells in zip(table.rows, shape.rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    for line in shape.below:
        document.add_paragraph(line)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _odt(shape: Shape) -> bytes:
    def lines(texts: tuple[str, ...]) -> str:
        return "".join(f"<text:p>{escape(text)}</text:p>" for text in texts)

    cells = ("".join(f"<table:table-cell>{lines((cell,))}</table:table-cell>" for cell in row) for row in shape.rows)
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return odt_of(f"{lines(shape.above)}<table:table>{rows}</table:table>{lines(shape.below)}")


def _pdf(shape: Shape) -> bytes:
    cells = "".join(f"[{cell}]," for row in shape.rows for cell in row)
    table = [f"#table(columns: {len(shape.rows[0])}, {cells})"] if shape.rows else []
    lines = [
        line.replace(". ", "\\. ", 1) if line[0].isdigit() else line for line in (*shape.above, *table, *shape.below)
    ]
    return pdf_of('#set text(lang: "de")\n' + "\n\n".join(lines))


def _mail(shape: Shape) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "gruppe@example.org", "rat@example.org"
    mail["Date"], mail["Subject"] = "Mon, 03 Feb 2025 09:00:00 +0100", "Laternen am Uferweg"
    mail.set_content(_text(shape).decode())
    mail.add_attachment(_docx(shape), maintype="application", subtype="octet-stream", filename="anfrage.docx")
    return mail.as_bytes()


FORMATS: dict[str, Callable[[Shape], bytes]] = {
    "txt": _text,
    "html": _html,
    "docx": _docx,
    "odt": _odt,
    "pdf": _pdf,
    "eml": _mail,
}


def intake(rounds: int, documents: int) -> dict[str, dict[str, Any]]:
    """Milliseconds of a page by format and by shape; seconds of so many documents through the child process."""
    town = KnownTown.of_profile(load_profiles().get("hagen"))
    files = {(form, name): make(shape) for name, shape in SHAPES.items() for form, make in FORMATS.items()}
    found = {f"i page {form}": _page(files[form, "page"], form, town, rounds) for form in FORMATS}
    found |= {f"i {name}": _page(files["docx", name], "docx", town, rounds) for name in SHAPES}
    return {**found, "i through the child process": _through(files, town, documents)}


def _page(content: bytes, form: str, town: KnownTown, rounds: int) -> dict[str, Any]:
    """Reading it, and understanding what was read; by the wall clock, and by that of the process."""
    work = partial(_understood, content, f"anfrage.{form}", town)
    work()
    taken = [_clocks(work) for _ in range(rounds * _TIMES)]
    wall, cpu = (1000 * median(times) for times in zip(*taken, strict=True))
    return {"cpu_ms": round(cpu, 1), "wall_ms": round(wall, 1), "at_most_ms": PAGE_MS, "met": cpu <= PAGE_MS}


def _understood(content: bytes, name: str, town: KnownTown) -> None:
    understand(read_document(content, name), town)


def _clocks(work: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _through(files: dict[tuple[str, str], bytes], town: KnownTown, documents: int) -> dict[str, Any]:
    """Each of another format and shape than the one before; a first round is not counted."""
    named = [(content, f"{shape}.{form}") for (form, shape), content in files.items()]
    for content, name in named:
        understand_apart(content, name, town)
    start, busy = time.perf_counter(), _processor_seconds()
    for content, name in islice(cycle(named), documents):
        understand_apart(content, name, town)
    wall, cpu = time.perf_counter() - start, _processor_seconds() - busy
    most = THOUSAND_S * documents / 1000
    figures = {"documents": documents, "cpu_s": round(cpu, 2), "wall_s": round(wall, 2), "at_most_s": most}
    return {**figures, "met": cpu <= most}


def _processor_seconds() -> float:
    """Of this process and of the child that reads."""
    assert READER.process is not None
    fields = Path(f"/proc/{READER.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
