"""Made-up contexts to try a template with in advance: one with everything, one with next to nothing."""

from collections.abc import Mapping
from typing import Any

from ..config.text import Lang, Text

_BASE = "https://vorgang.example"
_CASE = "0190d5c0-0000-7000-8000-000000000001"

_KIND = Text("Anfrage", "Inquiry")
_STATE = Text("in Bearbeitung", "being drafted")
_LABEL = Text("Antwort auf die Anfrage", "answer to the inquiry")
_TRACE = Text(
    "Antwort auf die Anfrage: 4 Wochen (Übung, keine Rechtspflicht).",
    "Answer to the inquiry: 4 weeks (courtesy, no legal duty).",
)


def samples(lang: Lang) -> tuple[Mapping[str, Any], ...]:
    """Contexts with which every template must come out."""
    return (_full(lang), _bare(lang))


def _bare(lang: Lang) -> dict[str, Any]:
    """A case of somebody else's lifecycle: no number, no subject, no deadline, no field that Vorgang knows."""
    case = {"id": _CASE, "number": None, "subject": None, "title": _KIND.in_(lang), "kind": _KIND.in_(lang)}
    return {
        "lang": lang,
        "recipient": {"key": "amt01", "name": "01 Hauptamt", "kind": "office"},
        "body": {"name": "Stadt Beispiel", "office": None},
        "case": {**case, "state": _STATE.in_(lang), "owner": None},
        "main": {"id": _CASE, "kind": _KIND.in_(lang), "facts": {}},
        "facts": {},
        "data": {},
        "params": {"rung": None, "missed": []},
        "deadline": None,
        "deadlines": [],
        "children": [],
        "also_to": [],
        "link": f"{_BASE}/vorgang/{_CASE}",
        "base_url": _BASE,
        "attached": False,
        "functions": {},
        "names": {},
    }


def _full(lang: Lang) -> dict[str, Any]:
    bare = _bare(lang)
    facts = {
        "fragesteller": "severcan",
        "schreiben_vom": "2023-12-05",
        "eingang": "2023-12-22",
        "fragen": ["Ab wann sind die Gespräche geplant?", "Wer nimmt teil?"],
        "federfuehrung": "amt01",
        "beteiligt": ["amt41", "amt48"],
        "entwurf": {"name": "Entwurf.docx"},
        "unterzeichnet_am": "2024-02-20",
        "gremium": "integrationsrat",
        "sitzung": "2024-03-05",
        "top": "Ö 3",
        "zusage": "Bericht über den weiteren Sachstand",
        "zusagen": [{"zusage": "Bericht über den weiteren Sachstand", "kontrolle": "2024-12-31"}],
    }
    deadline = {
        "name": "antwort",
        "label": _LABEL.in_(lang),
        "due_on": "2024-01-19",
        "days_left": -3,
        "overdue": True,
        "basis": "uebung",
        "set": False,
        "trace": [_TRACE.in_(lang)],
        "since": 2,
    }
    return {
        **bare,
        "recipient": {"key": "severcan", "name": "Hakan Severcan", "kind": "person"},
        "body": {"name": "Stadt Beispiel", "office": "Geschäftsstelle des Integrationsrates"},
        "case": {
            **bare["case"],
            "number": "1062/2023",
            "subject": "Aktueller Sachstand der Aufnahme städtepartnerschaftlicher Beziehungen",
            "title": "Aktueller Sachstand der Aufnahme städtepartnerschaftlicher Beziehungen",
            "owner": "amt01",
        },
        "main": {**bare["main"], "facts": facts},
        "facts": facts,
        "data": {
            "grund": "Rückfrage an die Partnerstadt läuft",
            "neuer_termin": "2024-02-16",
            "hinweis": "bitte Amt 41 hören",
            "vorschlag": "amt41",
            "sitzung": "2024-03-05",
            "niederschrift": "ohne Aussprache",
            "bericht": "Die Stadt hat geantwortet.",
        },
        "params": {"rung": 3, "rungs": 3, "missed": [1, 2], "deadline": "antwort", "due_on": "2024-01-19"},
        "deadline": deadline,
        "deadlines": [deadline, {**deadline, "name": "annahme", "overdue": False, "days_left": 2}],
        "children": [
            _child("mitzeichnung", {"amt": "amt41", "grund": "Absatz 2 trifft nicht zu"}, outcome="refuse"),
            _child("beratung", {"gremium": "integrationsrat", "sitzung": "2024-03-05"}, outcome="agree"),
            {**_child("zusage", {"zusage": "Bericht", "kontrolle": "2024-12-31"}, outcome=None), "open": True},
        ],
        "also_to": ["geschaeftsstelle", "verwaltungsleitung"],
        "attached": True,
        "functions": {"oberbuergermeister": "ob"},
        "names": {"severcan": "Hakan Severcan", "amt01": "01 Hauptamt", "amt41": "41 Kultur", "ob": "Bürgermeister"},
    }


def _child(kind: str, facts: dict[str, Any], *, outcome: str | None) -> dict[str, Any]:
    state = {"child": kind, "state": "erledigt", "open": False, "outcome": outcome, "latest": True}
    return {**state, "facts": facts}
