"""Made-up papers to search in: German compounds in the frequencies of a language, answers of some 150 words.

As in a real house, not everything is for everybody: a fifth of the papers is not public, was withdrawn, is locked or
has an answer that is not out yet, scattered over all years; a tenth has an attachment whose text is searched too.
"""

import hashlib
import itertools
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from vorgang.states.ids import new_id
from vorgang.states.search_text import words as folded

from .places import Place
from .workload import NOW

#: Parts of compounds; the first of a pair and the last of another make words that nobody wrote.
_PARTS = (
    "rad schul wege straßen haus park müll wasser bau kinder verkehrs stadt bürger sport wald lärm licht brücken bahn"
    " bus markt platz theater bücherei pflege jugend senioren kultur kunst energie wärme klima umwelt abfall garten"
    " spiel sand fluss ufer hafen turm rathaus feuer rettungs kranken haushalts steuer gebühren personal wahl rats"
    " ausschuss bezirks integrations sprach weiter bildungs forschungs gewerbe handels industrie flächen grundstücks"
    " miet wohnungs sozial armuts teilhabe pflicht förder zuschuss mittel finanz kassen prüf rechnungs vergabe"
    " ausschreibungs planungs verfahrens beteiligungs denkmal schutz natur baum hecken wiesen blüh insekten vogel"
    " hunde katzen tier seuchen hygiene luft messungs grenzwert daten netz glasfaser funk digital akten archiv"
)
_HEADS = (
    "weg straße platz beleuchtung planung sanierung erneuerung prüfung förderung kosten anlage stelle beauftragter"
    " konzept bericht gebühr satzung fläche gebäude schule halle brücke leitung versorgung entsorgung reinigung"
    " pflege betreuung beratung verwaltung zentrum netz plan antrag vorlage beschluss ausschuss termin frist"
    " zuschuss mittel haushalt vertrag vergabe betrieb unfall schaden schutz maßnahme bedarf zahl quote entwicklung"
)
_SMALL = (
    "die der und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat"
    " dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis"
)
#: What the bench asks for: in one paper of twenty thousand, and inside of words.
RARE, NOTHING = "Zeppelinhangar", "Quastenflosser"
#: An answer has so many words, an attachment so many.
LONG, ATTACHED = 150, 250
#: What became of a paper, and how many of a hundred: four fifths are there for everybody.
PUBLIC, WITHHELD, WITHDRAWN, LOCKED, UNPUBLISHED = "public", "withheld", "withdrawn", "locked", "unpublished"
_FATES = {PUBLIC: 80, WITHHELD: 8, WITHDRAWN: 4, LOCKED: 4, UNPUBLISHED: 4}
#: Of so many papers one has an attachment, and of so many attachments one is withheld.
_ONE_ATTACHED, _ONE_WITHHELD = 10, 4


class Paper(NamedTuple):
    """A made-up inquiry."""

    id: str
    number: str
    subject: str
    questions: list[str]
    answer: str
    day: date
    fate: str
    #: The text of its attachment, if it has one, and whether that is for everybody.
    attachment: str | None
    attachment_public: bool

    @property
    def shown(self) -> bool:
        """Whether the paper is marked public (it may be locked for all that)."""
        return self.fate not in {WITHHELD, WITHDRAWN}

    @property
    def answered(self) -> bool:
        """Whether its answer was made known."""
        return self.fate in {PUBLIC, WITHDRAWN}

    @property
    def file(self) -> dict[str, Any]:
        """Its attachment as a field of type ``file`` names it."""
        content = hashlib.sha256(self.id.encode()).hexdigest()
        return {"name": "anlage.txt", "media_type": "text/plain", "sha256": content, "size": 2000}


def papers(number: int) -> Iterator[Paper]:
    """So many papers, always the same but for their ids."""
    chance, draw = random.Random(17), _Words(random.Random(17))
    for n in range(number):
        rare = [RARE] if n % 20_000 == 500 else []
        attachment = draw(ATTACHED) if chance.randrange(_ONE_ATTACHED) == 0 else None
        yield Paper(
            new_id(NOW),
            f"{n % 10_000:04}/{2016 + n // 10_000}",
            " ".join([draw(5), *rare]),
            [draw(12) + "?" for _ in range(2)],
            draw(LONG) + ".",
            date(2016, 1, 4) + timedelta(days=n * 3800 // number),
            # The rare ones are for everybody, that all readers may be asked for them.
            PUBLIC if rare else chance.choices(list(_FATES), list(_FATES.values()))[0],
            attachment,
            chance.randrange(_ONE_WITHHELD) > 0,
        )


class _Words:
    """Draws words in the frequencies of a language, small ones between them."""

    def __init__(self, chance: random.Random) -> None:
        self._vocabulary = [first + last for first, last in itertools.product(_PARTS.split(), _HEADS.split())]
        chance.shuffle(self._vocabulary)
        self._chance, self._small = chance, _SMALL.split()
        self._weights = list(itertools.accumulate(1 / (rank + 12) for rank in range(len(self._vocabulary))))

    def __call__(self, count: int) -> str:
        drawn = iter(self._chance.choices(self._vocabulary, cum_weights=self._weights, k=count))
        few = (self._chance.random() < 0.45 for _ in range(count))
        return " ".join(self._chance.choice(self._small) if small else next(drawn).capitalize() for small in few)


def fill(place: Place, number: int) -> None:
    """Put so many papers into the database, each with a case that is a copy of one of an Anfrage; not yet indexed."""
    connection, sqlite = place.connect(), place.name.startswith("sqlite")
    mark, version = "?" if sqlite else "%s", place.workflow.library.newest["anfrage"].version
    connection.execute("BEGIN")
    for chunk in _chunks(papers(number), 1000):
        rows: dict[str, list[tuple[Any, ...]]] = {
            "paper": [_paper_row(paper) for paper in chunk],
            "case": [_case_row(paper, version) for paper in chunk],
            "deadline": [_lock_row(paper) for paper in chunk if paper.fate == LOCKED],
            "search_document": [_text_row(paper) for paper in chunk if paper.attachment is not None],
        }
        for table, columns in _COLUMNS.items():
            _many(connection, _insert(f"vorgang_{table}", columns, mark), rows[table])
    connection.execute("COMMIT")


_COLUMNS = {
    "paper": (
        *("id", "body", "paper_type", "reference", "canonical", "name", "date", "public", "published_at"),
        *("withdrawn_at", "created", "modified"),
    ),
    "case": (
        *("id", "body", "lifecycle", "lifecycle_version", "state", "version", "log_seq", "log_hash", "owner", "due_on"),
        *("unattended", "public", "round", "position", "paper_id", "record_id", "facts", "opened_at", "changed_at"),
        "closed_at",
    ),
    "deadline": (
        *("id", "case_id", "name", "occurrence", "rule", "ruleset", "ruleset_version", "basis", "status"),
        *("started_on", "due_on", "lapses_at", "told", "ladder", "trace"),
    ),
    "search_document": ("case_id", "key", "title", "text", "words", "public", "added_at"),
}
_THEN = NOW.isoformat(timespec="microseconds")[:26] + "Z"
_TODAY, _LOCKED_UNTIL = NOW.date().isoformat(), "2026-12-31"
_OWNER = "gs-integrationsrat"
#: Where a case stands whose answer is not out.
_STATES = {LOCKED: "gesperrt", UNPUBLISHED: "unterzeichnet"}


def _paper_row(paper: Paper) -> tuple[Any, ...]:
    canonical = paper.number.lstrip("0")
    published = _THEN if paper.answered else None
    withdrawn = _THEN if paper.fate == WITHDRAWN else None
    named = (paper.id, "hagen", "anfrage", paper.number, canonical, paper.subject, paper.day.isoformat())
    return (*named, paper.shown, published, withdrawn, _THEN, _THEN)


def _case_row(paper: Paper, version: int) -> tuple[Any, ...]:
    facts: dict[str, Any] = {
        "fragen": paper.questions,
        "antworten": [{"frage": paper.questions[0], "antwort": paper.answer}],
        "fragesteller": "severcan",
        "unterzeichnet_am": paper.day.isoformat(),
    }
    if paper.answered:
        facts["veroeffentlichung"] = "oeffentlich"
    if paper.fate == LOCKED:
        facts["gesperrt_bis"] = _LOCKED_UNTIL
    if paper.attachment is not None:
        facts["anlagen"] = [{"datei": paper.file, "titel": "Übersicht", "oeffentlich": paper.attachment_public}]
    state = _STATES.get(paper.fate)
    kind = ("anfrage", version, state or "abgeschlossen", 1, 1, "", _OWNER if state else None)
    return (
        *(paper.id, "hagen", *kind, _LOCKED_UNTIL if state else None, False, paper.shown, 0, 0, paper.id, paper.id),
        *(json.dumps(facts, ensure_ascii=False), _THEN, _THEN, None if state else _THEN),
    )


def _lock_row(paper: Paper) -> tuple[Any, ...]:
    rule = ("sperre", 1, "sperre", "hagen", "1", "uebung", "running")
    return (new_id(NOW), paper.id, *rule, _TODAY, _LOCKED_UNTIL, "2026-12-31T23:00:00.000000Z", 0, "[]", "[]")


def _text_row(paper: Paper) -> tuple[Any, ...]:
    text, key = paper.attachment or "", f"anlage:{paper.file['sha256']}"
    return (paper.id, key, "Übersicht", text, " ".join(folded(f"Übersicht {text}")), False, _THEN)


def _insert(table: str, columns: tuple[str, ...], mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"


def _many(connection: Any, statement: str, rows: list[tuple[Any, ...]]) -> None:
    many = connection if hasattr(connection, "executemany") else connection.cursor()
    many.executemany(statement, rows)


def _chunks(found: Iterator[Paper], size: int) -> Iterator[list[Paper]]:
    while chunk := list(itertools.islice(found, size)):
        yield chunk
