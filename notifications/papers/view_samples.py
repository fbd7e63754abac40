"""Made-up records with which layouts are tried out: of a signed answer with everything, and of one nobody knows."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .chain import ChainRow, ShownVersion
from .resolution import Resolution
from .view import Interim, Known, Signed

_DAY = date(2024, 2, 20)
_AT = datetime(2024, 2, 14, 9, 20, tzinfo=ZoneInfo("Europe/Berlin"))


def known_samples() -> tuple[Known, ...]:
    """One with everything, one bare."""
    interim = Interim("Rückfrage an die Partnerstadt läuft", "2024-02-16", _DAY)
    chain = (
        ChainRow(
            "41 Kultur", "mitzeichnung", _DAY, "Kemal Beispiel", None, _AT, "mitgezeichnet", remark="Ohne Bedenken."
        ),
        ChainRow("48 Bildung", "gesehen", None, None, None, None, "vorgelegt", open=True, depth=1),
    )
    stops = ({"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme"},)
    full = Known(
        public=True,
        today=_DAY,
        own_number=True,
        text="Die Gespräche beginnen im Herbst.",
        signed=Signed("Erika Muster", "Bürgermeisterin", "Hans Beispiel", _DAY),
        interim=interim,
        chain=chain,
        versions=(
            ShownVersion("2", "0" * 64, "entwurf-2.docx", "Petra Muster"),
            ShownVersion("1", "1" * 64, reason="Tippfehler"),
        ),
        consultations=stops,
        treatments=tuple(stop | {"ergebnis": "zur Kenntnis genommen"} for stop in stops),
        resolution=Resolution(
            gremium="rat",
            sitzung="2024-03-14",
            top="Ö 3",
            result="geändert beschlossen",
            votes={"ja": 20, "nein": 3, "enthaltungen": 1},
            number="12/2024",
            wording=None,
            as_proposed=False,
            proposed=("Ein Netzwerk wird gegründet.", "Es berichtet jährlich."),
            amendments=({"nummer": "0007/2024", "fragesteller": "severcan", "wortlaut": "… und ein Beirat."},),
            tasks=({"amt": "amt41", "aufgabe": "Netzwerk gründen", "zieltermin": "2024-09-30"},),
            settled=True,
        ),
    )
    return full, Known(public=False, today=_DAY, interim=Interim("", "", _DAY))


def session_samples() -> tuple[dict[str, Any], dict[str, Any]]:
    """Made-up values with which the layouts are tried out: everything, and next to nothing."""
    item = {
        "number": "Ö 1",
        "title": "0001/2024: Radweg",
        "closed": False,
        "paper": True,
        "urgent": "Frist",
        "moved": ["Änderungsantrag 0007/2024: Radweg (Fraktion)"],
        "role": "Entscheidung",
    }
    entered = {"by": "Petra Muster", "day": "2024-03-05", "clock": "18:20", "minutes": "Es wurde beraten."}
    votes = {"votes": {"ja": 7, "nein": 2, "enthaltungen": 1}, "wording": "Neu: …", "result": "geändert beschlossen"}
    session: dict[str, Any] = {"name": "Rat", "day": "2024-03-05", "begins": "16:00", "ends": "18:00"}
    session |= {"chair": "Petra Muster", "invited": "2024-02-20"}
    session |= {"place": "Saal", "public": True, "cancelled": False, "open": [item], "closed": [item], "hidden": 1}
    bare = {
        "begins": None,
        "ends": None,
        "place": None,
        "chair": None,
        "invited": None,
        "public": False,
        "cancelled": True,
    }
    less = {"urgent": "", "role": "", "paper": False, "votes": None, "wording": "", "minutes": "", "by": None}
    return (
        {"session": session, "item": {**item, **votes, **entered}},
        {
            "session": {**session, **bare, "open": [], "closed": [], "hidden": 0},
            "item": {**item, **votes, **entered, **less},
        },
    )
