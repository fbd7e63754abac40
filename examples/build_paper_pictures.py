"""Sets the papers that docs/papers.md shows, as pictures: ``python -m examples.build_paper_pictures``.

Beside them stands from what each was made (`MADE_FROM`), so that a test notices a picture that shows what was.
"""

import json
import sys
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from vorgang.notifications.papers import pdf_writer
from vorgang.notifications.papers.chain import ChainRow, ShownVersion
from vorgang.notifications.papers.model import Paper, block_data
from vorgang.notifications.papers.pdf_writer import pages
from vorgang.notifications.papers.printing import Look, Papers, Redaction, Sheet
from vorgang.notifications.papers.resolution import Resolution
from vorgang.notifications.papers.view import Interim, Known, Signed, view
from vorgang.notifications.samples import samples

FOLDER = Path(__file__).parents[1] / "docs" / "papers"
#: Name of a picture -> SHA-256 of what it was made from.
MADE_FROM = "pictures.toml"
BERLIN = ZoneInfo("Europe/Berlin")
SIGNED_AT = datetime(2024, 2, 20, 16, 0, tzinfo=BERLIN)
ANSWERS = [
    {
        "frage": "Ab wann sind die Gespräche geplant?",
        "antwort": "Die Gespräche beginnen im Herbst. Vorgesehen sind:\n- ein Besuch,\n- ein Treffen der Vereine.",
    },
    {
        "frage": "Was kosten sie?",
        "antwort": "| Jahr | Anlass | Kosten |\n| 2024 | Besuch | 2.500 € |\n| 2025 | Gegenbesuch | 4.000 € |\n\n"
        "Die Mittel stehen bereit. Auskunft gibt Frau Yüksel, Musterweg 3, 12345 Beispielstadt, Tel. 01234 567890.",
    },
]
FACTS: Mapping[str, Any] = {
    "fragen": [one["frage"] for one in ANSWERS],
    "antworten": ANSWERS,
    "stellungnahme_nummer": "S0007/24",
    "ausfertigungen": [{"amt": "amt41", "anzahl": 2}, {"amt": "amt48", "anzahl": 1}],
    "veroeffentlichung": "oeffentlich",
}
_WANTED = date(2024, 2, 16)
_DONE = ChainRow("41 Kultur", "mitzeichnung", _WANTED, "Kemal Beispiel", None, SIGNED_AT, version="2", stage=1)
CHAIN = (
    _DONE._replace(result="verweigert", remark="Die Kosten fehlen.", version="1"),
    _DONE._replace(result="mitgezeichnet", asked=2),
    _DONE._replace(
        office="411 Archiv", result="mitgezeichnet", due=date(2024, 2, 14), by="Lena Muster", stage=None, depth=1
    ),
    _DONE._replace(
        office="48 Bildung", result="nicht betroffen", by="Sabine Beispiel", on_behalf_of="Ina Muster", form="i. V."
    ),
    _DONE._replace(office="65 Gebäude", result="Schweigen gilt als Zustimmung", by=None, stage=2),
    ChainRow("30 Recht", "mitzeichnung", result="übersprungen", remark="nicht mehr betroffen", stage=2, asked=0),
    ChainRow("20 Kämmerei", "gesehen", None, "Hans Muster", None, SIGNED_AT, "gesehen", stage=1),
)
VERSIONS = (
    ShownVersion("3", "4f1c9d20a7be", "entwurf-3.docx", "Petra Muster"),
    ShownVersion("2", "9ac07731e5d2", reason="Tippfehler in der Tabelle"),
)
STOPS = (
    {"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme"},
    {"gremium": "rat", "sitzung": "2024-03-14", "rolle": "entscheidung"},
)

PROPOSED = (
    "Der Bericht der Verwaltung wird zur Kenntnis genommen.",
    "Die Verwaltung gründet bis Ende 2024 ein Netzwerk.",
)
RESOLVED = Resolution(
    gremium="rat",
    sitzung="2024-03-14",
    top="Ö 7",
    result="geändert beschlossen",
    votes={"ja": 31, "nein": 12, "enthaltungen": 2},
    number="17/2024",
    wording="Die Verwaltung gründet bis Ende 2024 ein Netzwerk und berichtet dem Rat jährlich.",
    as_proposed=False,
    proposed=PROPOSED,
    amendments=(),
    tasks=({"amt": "amt41", "aufgabe": "Netzwerk gründen", "zieltermin": "2024-12-31"},),
    settled=True,
)


def values(*, own_number: bool, signed: bool = True, unsigned: bool = False) -> dict[str, Any]:
    """What a layout sees of the made-up case."""
    sample = samples("de")[0]
    names = {**sample["names"], "rat": "Rat der Stadt", "yueksel": "Ayşe Yüksel"}
    known = Known(
        public=True,
        today=SIGNED_AT.date(),
        own_number=own_number,
        signed=Signed("Erika Muster", "Bürgermeisterin", None, SIGNED_AT.date()) if signed else None,
        chain=CHAIN,
        versions=VERSIONS,
        consultations=STOPS,
        interim=Interim("Das Kulturamt wartet auf die Zahlen der Partnerstadt.", "2024-03-01", _WANTED),
        unsigned=unsigned,
    )
    return view({**sample, "names": names, "facts": {**sample["facts"], **FACTS}}, known)


def report() -> dict[str, Any]:
    """What the layout of a report sees: nobody has asked."""
    seen = values(own_number=False)
    case = {**seen["case"], "kind": "Mitteilung", "lifecycle": "mitteilung"}
    answers = [{"frage": "", "antwort": ANSWERS[0]["antwort"]}]
    facts = {name: value for name, value in seen["facts"].items() if name not in {"fragen", "fragesteller"}}
    return {**seen, "case": case, "facts": {**facts, "bezuege": ["0321/2022"]}, "answers": answers}


def proposal(resolution: Resolution | None = None) -> dict[str, Any]:
    """What the layouts of a proposal of the administration, and of a resolution on it, see."""
    seen = report()
    case = {**seen["case"], "kind": "Beschlussvorlage", "lifecycle": "beschlussvorlage"}
    more = {"beschlussvorschlag": list(PROPOSED), "dringlich_weil": "Die Förderung läuft zum 31. März aus."}
    resolved = resolution and {**resolution._asdict(), "tasks": list(resolution.tasks)}
    today = "2024-03-15" if resolution else seen["today"]
    return {**seen, "case": case, "facts": {**seen["facts"], **more}, "resolution": resolved, "today": today}


def papers() -> Mapping[str, Paper]:
    """The papers that are shown, by the names of their pictures."""
    form = Papers(looks=lambda: {"": Look({"stellungnahme": "formular"}, own_number=True)})
    letter, private = Papers(), Redaction(("Ayşe Yüksel",))
    seen, draft = values(own_number=False), values(own_number=False, signed=False)
    interim = values(own_number=False, signed=False, unsigned=True)
    shapes: Mapping[str, tuple[Papers, Sheet]] = {
        "brief": (letter, Sheet("stellungnahme", "", seen, SIGNED_AT)),
        "formular": (form, Sheet("stellungnahme", "", values(own_number=True), SIGNED_AT)),
        "mitteilung": (letter, Sheet("mitteilung", "", report(), SIGNED_AT)),
        "verfuegung": (letter, Sheet("verfuegung", "", seen, SIGNED_AT)),
        "beschlussvorlage": (letter, Sheet("beschlussvorlage", "", proposal(), SIGNED_AT)),
        "ausfertigung": (letter, Sheet("ausfertigung", "", proposal(RESOLVED), SIGNED_AT)),
        "zwischenbescheid": (letter, Sheet("zwischenbescheid", "", interim, SIGNED_AT)),
        "entwurf-anonymisiert": (letter, Sheet("stellungnahme", "", draft, SIGNED_AT, private)),
    }
    return {name: layouts.paper(sheet)[0] for name, (layouts, sheet) in shapes.items()}


def digest(paper: Paper) -> str:
    """What a picture of this paper is made from: all that it says, and how papers are set."""
    said = {**paper._asdict(), "blocks": [block_data(block) for block in paper.blocks], "created": str(paper.created)}
    setting = (Path(pdf_writer.__file__).parent / "paper.typ").read_text("utf-8")
    return sha256(json.dumps([said, setting], ensure_ascii=False).encode()).hexdigest()


def stale(folder: Path = FOLDER) -> list[str]:
    """The pictures that are missing, or were made from something else than what is there now."""
    known = tomllib.loads((folder / MADE_FROM).read_text("utf-8"))
    made = papers()
    wrong = {name for name, paper in made.items() if known.get(name) != digest(paper)}
    missing = {name for name in made if not (folder / f"{name}.png").is_file()}
    return sorted(wrong | missing | (known.keys() - made.keys()))


def build(folder: Path) -> None:
    """Write the pictures into `folder`, and from what they were made."""
    made = papers()
    for name, paper in made.items():
        (folder / f"{name}.png").write_bytes(pages(paper, 70)[0])
    lines = [f'{name} = "{digest(paper)}"\n' for name, paper in made.items()]
    (folder / MADE_FROM).write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
