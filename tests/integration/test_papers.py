"""Papers of real cases: the answer in the shapes of two towns, the Verfügung with its chain, extracts; mails, CLI."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.helpers.council import Council
from tests.helpers.databases import Sqlite
from tests.helpers.house import CLERK, DRAFT, LEAD, MOTION, SUPERVISOR, House
from tests.helpers.papers import block_faults, elements, read, reading_order, text_of, unmarked
from vorgang.config.errors import InvalidInputError, NotFoundError, RefusedError
from vorgang.notifications.failures import Temporary
from vorgang.notifications.papers.press import Wish
from vorgang.notifications.papers.printing import FORMATS, Look, Papers, Printed
from vorgang.notifications.papers.view import answers
from vorgang.states.database import Database
from vorgang.states.engine import Fired
from vorgang.states.overrides import Override
from vorgang.workflow.papers import render_paper

TEXT = "Die Gespräche beginnen im Herbst.\n\n- Besuch\n- Gegenbesuch\n\n| Jahr | Kosten |\n| 2024 | 100 € |"
FORM = Papers(looks=lambda: {"hagen": Look({"stellungnahme": "formular"}, own_number=True)})


class Letters(House):
    """A house that writes free letters: nobody reads them back, and the mayor signs nevertheless."""

    def fire(self, case_id: str, event: str, person: str = CLERK, **data: Any) -> Fired:
        more: dict[str, dict[str, Any]] = {
            "entwurf_ablegen": {"antworten": None},
            "unterzeichnen": {"unvollstaendig_weil": "steht im Brief"},
        }
        return super().fire(case_id, event, person, **{**more.get(event, {}), **data})


@pytest.fixture(scope="module")
def house(sqlite: Sqlite) -> Iterator[House]:
    made = Letters(sqlite.prepared())
    yield made
    made.close()


@pytest.fixture(scope="module")
def signed(house: House) -> str:
    """An inquiry with an answer as plain text that two offices have co-signed and the mayor has signed."""
    drafted = house.text_draft(TEXT)
    case = house.at("zur_unterschrift", drafted=drafted, nummer="0100/2024", gremium="integrationsrat")
    house.fire(case, "unterzeichnen", "schulz", unterzeichnet_am="2024-01-08")
    return case


def answered(house: House, *answers: str | None, state: str = "unterzeichnet", **more: Any) -> str:
    """An inquiry in `state` with as many questions, and these answers to them."""
    questions = [f"Frage {number}?" for number in range(1, len(answers) + 1)]
    given = [
        {"frage": question, **({"antwort": answer} if answer else {})}
        for question, answer in zip(questions, answers, strict=True)
    ]
    drafted = {"entwurf": DRAFT, "antworten": given}
    return house.at(state, drafted=drafted, fragen=questions, **more)


def words(printed: Printed) -> str:
    return " ".join(text_of(read(printed.file.content)).split())


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_the_answer_as_a_letter(house: House, signed: str) -> None:
    printed = render_paper(house.workflow, signed)
    assert printed.file.name == "Stellungnahme_0100-2024.pdf"
    assert not printed.draft
    found = words(printed)
    assert in_order(
        found,
        "ÖFFENTLICHE STELLUNGNAHME",
        "Amt/Fachbereich: 01 Fachbereich des Oberbürgermeisters",
        "Beteiligt: 41 Kultur und 48 Fachbereich Bildung",
        "Betreff: Drucksachennummer: 0100/2024 Sachstand Städtepartnerschaft",
        "Gefragt wurde: 1. Wie ist der Sachstand?",
        "Die Gespräche beginnen im Herbst.",
        "Gegenbesuch",
        "Jahr Kosten 2024 100 €",
        "08.01.2024 gez. Erik O. Schulz Oberbürgermeister",
    )
    assert "ENTWURF" not in found


def test_the_answer_as_a_form_with_a_number_of_its_own(house: House) -> None:
    case = house.at("beantwortet", drafted=house.text_draft(TEXT), nummer="0101/2024")
    house.fire(case, "papiere_verfuegen", stellungnahme_nummer="S0007/24")
    house.schedule(case, "integrationsrat", "rat")
    found = words(render_paper(house.workflow, case, None, FORM))
    assert in_order(
        found,
        "Stellungnahme der Verwaltung | öffentlich",
        "Stadtamt Stellungnahme-Nr. Datum",
        "S0007/24",
        "zum/zur 0101/2024 Hakan Severcan",
        "Bezeichnung Sachstand Städtepartnerschaft",
        "Verteiler Tag Oberbürgermeister der Stadt Hagen 08.01.2024",
        "Integrationsrat der Stadt Hagen 05.03.2024 Rat der Stadt Hagen 05.03.2024",
        "Die Gespräche beginnen",
        "Erik O. Schulz Oberbürgermeister",
    )
    assert "gez." not in found


@pytest.mark.parametrize("papers", [Papers(), FORM])
@pytest.mark.parametrize("kind", ["stellungnahme", "verfuegung", "ausfertigung", "zwischenbescheid"])
def test_every_paper_is_tagged_from_beginning_to_end(house: House, kind: str, papers: Papers) -> None:
    case = house.at("in_bearbeitung")
    house.fire(case, "zwischenbescheid", LEAD, grund="Es fehlt die Zulieferung.", neuer_termin="2024-02-16")
    house.fire(case, "entwurf_ablegen", LEAD, **house.text_draft(TEXT))
    house.fire(case, "papiere_verfuegen", ausfertigungen=[{"amt": "amt41", "anzahl": 3}])
    found = read(render_paper(house.workflow, case, Wish(kind), papers).file.content)
    assert unmarked(found) == []
    assert block_faults(found) == []
    assert reading_order(found) == sorted(reading_order(found))
    assert ("/Table" in {element.tag for element in elements(found)}) == (kind != "zwischenbescheid")


def test_question_by_question_once_the_case_knows_the_answers(house: House) -> None:
    found = words(render_paper(house.workflow, answered(house, "Gut.\n\n- sehr gut")))
    assert in_order(found, "1. Frage 1?", "Gut.", "sehr gut", "gez. Erik O. Schulz")
    assert "Gefragt wurde" not in found


def test_questions_keep_their_order_and_their_numbers_whichever_are_answered(house: House) -> None:
    case = answered(house, None, None, "Ja.", state="zur_unterschrift")
    house.fire(case, "unterzeichnen", "schulz", unvollstaendig_weil="Antwort folgt.")
    open_ = "Diese Frage ist noch nicht beantwortet."
    found = words(render_paper(house.workflow, case))
    parts = ("1. Frage 1?", open_, "2. Frage 2?", open_, "3. Frage 3?", "Ja.", "Antwort folgt.")
    assert " ".join(parts[:6]) in found
    assert in_order(found, *parts[4:])


def test_the_same_question_twice_has_two_answers() -> None:
    facts = {
        "fragen": ["Wann?", "Wann?"],
        "antworten": [{"frage": "Wann?", "antwort": a} for a in ("Heute.", "Morgen.")],
    }
    assert [one["antwort"] for one in answers(facts, None)] == ["Heute.", "Morgen."]


PROPOSAL: dict[str, Any] = {
    "betreff": "Netzwerk",
    "federfuehrung": "amt01",
    "unterzeichner": "verwaltungsleitung",
    "nummer": "0321/2024",
    "beschlussvorschlag": ["Der Bericht wird zur Kenntnis genommen.", "Ein Netzwerk wird gegründet."],
    "dringlich_weil": "Die Förderung läuft aus.",
}


def test_a_proposal_of_the_administration_says_what_is_to_be_resolved_and_why(house: House) -> None:
    proposal = house.open("beschlussvorlage", CLERK, **PROPOSAL).case.id
    stated = [{"angabe": "klima", "titel": "Klimaschutz", "text": "keine Auswirkungen (o)"}]
    text = [{"antwort": "Die Partnerstädte wünschen es."}]
    house.fire(proposal, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=text, angaben=stated)
    draft = render_paper(house.workflow, proposal)
    assert (draft.draft, "Entwurf: noch nicht schlussgezeichnet." in words(draft)) == (True, True)
    house.fire(proposal, "zur_unterschrift_geben", LEAD)
    house.fire(proposal, "unterzeichnen", "leitung")
    house.fire(proposal, "veroeffentlichen", veroeffentlichung="oeffentlich")
    stops = [
        {"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "vorberatung"},
        {"gremium": "rat", "sitzung": "2024-03-12", "rolle": "entscheidung"},
    ]
    house.fire(proposal, "auf_tagesordnung_setzen", beratungsfolge=stops)
    printed = render_paper(house.workflow, proposal)
    assert (printed.file.name, printed.draft) == ("Beschlussvorlage_0321-2024.pdf", False)
    found = words(printed)
    assert in_order(
        found,
        *("ÖFFENTLICHE BESCHLUSSVORLAGE", "Drucksachennummer: 0321/2024 Netzwerk"),
        *("Dringlich: Die Förderung läuft aus.", "Integrationsrat der Stadt Hagen Vorberatung", "Hagen Entscheidung"),
        *("Beschlussvorschlag 1. Der Bericht wird", "2. Ein Netzwerk wird gegründet.", "Begründung Die Partnerstädte"),
        *("Klimaschutz keine Auswirkungen (o)", "gez. Martin Muster"),
    )
    assert "Stellungnahme" not in found


def test_another_proposed_resolution_does_not_stand_under_the_signature(house: House) -> None:
    proposal = house.open("beschlussvorlage", CLERK, **{**PROPOSAL, "nummer": None}).case.id
    house.fire(proposal, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=[{"antwort": "Darum."}])
    house.fire(proposal, "zur_unterschrift_geben", LEAD)
    house.fire(proposal, "unterzeichnen", "leitung")
    assert not render_paper(house.workflow, proposal).draft
    house.workflow.override(
        Override(proposal, "in_bearbeitung", "zu früh", house.actor(SUPERVISOR), {"mitteilung": date(2024, 2, 1)})
    )
    house.fire(proposal, "beschlussvorschlag_fassen", LEAD, beschlussvorschlag=["Eine Million für alle."])
    assert render_paper(house.workflow, proposal).draft


def test_a_statement_on_a_motion_says_on_what_and_quotes_it(house: House) -> None:
    motion = house.open("antrag", CLERK, **MOTION, nummer="0011/2024").case.id
    house.fire(motion, "zulassen")
    house.fire(motion, "stellungnahme_anfordern", federfuehrung="amt01")
    (statement,) = house.children(motion, "stellungnahme")
    house.fire(statement.id, "annehmen", LEAD)
    house.fire(statement.id, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=[{"antwort": "Es gibt schon eines."}])
    printed = render_paper(house.workflow, statement.id)
    assert printed.file.name == "Stellungnahme_0011-2024.pdf"
    found = words(printed)
    assert in_order(found, "Drucksachennummer: 0011/2024", "Die Verwaltung gründet ein Netzwerk.", "Zum Antrag vom")
    assert "Anfrage" not in found


# --- what stands under a signature ---


def test_a_text_given_at_rendering_is_a_preview_and_never_under_a_signature(house: House, signed: str) -> None:
    for kind in ("stellungnahme", "ausfertigung"):
        printed = render_paper(house.workflow, signed, Wish(kind, text="Jeder bekommt eine Million."))
        assert printed.draft
        found = words(printed)
        assert in_order(found, "Vorschau: nicht die unterzeichnete Fassung.", "Jeder bekommt eine Million.")
        assert "ENTWURF" in found.replace(" ", "")
        assert "gez." not in found
        assert "Die Gespräche beginnen" not in found


def test_a_text_given_at_rendering_is_shown_instead_of_the_answers_of_the_case(house: House) -> None:
    printed = render_paper(house.workflow, answered(house, "Gut."), Wish(text="Anders."))
    assert printed.draft
    assert in_order(words(printed), "Frage 1?", "Anders.")
    assert "Gut." not in words(printed)


def test_a_preview_is_for_those_who_work_on_the_case(house: House) -> None:
    case = answered(house, "Gut.", state="beantwortet")
    for wish in (Wish(text="Anders."), Wish(preview=True)):
        for reader in (house.workflow.reader("hagen"), house.workflow.reader("hagen", "severcan")):
            with pytest.raises(InvalidInputError) as caught:
                render_paper(house.workflow, case, wish, reader=reader)
            assert caught.value.code == "paper_preview_inside"
        assert render_paper(house.workflow, case, wish, reader=house.workflow.reader("hagen", LEAD)).draft


def test_a_text_where_none_is_set_is_refused_instead_of_ignored(house: House, signed: str) -> None:
    for kind in ("verfuegung", "zwischenbescheid"):
        with pytest.raises(InvalidInputError) as caught:
            render_paper(house.workflow, signed, Wish(kind, text="Text"))
        assert caught.value.code == "paper_text_unused"


def test_a_layout_of_the_town_cannot_hide_that_it_is_a_preview(house: House, signed: str, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    block = '[[block]]\nis = "answers"\nunanswered = "-"\n'
    (tmp_path / "papers" / "brief.toml").write_text(f'title = "Eigenes"\nfile = "Eigenes"\n{block}', "utf-8")
    printed = render_paper(house.workflow, signed, Wish(text="Anders.", form="html"), Papers((tmp_path,)))
    assert "VORSCHAU" in printed.file.content.decode()


def test_a_draft_that_is_another_kind_of_file_is_not_replaced_by_words_from_elsewhere(house: House) -> None:
    case = house.at("unterzeichnet")
    with pytest.raises(InvalidInputError, match=r"entwurf\.docx") as caught:
        render_paper(house.workflow, case)
    assert caught.value.code == "paper_answer_in_file"


def test_answers_entered_anew_are_not_those_that_were_signed(house: House) -> None:
    case = answered(house, "Gut.")
    assert not render_paper(house.workflow, case).draft
    override = Override(case, "in_bearbeitung", "zu früh", house.actor(SUPERVISOR), {"antwort": date(2024, 2, 1)})
    house.workflow.override(override)
    assert not render_paper(house.workflow, case).draft
    other = [{"frage": "Frage 1?", "antwort": "Jeder bekommt eine Million."}]
    with pytest.raises(RefusedError, match="schon mit anderen Antworten"):
        house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=other)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT | {"sha256": "9" * 64}, antworten=other)
    printed = render_paper(house.workflow, case)
    assert printed.draft
    assert "gez." not in words(printed)


def test_what_nobody_has_signed_is_marked_as_a_draft(house: House) -> None:
    case = house.at("mit_entwurf", drafted=house.text_draft(TEXT))
    printed = render_paper(house.workflow, case)
    assert printed.draft
    assert "Entwurf: noch nicht unterzeichnet." in words(printed)
    assert "gez." not in words(printed)


def test_the_verfuegung_shows_the_chain_as_planned_and_as_done(house: House, signed: str) -> None:
    house.fire(signed, "papiere_verfuegen", ausfertigungen=[{"amt": "amt41", "anzahl": 3}])
    found = words(render_paper(house.workflow, signed, Wish("verfuegung")))
    assert in_order(
        found,
        "Veröffentlichung ☐ Ja ☐ Nein, gesperrt bis einschließlich __________",
        "Gesehen",
        "Gegenzeichen Stufe Stelle bis Ergebnis durch, am Fassung",
        "41 Kultur 15.01.2024 mitgezeichnet Kemal Beispiel",
        "08.01.2024, 09:00 1",
        "48 Fachbereich",
        "Unterschrift 08.01.2024 gez. Erik O. Schulz",
        "Beschlussausfertigungen",
        "41 Kultur 3",
    )


def test_the_verfuegung_says_until_when_the_answer_is_locked(house: House) -> None:
    case = house.at("gesperrt")
    found = words(render_paper(house.workflow, case, Wish("verfuegung")))
    assert "☐ Ja ☒ Nein, gesperrt bis einschließlich 12.01.2024" in found


def test_what_is_not_signed_yet_has_a_line_to_sign_on(house: House) -> None:
    case = house.at("in_mitzeichnung")
    house.cosign(case, "amt41")
    found = words(render_paper(house.workflow, case, Wish("verfuegung")))
    assert in_order(found, "mitgezeichnet Kemal", "48 Fachbereich", "vorgelegt – –", "Datum Oberbürg")


def test_an_extract_is_for_one_office_or_for_all(house: House, signed: str) -> None:
    one = words(render_paper(house.workflow, signed, Wish("ausfertigung", office="amt48")))
    assert in_order(one, "Ausfertigung für Anzahl 48 Fachbereich Bildung 1", "Die Gespräche beginnen", "des Auszugs")
    with pytest.raises(InvalidInputError, match="amt41") as caught:
        render_paper(house.workflow, signed, Wish("ausfertigung", office="amt99"))
    assert caught.value.code == "paper_office_unknown"


def test_an_interim_reply_says_why_and_until_when(house: House) -> None:
    case = house.at("in_bearbeitung")
    with pytest.raises(InvalidInputError):
        render_paper(house.workflow, case, Wish("zwischenbescheid"))
    house.fire(case, "zwischenbescheid", "beispiel01", grund="Es fehlt die Zulieferung.", neuer_termin="2024-02-16")
    printed = render_paper(house.workflow, case, Wish("zwischenbescheid"))
    assert not printed.draft
    found = words(printed)
    assert in_order(found, "Hakan Severcan", "Zwischenbescheid", "Es fehlt die Zulieferung.", "bis zum 16.02.2024")


def test_a_case_without_an_answer_says_what_is_missing(house: House) -> None:
    with pytest.raises(InvalidInputError) as caught:
        render_paper(house.workflow, house.at("in_bearbeitung"))
    assert caught.value.code == "paper_answer_missing"
    assert "--text" in caught.value.remedy()
    with pytest.raises(NotFoundError):
        render_paper(house.workflow, "0" * 36)


def test_what_is_not_public_is_shown_to_the_office_only(house: House) -> None:
    case = house.at("unterzeichnet", drafted=house.text_draft(TEXT), oeffentlich=False)
    assert "NICHTÖFFENTLICHE STELLUNGNAHME" in words(render_paper(house.workflow, case))
    with pytest.raises(NotFoundError):
        render_paper(house.workflow, case, reader=house.workflow.reader("hagen"))


def test_a_stand_in_signs_in_vertretung(house: House) -> None:
    case = house.at("zur_unterschrift", drafted=house.text_draft(TEXT))
    house.away("schulz", "vertretung")
    deputy = house.actor("vertretung", on_behalf_of="schulz")
    signed = house.seen(case, "unterzeichnen", {"unvollstaendig_weil": "steht im Brief"})
    house.workflow.fire(case, "unterzeichnen", actor=deputy, data=signed)
    found = words(render_paper(house.workflow, case))
    assert in_order(found, "In Vertretung", "gez. Anke Beispiel")
    verfuegung = words(render_paper(house.workflow, case, Wish("verfuegung")))
    assert in_order(verfuegung, "Gegenzeichen", "In Vertretung gez. Anke Beispiel")
    assert "gez. Erik" not in found


@pytest.mark.parametrize("form", FORMATS)
def test_anonymised_nobody_private_is_named(house: House, form: Any) -> None:
    text = "Frau Müllers Haus in der Hauptstraße 12, 58095 Hagen, Tel. 02331 2073456.\n\nRückfragen: fb01@hagen.example"
    drafted = house.text_draft(text)
    case = house.at("unterzeichnet", drafted=drafted, betreff="Frage von Petra Müller", nummer=None)
    house.fire(case, "papiere_verfuegen", privat=["Petra Müller"])
    printed = render_paper(house.workflow, case, Wish(form=form, anonymised=True))
    assert printed.redacted.keys() == {"Name", "Anschrift", "Telefon"}
    assert printed.file.name == f"Stellungnahme_anonymisiert.{form}"
    if form == "html":
        told = printed.file.content.decode()
        assert not any(word in told for word in ("Müller", "Petra", "Hauptstr", "02331"))
        assert "fb01@hagen.example" in told
        assert "gez. Erik O. Schulz" in told


def test_a_layout_of_the_town_replaces_the_shipped_one_and_runs_elsewhere(
    house: House, signed: str, tmp_path: Path
) -> None:
    (tmp_path / "papers").mkdir()
    layout = tmp_path / "papers" / "brief.toml"
    layout.write_text(
        'title = "Eigenes"\nfile = "Eigenes"\n'
        '[[block]]\nis = "heading"\ntext = "Zu {{ case.number }}"\n[[block]]\nis = "answers"\nunanswered = "-"\n',
        "utf-8",
    )
    papers = Papers((tmp_path,))
    found = words(render_paper(house.workflow, signed, Wish(text="{{ 7 * 7 }} " + TEXT), papers))
    assert in_order(found, "Zu 0100/2024", "{{ 7 * 7 }} Die Gespräche")
    layout.write_text(layout.read_text("utf-8").replace("{{ case.number }}", "{{ ''.__class__.__mro__ }}"), "utf-8")
    with pytest.raises(Temporary) as caught:
        render_paper(house.workflow, signed, None, papers)
    assert caught.value.params["key"] == "block[0].text"
    assert [finding.key for finding in papers.findings()] == ["block[0].text"]


def test_the_same_case_gives_the_same_bytes(house: House, signed: str) -> None:
    for form in FORMATS:
        wish = Wish(form=form)
        assert render_paper(house.workflow, signed, wish) == render_paper(house.workflow, signed, wish)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_finds_headings_heads_of_tables_and_language(house: House, signed: str, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(render_paper(house.workflow, signed, Wish(form="docx")).file.content)
    assert Document(str(tmp_path / "a.docx")).tables
    options = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", options]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "a.docx"], check=True, capture_output=True, timeout=120)
    found = read((tmp_path / "a.pdf").read_bytes())
    seen = {element.tag for element in elements(found)}
    assert {"/H1", "/H2", "/Table", "/TH", "/L"} <= seen
    assert str(found.trailer["/Root"]["/Lang"]).startswith("de")  # type: ignore[index]  # a dictionary
    assert in_order(" ".join(text_of(found).split()), "ÖFFENTLICHE STELLUNGNAHME", "Gegenbesuch", "gez. Erik O. Schulz")


def mailed(council: Council, folder: Path, template: str) -> list[Any]:
    council.drain(folder)
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]
    return [mail for mail in mails if template in str(mail["Subject"])]


@pytest.mark.parametrize("public", [True, False])
def test_the_mail_to_the_asker_carries_the_answer_if_it_may_be_shown(
    sqlite_database: Database, tmp_path: Path, public: bool
) -> None:
    council = Council(sqlite_database)
    case = council.ask(nummer="0200/2023")
    council.assign(case)
    council.act(case, "annehmen", "beispiel01")
    given = [{"frage": "Ab wann sind die Gespräche geplant?", "antwort": "Ab Herbst."}]
    council.act(case, "entwurf_ablegen", "beispiel01", entwurf=DRAFT, antworten=given)
    council.act(case, "in_mitzeichnung_geben", "beispiel01")
    (child,) = council.workflow.case(case).children
    council.act(child.id, "mitzeichnen", "beispiel41")
    council.act(case, "unterzeichnen", "schulz", unvollstaendig_weil="Es wird noch verhandelt.")
    said = "oeffentlich" if public else "nichtoeffentlich"
    council.act(case, "veroeffentlichen", "randt", veroeffentlichung=said)
    mails = mailed(council, tmp_path, "Antwort veröffentlicht" if public else "")
    attached = [
        part for mail in mails for part in mail.iter_attachments() if part.get_content_type() == "application/pdf"
    ]
    if public:
        (part,) = attached
        assert part.get_filename() == "Stellungnahme_0200-2023.pdf"
        found = " ".join(text_of(read(part.get_content())).split())
        assert in_order(
            found, "Gespräche geplant?", "Ab Herbst.", "Wer nimmt teil?", "noch nicht", "gez. Erik O. Schulz"
        )
        assert "als PDF bei" in mails[0].get_body(("plain",)).get_content()
    else:
        assert attached == []


def test_an_embargo_that_has_been_lifted_is_told_as_one_that_was(house: House) -> None:
    case = house.at("gesperrt")
    house.fire(case, "freigeben")
    lifted = words(render_paper(house.workflow, case, Wish("verfuegung")))
    assert "☒ Ja (war gesperrt bis einschließlich 12.01.2024) ☐ Nein Gesehen" in lifted
    house.fire(case, "veroeffentlichung_zuruecknehmen", grund="Namen")
    assert "☐ Ja ☒ Nein Gesehen" in words(render_paper(house.workflow, case, Wish("verfuegung")))
    house.fire(case, "wieder_veroeffentlichen", grund="geschwärzt")
    again = words(render_paper(house.workflow, case, Wish("verfuegung")))
    assert "☒ Ja (war gesperrt bis einschließlich 12.01.2024) ☐ Nein Gesehen" in again
