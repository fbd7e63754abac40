"""Made-up contexts to try a template with in advance: one with everything and late, one in time, one bare.

For rungs, such with a number that nothing else in them has, and with a title that is far too long for a subject.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..config.text import Lang, Text

_BASE = "https://vorgang.example"
_CASE = "0190d5c0-0000-7000-8000-000000000001"

#: The number of the made-up rung.
RUNG = 37

_KIND = Text("Anfrage", "Inquiry")
_STATE = Text("in Bearbeitung", "being drafted")
_LABEL = Text("Antwort auf die Anfrage", "answer to the inquiry")
_TRACE = Text(
    "Antwort auf die Anfrage: 4 Wochen (Übung, keine Rechtspflicht).",
    "Answer to the inquiry: 4 weeks (courtesy, no legal duty).",
)


_FACTS: Mapping[str, Any] = {
    "fragesteller": "severcan",
    "schreiben_vom": "2023-12-05",
    "eingang": "2023-12-22",
    "fragen": ["Ab wann sind die Gespräche geplant?", "Wer nimmt teil?"],
    "federfuehrung": "amt01",
    "beteiligt": ["amt41", "amt48"],
    "mitzeichnungen": [
        {"amt": "amt41", "stufe": 1, "art": "mitzeichnung"},
        {"amt": "amt48", "stufe": 1, "art": "mitzeichnung"},
        {"amt": "verwaltungsleitung", "stufe": 2, "art": "gesehen"},
    ],
    "zielsitzung": "2024-03-05",
    "empfaenger": "severcan",
    "grund": "Postfach unbekannt",
    "entwurf": {"name": "Entwurf.docx"},
    "unterzeichnet_am": "2024-02-20",
    "gremium": "integrationsrat",
    "sitzung": "2024-03-05",
    "top": "Ö 3",
    "tag": "2024-03-05",
    "beginn": "16:00",
    "ende": "18:30",
    "ort": "Ratssaal",
    "tagesordnung": [
        {"nummer": "Ö 1", "titel": "Anfrage zum Sachstand"},
        {"nummer": "N 1", "titel": "Grundstückssache", "nichtoeffentlich": True},
    ],
    "beratungsfolge": [{"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme"}],
    "zusage": "Bericht über den weiteren Sachstand",
    "zusagen": [{"zusage": "Bericht über den weiteren Sachstand", "kontrolle": "2024-12-31"}],
}
_DATA: Mapping[str, Any] = {
    "grund": "Rückfrage an die Partnerstadt läuft",
    "zustimmung_von": "severcan",
    "neuer_termin": "2024-02-16",
    "hinweis": "bitte Amt 41 hören",
    "vorschlag": "amt41",
    "sitzung": "2024-03-05",
    "niederschrift": "ohne Aussprache",
    "bericht": "Die Stadt hat geantwortet.",
    "ja": 9,
    "nein": 2,
    "enthaltungen": 1,
    "wortlaut": "Die Verwaltung berichtet jährlich.",
}
_ENDED: Mapping[str, Any] = {"state": "erledigt", "open": False, "latest": True}
_CHILDREN: tuple[Mapping[str, Any], ...] = (
    {"child": "mitzeichnung", "outcome": "refuse", "facts": {"amt": "amt41", "grund": "Absatz 2 trifft nicht zu"}},
    {"child": "beratung", "outcome": "agree", "facts": {"gremium": "integrationsrat", "sitzung": "2024-03-05"}},
    {
        "child": "zusage",
        "outcome": None,
        "open": True,
        "facts": {"zusage": "Bericht", "kontrolle": "2024-12-31"},
    },
)
_LISTED: list[Mapping[str, Any]] = [
    {
        "number": "1062/2023",
        "subject": "Sachstand Städtepartnerschaft",
        "what": None,
        "kind": {"de": "Anfrage", "en": "Inquiry"},
        "target": "2024-01-19",
        "light": "rot",
        "public": True,
        "link": "https://rat.example/vorgang/019b44d4-7c1a-7003-8df5-b200286bf520",
    },
    {
        "number": None,
        "subject": None,
        "what": "Bericht im Herbst",
        "kind": {"de": "Zusage", "en": "Promise"},
        "target": None,
        "light": "gruen",
        "public": True,
        "link": "https://rat.example/vorgang/019b44d4-7c1a-7003-8df5-b200286bf521",
    },
]
_NAMES: Mapping[str, str] = {
    "severcan": "Hakan Severcan",
    "amt01": "01 Hauptamt",
    "amt41": "41 Kultur",
    "amt48": "48 Bildung",
    "geschaeftsstelle": "Geschäftsstelle",
    "verwaltungsleitung": "Verwaltungsleitung",
    "integrationsrat": "Integrationsrat",
    "ob": "Bürgermeister",
}
_SUBJECT = "Aktueller Sachstand der Aufnahme städtepartnerschaftlicher Beziehungen"
_ACCEPTANCE = Text("Annahme durch das federführende Amt", "acceptance by the lead office")
_DRAFT = Text("Entwurf für die Sitzung", "draft for the session")
_COSIGNING = Text("Mitzeichnung für die Sitzung", "co-signing for the session")
_SLIP = Text(
    "Entwurf der Stellungnahme 5 Arbeitstage verspätet: für „Mitzeichnung“ bleibt kein Arbeitstag (vorgesehen: 5).",
    "Draft of the answer 5 working days late: no working day is left for “Co-signing” (planned: 5).",
)
_AIM = Text("Antwort zur Sitzung am", "answer for the session on")
_SESSION = "2024-03-05"
_LATE: Mapping[str, Any] = {"days_left": -3, "overdue": True, "working_days_late": 1}
_IN_TIME: Mapping[str, Any] = {"days_left": 2, "overdue": False, "working_days_late": 0}


def samples(lang: Lang) -> tuple[Mapping[str, Any], ...]:
    """Contexts with which every template must come out."""
    return (_full(lang, _LATE), _bare(lang), _full(lang, _IN_TIME))


def samples_of_rungs(lang: Lang) -> tuple[Mapping[str, Any], ...]:
    """Contexts of a reminder before and after the day; its number must be found in the subject."""
    return tuple(_rung(_full(lang, when)) for when in (_IN_TIME, _LATE))


def _rung(sample: dict[str, Any]) -> dict[str, Any]:
    params = {**sample["params"], "rung": RUNG, "rungs": RUNG + 1, "missed": []}
    return {**sample, "params": params, "case": {**sample["case"], "title": "Sachstand " * 1000}}


def _bare(lang: Lang) -> dict[str, Any]:
    """A case of somebody else's lifecycle: no number, no subject, no deadline, no field that Vorgang knows."""
    case = {"id": _CASE, "number": None, "subject": None, "title": _KIND.in_(lang), "kind": _KIND.in_(lang)}
    return {
        "lang": lang,
        "recipient": {"key": "amt01", "name": "01 Hauptamt", "kind": "office"},
        "body": {"key": "beispiel", "name": "Stadt Beispiel", "office": None},
        "case": {**case, "lifecycle": "anfrage", "state": _STATE.in_(lang), "owner": None, "changed": 1},
        "main": {"id": _CASE, "kind": _KIND.in_(lang), "facts": {}, "open": False, "labels": {}, "answers": None},
        "facts": {},
        "data": {},
        "params": {"rung": None, "missed": [], "represents": None, "earlier": []},
        "deadline": None,
        "deadlines": [],
        "ended": [],
        "children": [],
        "also_to": [],
        "represents": None,
        "link": f"{_BASE}/vorgang/{_CASE}",
        "personal": False,
        "relay": False,
        "base_url": _BASE,
        "attached": False,
        "functions": {},
        "names": {},
        "next_session": None,
    }


def _full(lang: Lang, when: Mapping[str, Any]) -> dict[str, Any]:
    bare = _bare(lang)
    deadline = {**_deadline(lang), **when}
    lost = {"session": _SESSION, "aim_de": _AIM.de, "aim_en": _AIM.en}
    rung = {"rung": 3, "rungs": 3, "missed": [1, 2], "deadline": "antwort", "due_on": "2024-01-19"}
    moved = {"days": {"antwort": "2024-01-19"}, "earlier": [{"day": "2024-01-12", "grund": "Zulieferung fehlt"}]}
    return {
        **bare,
        "recipient": {"key": "severcan", "name": "Hakan Severcan", "kind": "person"},
        "body": {"key": "beispiel", "name": "Stadt Beispiel", "office": "Geschäftsstelle des Integrationsrates"},
        "case": {**bare["case"], "number": "1062/2023", "subject": _SUBJECT, "title": _SUBJECT, "owner": "amt01"},
        "main": {**bare["main"], "facts": dict(_FACTS), "open": True},
        "facts": dict(_FACTS),
        "data": dict(_DATA),
        "params": {**bare["params"], **rung, **lost, **moved},
        "deadline": deadline,
        "deadlines": [deadline, *_others(deadline, lang)],
        "ended": [{**deadline, **_IN_TIME, "name": "vorpruefung", "changed": 3}],
        "children": [{**_ENDED, **child} for child in _CHILDREN],
        "also_to": ["geschaeftsstelle", "verwaltungsleitung"],
        "represents": "Jessica Randt",
        "attached": True,
        "functions": {"oberbuergermeister": "ob"},
        "names": dict(_NAMES),
        "listed": _LISTED,
        "next_session": _SESSION,
    }


def _others(deadline: Mapping[str, Any], lang: Lang) -> Iterator[dict[str, Any]]:
    """What else runs: another deadline, and two steps before a session; none of them late."""
    ahead = {**deadline, **_IN_TIME}
    step = {**ahead, "milestone": True, "session": _SESSION, "aim": _AIM.in_(lang), "until": None, "lost": True}
    yield {**ahead, "name": "annahme", "label": _ACCEPTANCE.in_(lang), "due_on": "2024-01-18"}
    draft = {"name": "plan_entwurf", "label": _DRAFT.in_(lang), "due_on": "2024-02-13", "who": ["amt01"], "slips": []}
    yield {**step, **draft}
    signing = {"name": "plan_mitzeichnung", "label": _COSIGNING.in_(lang), "due_on": "2024-02-20", "until": "12:00"}
    yield {**step, **signing, "who": ["amt41", "amt48"], "slips": [_SLIP.in_(lang)]}


def _deadline(lang: Lang) -> dict[str, Any]:
    return {
        "name": "antwort",
        "label": _LABEL.in_(lang),
        "due_on": "2024-01-19",
        "at": None,
        "basis": "uebung",
        "set": False,
        "was": None,
        "trace": [_TRACE.in_(lang)],
        "since": 2,
        "changed": 2,
        "milestone": False,
    }
