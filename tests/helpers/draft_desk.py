"""The office at its desk: it works on an inquiry, fetches the template and files what it has written."""

import json
from pathlib import Path
from typing import Any

from tests.helpers.command_line import Vorgang

LEAD, MAYOR = "beispiel01", "schulz"
_CLERK = "randt"


def in_work(vorgang: Vorgang, number: str, *questions: str) -> str:
    """An inquiry with these questions that its office works on; its id."""
    data = {
        "nummer": number,
        "betreff": "Radweg",
        "schreiben_vom": "2024-03-01",
        "eingang": "2024-03-04",
        "fragesteller": "severcan",
        "fragen": list(questions),
    }
    case = str(vorgang.json("case", "open", "anfrage", "--as", _CLERK, "--data", json.dumps(data))["case"]["id"])
    vorgang.json("case", "fire", case, "zulassen", "--as", _CLERK)
    vorgang.json("case", "fire", case, "zuweisen", "--as", _CLERK, "-s", "federfuehrung=amt01")
    vorgang.json("case", "fire", case, "annehmen", "--as", LEAD)
    return case


def template(vorgang: Vorgang, case: str, suffix: str = "docx") -> bytes:
    """The drafting template of the inquiry."""
    path = Path(f"vorlage.{suffix}")
    vorgang.json("draft", "template", case, "--format", suffix, "--out", path, "--overwrite")
    return path.read_bytes()


def file(vorgang: Vorgang, case: str, content: bytes, name: str = "entwurf.docx") -> Any:
    """What comes of filing a draft."""
    Path(name).write_bytes(content)
    return vorgang.json("draft", "file", case, name, "--as", LEAD)
