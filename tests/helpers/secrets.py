"""Cases full of secret tokens: of every lifecycle, and however one can come to be secret."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from tests.helpers.documents import docx_of, odt_of, paragraph, pdf_of
from tests.helpers.house import ASKER, CLERK, LEAD, MAYOR, SUPERVISOR, House
from tests.helpers.outputs import LURE, TOKEN
from vorgang.states.files import keep_file
from vorgang.states.overrides import Override
from vorgang.workflow.sessions import Free, proposal, session_row, set_agenda

#: Who may know nothing of a case that is not public, and who may only know what is told outside.
UNINVOLVED, COSIGNER, STRANGER = "beispiel48", "beispiel41", "fremd"
#: What the asker may know: of the paper, and of the answer once it is made known and not locked.
OF_PAPER, OF_ANSWER = {"nummer", "betreff", "fragen"}, {"zusage", "antwort", "angabe", "angabename", "grundluecke"}
#: What every office may know of a case that is public and only locked for a while.
IN_HOUSE = (
    OF_PAPER | OF_ANSWER | {f"{part}{name}" for name in ("anlage", "nachtrag") for part in ("", "titel", "inhalt")}
)
#: The last day on which the attachments are locked, and the answer.
LOCKED_FILE, LOCKED = "2099-12-31", "2099-12-30"


class Secret(NamedTuple):
    """A case full of tokens, each made of the kind of the case and the field."""

    kind: str
    case: str
    number: str
    #: All cases below it, those nearest to it first.
    below: tuple[str, ...]
    #: Of each kind of them the newest, by its lifecycle.
    newest: Mapping[str, str]

    @property
    def kinds(self) -> set[str]:
        """Of whose tokens it is full: a statement below a motion has tokens of its own."""
        return {self.kind, "STELLUNG"} if self.kind == "ANTRAG" else {self.kind}

    @property
    def is_hidden(self) -> bool:
        """Whether nobody outside may know more than that there is no such case."""
        return self.kind not in PUBLIC | LOCKS


#: Cases that are public but for the work on them, and those that are only locked for a while.
PUBLIC, LOCKS = {"OFFEN", "NEU", "BERICHT"}, {"SPERRE", "UEBER"}

#: Where a token ends, for some outputs put the next word close to it; one that was cut off has no end.
END = "7X"
_TOKENS = re.compile(rf"{TOKEN}(?:(?!{TOKEN})\w)*?{END}|{TOKEN}\w*", re.IGNORECASE)


def token(kind: str, field: str) -> str:
    return f"{TOKEN}{kind}{field}{END}"


def found(text: str) -> set[str]:
    """The tokens in a text, however it is written."""
    plain = text.replace("=\n", "")
    return {match.upper() for match in _TOKENS.findall(plain)} - {TOKEN}


def allowed(kind: str, fields: set[str]) -> set[str]:
    return {token(kind, field).upper() for field in fields}


#: Of what is public, but for drafts, remarks, reasons and attachments.
OPEN = {one for kind in PUBLIC for one in allowed(kind, OF_PAPER | OF_ANSWER)}
OPEN_IN_HOUSE = {one for kind in PUBLIC | LOCKS for one in allowed(kind, IN_HOUSE)}


def told(text: str) -> set[str]:
    """The tokens in a text that not everybody may read."""
    return found(text) - OPEN


@cache  # an archive holds the time at which it was packed
def file_of(kind: str, field: str) -> tuple[str, str, bytes]:
    """Name, type and content of a file whose name and text are tokens."""
    name, text = token(kind, field), token(kind, f"inhalt{field}")
    if field == "entwurf":
        return f"{name}.docx", "application/msword", docx_of(paragraph(text))
    if field == "anlage":
        return f"{name}.pdf", "application/pdf", pdf_of(text)
    if field == "nachtrag":
        return f"{name}.odt", "application/vnd.oasis.opendocument.text", odt_of(f"<text:p>{text}</text:p>")
    return f"{name}.txt", "text/plain", text.encode()


class Builder:
    """Brings cases full of tokens through the house."""

    def __init__(self, house: House, kind: str) -> None:
        self.house, self.kind = house, kind

    def text(self, field: str) -> str:
        return token(self.kind, field)

    def file(self, field: str) -> dict[str, Any]:
        with self.house.database.writing() as connection:
            return keep_file(connection, self.house.body, file_of(self.kind, field), self.house.wall.now()).value()

    def draft(self) -> dict[str, Any]:
        """A draft with an answer and a statement."""
        answers = [{"frage": self.text("fragen"), "antwort": self.text("antwort")}]
        statements = [{"angabe": self.text("angabename"), "text": self.text("angabe")}]
        said = {"anderer_vorgang_weil": self.text("andererwegen")}
        return {"entwurf": self.file("entwurf"), "antworten": answers, "angaben": statements, **said}

    def attachment(self, field: str) -> dict[str, Any]:
        said = {"oeffentlich": True, "gesperrt_bis": LOCKED_FILE}  # a case with private data shows no other file
        return {"datei": self.file(field), "titel": self.text(f"titel{field}"), **said}

    def letter(self) -> dict[str, Any]:
        """What every paper says that comes from outside."""
        return {
            "nummer": self.text("nummer"),
            "betreff": f"{self.text('betreff')} {LURE}",
            "bemerkung": self.text("bemerkung"),
            "anfrage": self.file("anfrage"),
            "anlagen": [self.attachment("anlage")],
        }

    def assigned(self) -> dict[str, Any]:
        return {"federfuehrung": "amt01", "beteiligt": ["amt41"], "hinweis": self.text("hinweis")}

    def signed(self, **more: Any) -> str:
        """An inquiry that has been worked on in every way there is, until it is signed."""
        fire, questions = self.house.fire, {"fragen": [self.text("fragen")]}
        case = self.house.ask(**self.letter(), **questions, **more)
        self.completed(case, **questions)
        fire(case, "zuweisen", **self.assigned())
        self.answered(case)
        fire(case, "papiere_verfuegen", stellungnahme_nummer=self.text("eigene"), privat=[self.text("privat")])
        return case

    def completed(self, case: str, **asked: Any) -> None:
        """Returned, completed and admitted."""
        fire = self.house.fire
        fire(case, "zur_ergaenzung_zurueckgeben", CLERK, grund=self.text("grundergaenzung"))
        fire(case, "ergaenzen", CLERK, bemerkung=self.text("bemerkung"), **asked)
        fire(case, "zulassen")

    def answered(self, case: str) -> None:
        """Declined, assigned anew, put off, drafted and signed."""
        fire = self.house.fire
        fire(case, "zustaendigkeit_ablehnen", LEAD, grund=self.text("grundablehnung"))
        fire(case, "zuweisen", **self.assigned())
        fire(case, "annehmen", LEAD)
        fire(case, "zwischenbescheid", LEAD, grund=self.text("grundzwischen"), neuer_termin="2024-03-20")
        self.cosigned(case)
        fire(case, "unterzeichnen", MAYOR, unvollstaendig_weil=self.text("grundluecke"))

    def cosigned(self, case: str) -> None:
        """Drafted, refused, drafted anew, changed a little, and co-signed."""
        fire = self.house.fire
        fire(case, "entwurf_ablegen", LEAD, **self.draft())
        fire(case, "in_mitzeichnung_geben", LEAD)
        [child] = self.house.children(case, "mitzeichnung")
        fire(child.id, "verweigern", COSIGNER, grund=self.text("grundverweigert"))
        before = {**self.draft(), "entwurf": self.file("vorentwurf"), "aenderung": self.text("aenderung")}
        fire(case, "entwurf_ablegen", LEAD, **before)
        fire(case, "in_mitzeichnung_geben", LEAD)
        trivial = {"unwesentliche_aenderung": True, "unwesentlich_weil": self.text("grundunwesentlich")}
        fire(case, "entwurf_ablegen", LEAD, **self.draft(), **trivial)
        [child] = self.house.children(case, "mitzeichnung")
        fire(child.id, "mitzeichnen", COSIGNER, anmerkung=self.text("anmerkung"))

    def report(self, **more: Any) -> str:
        """A report to the council, signed."""
        letter = {name: value for name, value in self.letter().items() if name in {"nummer", "betreff"}}
        signer = {"unterzeichner": "verwaltungsleitung", "fragesteller": ASKER}
        case = self.house.open("mitteilung", CLERK, **letter, **self.assigned(), **signer, **more).case.id
        later = {"grund": self.text("grundtermin"), "neuer_termin": "2024-03-20"}
        self.house.fire(case, "termin_verschieben", LEAD, **later)
        self.cosigned(case)
        self.house.fire(case, "unterzeichnen", "leitung")
        return case

    @property
    def answer(self) -> dict[str, Any]:
        promise = {"zusage": self.text("zusage"), "kontrolle": "2024-06-01", "empfaenger": ASKER}
        return {"zusagen": [promise], "anlagen": [self.attachment("nachtrag")]}

    def stop(self, body: str, **more: Any) -> dict[str, Any]:
        return {"gremium": body, "sitzung": "2024-03-05", "rolle": "kenntnisnahme", "top": self.text("top"), **more}

    def set_back(self, case: str, state: str) -> None:
        """By the supervisor, by hand."""
        by = self.house.actor(SUPERVISOR)
        due = {"antwort": date(2099, 2, 1)}
        self.house.workflow.override(Override(case, state, self.text("grunduebersteuert"), by, due))

    def secret(self, case: str) -> Secret:
        below, newest, cases = list[str](), dict[str, str](), [case]
        while cases:
            children = [child for one in cases for child in self.house.workflow.case(one).children]
            newest |= {child.lifecycle: child.id for child in children}
            cases = [child.id for child in children]
            below += cases
        return Secret(self.kind, case, self.text("nummer"), tuple(below), newest)


def hidden(house: House) -> Secret:
    """Not public from its first day on, answered in confidence."""
    build = Builder(house, "NIE")
    case = build.signed(oeffentlich=False)
    house.fire(case, "veroeffentlichen", veroeffentlichung="nichtoeffentlich", **build.answer)
    return build.secret(case)


def locked(house: House) -> Secret:
    """Answered, and locked to a day far away."""
    build = Builder(house, "SPERRE")
    case = build.signed()
    house.fire(case, "sperren", gesperrt_bis=LOCKED_FILE, **build.answer)
    house.fire(case, "sperre_aendern", gesperrt_bis=LOCKED, grund=build.text("grundsperre"))
    return build.secret(case)


def locked_and_set_back(house: House) -> Secret:
    """Its lock has not been lifted by the hand that set it back."""
    build = Builder(house, "UEBER")
    case = build.signed()
    house.fire(case, "sperren", gesperrt_bis=LOCKED, **build.answer)
    build.set_back(case, "zur_unterschrift")
    return build.secret(case)


def withdrawn(house: House) -> Secret:
    """Published, dealt with in a session, closed, and then taken back."""
    build = Builder(house, "WIDERRUF")
    case = build.signed()
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", **build.answer)
    [stop] = house.schedule(case, "integrationsrat")
    house.clock("2024-03-05", 20)
    house.fire(stop.id, "zur_kenntnis_nehmen", CLERK, niederschrift=build.text("niederschrift"))
    house.fire(case, "veroeffentlichung_zuruecknehmen", CLERK, grund=build.text("grundzurueck"))
    house.fire(case, "anlage_sperren", CLERK, anlage=build.text("titelanlage"), grund=build.text("grundanlage"))
    house.clock("2024-01-08")
    return build.secret(case)


def motion(house: House) -> Secret:
    """A motion that is not public, with a statement of its own number, whose promise has been reported on."""
    build, fire = Builder(house, "ANTRAG"), house.fire
    wanted = {"beschlussvorschlag": [build.text("beschlussvorschlag")]}
    letter = {"schreiben_vom": "2023-12-05", "eingang": "2024-01-05", "fragesteller": ASKER}
    asked: dict[str, Any] = {**build.letter(), **letter, **wanted}
    case = house.open("antrag", CLERK, **asked, oeffentlich=False).case.id
    build.completed(case, **wanted)
    fire(case, "stellungnahme_anfordern", **build.assigned())
    [child] = house.children(case, "stellungnahme")
    statement = Builder(house, "STELLUNG")
    fire(child.id, "nummer_vergeben", nummer=statement.text("nummer"))
    statement.answered(child.id)
    fire(child.id, "veroeffentlichen", veroeffentlichung="nichtoeffentlich", **statement.answer)
    [promise] = house.children(child.id, "zusage")
    fire(promise.id, "verlaengern", CLERK, kontrolle="2024-07-01", grund=statement.text("grundverlaengert"))
    fire(promise.id, "berichten", LEAD, bericht=statement.text("bericht"))
    fire(case, "auf_tagesordnung_setzen", CLERK, beratungsfolge=[build.stop("rat")])
    fire(case, "beratung_verschieben", CLERK, grund=build.text("grundverschoben"), neuer_termin="2024-03-20")
    return build.secret(case)


def report(house: House) -> Secret:
    """A report to the council that is not public."""
    build = Builder(house, "MITTEILUNG")
    case = build.report(oeffentlich=False, bezuege=[build.text("bezuege")])
    house.fire(case, "veroeffentlichen", veroeffentlichung="nichtoeffentlich", **build.answer)
    return build.secret(case)


def opened(house: House) -> Secret:
    """Public and answered: secret are the work on it, and the attachments for a while."""
    build = Builder(house, "OFFEN")
    case = build.signed()
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", **build.answer)
    return build.secret(case)


def drafted_anew(house: House) -> Secret:
    """Published, set back by hand, and drafted anew: nobody has signed the new text."""
    build = Builder(house, "NEU")
    case = build.signed()
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", **build.answer)
    build.set_back(case, "in_bearbeitung")
    house.fire(case, "entwurf_ablegen", LEAD, **Builder(house, "ENTWURF").draft())
    return build.secret(case)


def referring(house: House, *secrets: Secret) -> Secret:
    """A public report that refers to secret papers, and comes before a body that meets in private."""
    build = Builder(house, "BERICHT")
    case = build.report(bezuege=[secret.number for secret in secrets])
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", **build.answer)
    stops = [build.stop("integrationsrat", oeffentlich=False)]
    house.fire(case, "auf_tagesordnung_setzen", CLERK, beratungsfolge=stops)
    return build.secret(case)


#: However a case can come to be secret all the time.
SECRET: tuple[Callable[[House], Secret], ...] = (hidden, locked, locked_and_set_back, motion, report)


def everything(house: House) -> list[Secret]:
    """All of them in one house."""
    found = [make(house) for make in (*SECRET, withdrawn, opened, drafted_anew)]
    return [*found, referring(house, *(one for one in found if one.kind not in PUBLIC))]


def convened(house: House, body: str, *closed: str, day: str = "2024-03-05") -> str:
    """A session of the body with everything that stands before it on its agenda; its id."""
    case = house.open("sitzung", CLERK, gremium=body, tag=day, beginn="16:00").case.id
    session = session_row(house.workflow, case)
    set_agenda(house.workflow, session, proposal(house.workflow, session, Free(closed=closed)), house.actor(CLERK))
    return case


def with_children(secrets: Iterable[Secret]) -> list[tuple[Secret, tuple[str, ...]]]:
    """Each secret with the cases to look at: itself, and a child of each kind once for every way to be secret."""
    met: set[tuple[object, str]] = set()
    found = []
    for secret in secrets:
        way = {"WIDERRUF": "taken back", **dict.fromkeys(PUBLIC, "public"), **dict.fromkeys(LOCKS, "locked")}
        own = {(way.get(secret.kind), kind): case for kind, case in secret.newest.items()}
        found.append((secret, (secret.case, *(case for key, case in own.items() if key not in met))))
        met |= own.keys()
    return found
