"""What opening a case from a document would ask: names are recognised, and what is not said stays open."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from vorgang.config.rule_files import shipped_rules
from vorgang.states.lifecycle import Lifecycle
from vorgang.states.loader import load_folders, load_text
from vorgang.states.town import Party, Town
from vorgang.workflow.intake.names import Meant, also_named, party_meant
from vorgang.workflow.intake.openness import is_unsettled, openness_beside
from vorgang.workflow.intake.proposal import Around, Proposal, propose
from vorgang.workflow.intake.understood import ConsultationFound, Found, Understood

RULES = shipped_rules()


def party(key: str, name: str, kind: str, *also: str) -> Party:
    return Party(key=key, name=name, kind=kind, also_called=also)


TOWN = Town(
    key="hagen",
    name="Stadt Hagen",
    zone=ZoneInfo("Europe/Berlin"),
    functions={},
    parties={
        one.key: one
        for one in (
            party("severcan", "Hakan Severcan", "person", "Hakan Sevencan"),
            party("mueller-a", "Anna Müller", "person"),
            party("mueller-b", "Bernd Müller", "person"),
            party("integrationsrat", "Integrationsrat der Stadt Hagen", "body", "Integrationsrat"),
            party("rat", "Rat der Stadt Hagen", "body", "Rat"),
            party("gruene", "Fraktion BÜNDNIS 90/DIE GRÜNEN", "body"),
            party("amt01", "01 Fachbereich des Oberbürgermeisters", "office", "01"),
        )
    },
    rules_on=lambda day: RULES.for_("hagen", on=day, land="NW"),
    rules_pinned=lambda name, version: RULES.pinned(name, version, land="NW"),
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("severcan", "severcan"),
        ("Vorsitzender Severcan", "severcan"),
        ("Herr Hakan Severcan, Vorsitzender", "severcan"),
        ("HAKAN SEVENCAN", "severcan"),
        ("Integrationsrat", "integrationsrat"),
        ("Fraktion Bündnis 90/Die Grünen", "gruene"),
        ("Bündnis 90/Die Grünen", "gruene"),
        ("Amt 01", "amt01"),
        ("Frau Anna Müller", "mueller-a"),
    ],
)
def test_a_name_is_recognised_as_documents_write_it(name: str, key: str) -> None:
    assert party_meant(TOWN, name, ("person", "body", "office")) == Meant(key)


def test_a_name_that_two_have_is_nobody_and_both_are_proposed() -> None:
    assert party_meant(TOWN, "Müller", ("person",)) == Meant(None, ("mueller-a", "mueller-b"))


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Interfraktionell: Fraktion Bündnis 90/Die Grünen, SPD-Fraktion", ("SPD-Fraktion",)),
        ("interfraktionell, Bündnis 90/Die Grünen; Herr Meyer", ("Herr Meyer",)),
        ("SPD-Fraktion, CDU und Bündnis 90/Die Grünen", ("SPD-Fraktion", "CDU")),
        ("Fraktion Bündnis 90/Die Grünen", ()),
        ("Fraktion Bündnis 90/Die Grünen, Rathausplatz 1", ()),
        ("Frau Kurz, Bündnis 90/Die Grünen", ()),
        ("", ()),
    ],
)
def test_who_else_is_named_is_known_where_a_field_takes_one(name: str, others: tuple[str, ...]) -> None:
    assert also_named(TOWN, name, "gruene") == others


def test_a_faction_with_an_and_in_its_name_is_one() -> None:
    both = party("fwp", "Fraktion Freie Wähler und Piraten", "body")
    assert also_named(replace(TOWN, parties={"fwp": both}), "Freie Wähler und Piraten", "fwp") == ()


def test_titles_alone_name_nobody() -> None:
    assert party_meant(TOWN, "Vorsitzender der Fraktion", ("person", "body")).key is None


@pytest.mark.parametrize("name", ["CDU-Fraktion im Rat der Stadt Hagen", "Ratsgruppe Volt im Rat"])
def test_a_part_of_the_council_is_not_the_council(name: str) -> None:
    assert party_meant(TOWN, name, ("person", "body")).key is None


def test_a_slip_of_the_pen_is_proposed_but_not_taken() -> None:
    assert party_meant(TOWN, "Hakan Severkan", ("person",)) == Meant(None, ("severcan",))


def inquiry() -> Lifecycle:
    return load_folders()["anfrage"]


AROUND = Around(TOWN, date(2023, 12, 22), {"name": "a.txt", "media_type": "text/plain", "sha256": "0" * 64, "size": 1})
LETTER = Understood(
    kind="anfrage",
    number="1062/2023",
    subject="Angestrebte Partnerschaft",
    date=date(2023, 12, 5),
    originator="Hakan Sevencan",
    consultations=(ConsultationFound("Integrationsrat", None, None, None),),
    questions=("Ab wann sind Gespräche geplant?",),
)


def proposed(said: Understood, **given: object) -> Proposal:
    return propose(inquiry(), said, AROUND, given)


def test_the_fields_of_the_opening_event_are_filled_in() -> None:
    data = proposed(LETTER).data
    assert data == {
        "nummer": "1062/2023",
        "betreff": "Angestrebte Partnerschaft",
        "schreiben_vom": "2023-12-05",
        "eingang": "2023-12-22",
        "fragesteller": "severcan",
        "fragen": ["Ab wann sind Gespräche geplant?"],
        "gremium": "integrationsrat",
        "anfrage": dict(AROUND.file),
        "oeffentlich": False,
    }
    assert proposed(LETTER).gaps == ()


def test_what_the_document_does_not_say_is_a_gap() -> None:
    gaps = proposed(Understood(kind="anfrage")).gaps
    assert [gap.field.name for gap in gaps] == ["betreff", "schreiben_vom", "fragesteller", "fragen"]


def test_somebody_unknown_is_a_gap_with_their_words_and_who_comes_near() -> None:
    (gap,) = proposed(replace(LETTER, originator="Hakan Severkan")).gaps
    assert (gap.field.name, gap.given, gap.near) == ("fragesteller", "Hakan Severkan", ("severcan",))


def test_what_is_said_by_hand_wins() -> None:
    proposal = proposed(replace(LETTER, originator=None), fragesteller="mueller-a", betreff="Neu")
    assert (proposal.data["fragesteller"], proposal.data["betreff"], proposal.gaps) == ("mueller-a", "Neu", ())


def test_a_field_that_there_is_not_is_left_to_the_engine_to_refuse() -> None:
    assert proposed(LETTER, farbe="rot").data["farbe"] == "rot"


def test_the_order_of_bodies_says_which_session_is_not_public() -> None:
    day = date(2024, 3, 5)
    stops = (
        ConsultationFound(None, None, "genehmigung", None),
        ConsultationFound("Fraktion BÜNDNIS 90/DIE GRÜNEN", day, "vorberatung", public=False),
        ConsultationFound("Integrationsrat", day, "kenntnisnahme", public=True),
        ConsultationFound("Integrationsrat", None, "kenntnisnahme", public=True),  # a session that is not fixed
        ConsultationFound("Rat der Stadt Kiel", day, "entscheidung", public=None),  # nobody of this town
    )
    data = proposed(replace(LETTER, consultations=stops)).data
    assert data["beratungsfolge"] == [
        {"gremium": "gruene", "sitzung": "2024-03-05", "rolle": "vorberatung", "oeffentlich": False},
        {"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme", "oeffentlich": True},
    ]
    assert data["gremium"] == "integrationsrat"


def test_one_text_fills_a_list_of_texts() -> None:
    data = propose(
        load_folders()["antrag"], replace(LETTER, kind="antrag", text="Der Rat möge beschließen."), AROUND, {}
    ).data
    assert data["beschlussvorschlag"] == ["Der Rat möge beschließen."]


def test_a_day_after_the_receipt_is_not_taken_for_the_day_of_the_letter() -> None:
    gaps = proposed(replace(LETTER, date=date(2024, 3, 5))).gaps
    assert [gap.field.name for gap in gaps] == ["schreiben_vom"]


# --- public or not ---


def codes(proposal: Proposal) -> list[str]:
    return [one.code for one in proposal.openness.warnings]


@pytest.mark.parametrize(
    ("said", "unsaid", "given", "public", "warned"),
    [
        (None, False, {}, False, ["taking_publicity_unsaid"]),
        (None, True, {}, True, []),
        (None, False, {"oeffentlich": True}, True, []),
        (None, False, {"oeffentlich": None}, False, ["taking_publicity_unsaid"]),
        (True, False, {}, True, []),
        (False, True, {}, False, []),
        (True, False, {"oeffentlich": False}, False, []),
        (False, False, {"oeffentlich": True}, True, ["taking_publicity_differs"]),
    ],
)
def test_nothing_is_public_by_silence(
    said: bool | None, unsaid: bool, given: dict[str, object], public: bool, warned: list[str]
) -> None:
    around = AROUND._replace(public_unsaid=unsaid)
    proposal = propose(inquiry(), replace(LETTER, public=said), around, given)
    assert (proposal.data["oeffentlich"], proposal.openness.public, proposal.openness.said) == (public, public, said)
    assert codes(proposal) == warned


def test_where_the_document_says_so_is_told() -> None:
    found = Found("a.txt", 3, None, "Status: öffentlich", "stated")
    assert proposed(replace(LETTER, public=True, found={"public": found})).openness.found == found


def test_an_attachment_that_is_not_public_in_a_public_paper_is_told() -> None:
    attached = Understood(name="Kaufvertrag.pdf", public=False)
    open_paper, closed_paper = (replace(LETTER, public=one, attachments=(attached,)) for one in (True, False))
    (warning,) = proposed(open_paper).openness.warnings
    assert (warning.code, warning.params["names"]) == ("taking_attachment_not_public", "Kaufvertrag.pdf")
    assert proposed(closed_paper).openness.warnings == ()


def test_a_document_that_is_not_public_is_told_of_when_it_goes_to_a_public_case() -> None:
    told = {
        (said, public): [one.code for one in openness_beside(replace(LETTER, public=said), public=public).warnings]
        for said in (True, False, None)
        for public in (True, False)
    }
    assert told.pop((False, True)) == ["taking_publicity_differs"]
    assert set(map(tuple, told.values())) == {()}


UNASKED = """\
id = "eingabe"
version = 1
label = "Eingabe"
initial = "neu"

[state.neu]
label = "neu"
owner = "geschaeftsstelle"
unattended = "wartet"

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle"]
ask = { betreff = "text" }
"""


@pytest.mark.parametrize(
    ("said", "unsaid", "hides", "unsettled"),
    [
        (None, False, False, True),
        (False, True, False, True),
        (None, True, False, False),
        (True, False, False, False),
        (None, False, True, False),
        (False, False, False, True),
    ],
)
def test_a_lifecycle_that_does_not_ask_opens_no_public_case_by_silence(
    said: bool | None, unsaid: bool, hides: bool, unsettled: bool
) -> None:
    lifecycle = load_text(UNASKED + ('do = ["hide"]\n' if hides else ""))
    around = AROUND._replace(public_unsaid=unsaid)
    planned = propose(lifecycle, replace(LETTER, public=said), around, {}).openness
    assert is_unsettled(lifecycle, planned) == unsettled
