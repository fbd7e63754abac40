"""Mails whose words are the paper: their header says who wrote when about what; what they quote is not theirs."""

from email.message import EmailMessage

import pytest

from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import Understood

ASKED = "Sehr geehrte Frau Groß,\n\nich stelle folgende Anfrage:\n\n1. Wer zahlt den Kran?\n2. Wann kommt er?\n"


def received(
    body: str,
    subject: str = "Anfrage Freibad",
    sender: str = "Petra Lang <lang@fraktion.example>",
    to: str = "ratsbuero@stadt.example",
    files: dict[str, str] | None = None,
) -> Understood:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Tue, 04 Mar 2025 23:30:00 -0500"
    mail.set_content(body)
    for name, text in (files or {}).items():
        mail.add_attachment(text, filename=name)
    return understand(read_document(mail.as_bytes(), "post.eml"))


def test_the_header_of_a_mail_is_read_and_each_value_has_its_line() -> None:
    said = received(ASKED)
    assert (said.kind, said.subject, f"{said.date}") == ("anfrage", "Anfrage Freibad", "2025-03-04")
    assert (said.originator, said.addressee) == ("Petra Lang", "ratsbuero@stadt.example")
    places = {name: said.found[name] for name in ("date", "originator", "subject", "addressee")}
    assert [place.line for place in places.values()] == [1, 2, 3, 4]
    assert {place.sure for place in places.values()} == {"stated"}
    assert places["originator"].quote == "From: Petra Lang <lang@fraktion.example>"
    assert said.questions == ("Wer zahlt den Kran?", "Wann kommt er?")


@pytest.mark.parametrize("before", ["Re: ", "AW: ", "WG: ", "Fwd: ", "AW: WG: RE[2]: "])
def test_the_subject_of_a_mail_stands_without_what_programs_put_before_it(before: str) -> None:
    assert received(ASKED, f"{before}Freibad").subject == "Freibad"


@pytest.mark.parametrize(
    ("sender", "originator"),
    [
        ("lang@fraktion.example", "lang@fraktion.example"),
        ('"Lang, Petra" <lang@fraktion.example>', "Lang, Petra"),
        ("<lang@fraktion.example>", "lang@fraktion.example"),
    ],
)
def test_a_sender_without_a_name_is_known_by_the_address(sender: str, originator: str) -> None:
    assert received(ASKED, sender=sender).originator == originator


def test_several_recipients_are_the_addressee_of_a_mail() -> None:
    assert received(ASKED, to="Ratsbüro <r@stadt.example>, ob@stadt.example").addressee == "Ratsbüro, ob@stadt.example"


def test_what_a_mail_says_in_fields_of_its_own_wins_over_its_header() -> None:
    fields = "Anfrage\nBetreff: Der Kran\nDatum: 01.03.2025\nFragesteller: SPD-Fraktion\nAdressat: Rat\n\n1. Wer?"
    said = received(fields)
    assert (said.subject, f"{said.date}") == ("Der Kran", "2025-03-01")
    assert (said.originator, said.addressee) == ("SPD-Fraktion", "Rat")


def test_who_signed_a_mail_wins_over_who_sent_it() -> None:
    assert received(f"{ASKED}\nMit freundlichen Grüßen\nMax Huber\n").originator == "Max Huber"
    signed = received(f"{ASKED}\nMit freundlichen Grüßen\nPetra Lang\n")
    assert (signed.originator, signed.found["originator"].sure) == ("Petra Lang", "stated")


def test_a_mail_without_words_is_known_by_its_subject() -> None:
    said = received("", "Änderungsantrag zu DS0231/25")
    assert (said.kind, said.parent_number) == ("aenderungsantrag", "DS0231/25")


def test_the_subject_of_an_answer_does_not_say_what_the_answer_is() -> None:
    said = received("Danke, das hilft uns sehr.", "AW: Anfrage F0172/14")
    assert (said.kind, said.number) == (None, None)


def test_a_kind_in_the_subject_does_not_hide_the_paper_that_is_attached() -> None:
    paper = "Anfrage 0170/2025\nDatum: 03.03.2025\nBetreff: Hafenkran\n\nWer zahlt den Kran?"
    said = received("Guten Tag, anbei unsere Anfrage.", "Anfrage", files={"anfrage.txt": paper})
    assert (said.number, said.subject, f"{said.date}") == ("0170/2025", "Hafenkran", "2025-03-03")


@pytest.mark.parametrize(
    "quoted",
    [
        "-----Ursprüngliche Nachricht-----\nVon: Groß\nGesendet: Montag, 3. März 2025\nWie viele Fragen haben Sie?",
        "Von: Groß <g@stadt.example>\nGesendet: Montag, 3. März 2025 10:02\nAn: Lang\nBetreff: Frage\n\nWie viele?",
        "Von: Groß <g@stadt.example>\nDatum: 3. März 2025 um 10:02\nAn: Lang\nBetreff: Frage\n\nWie viele?",
        "Am 03.03.2025 um 10:02 schrieb Ratsbüro:\nWie viele Fragen haben Sie?",
        "Am Mo., 3. März 2025 um 10:02 Uhr schrieb Ratsbüro <\nr@stadt.example>:\n\n> Wie viele Fragen haben Sie?",
        "> Wie viele Fragen haben Sie?\n> 3. Und warum?",
    ],
)
def test_what_a_mail_quotes_is_not_asked_by_it(quoted: str) -> None:
    said = received(f"{ASKED}\nVG\nPetra Lang\n\n{quoted}\n")
    assert (said.questions, said.originator) == (("Wer zahlt den Kran?", "Wann kommt er?"), "Petra Lang")
    assert "understanding_mail_quoted" in {warning.code for warning in said.warnings}


def test_what_stands_below_marked_lines_is_of_the_mail_itself() -> None:
    said = received(f"Am 03.03.2025 um 10:02 schrieb Ratsbüro:\n> Was fragen Sie?\n\n{ASKED}")
    assert said.questions == ("Wer zahlt den Kran?", "Wann kommt er?")


def test_a_letter_that_a_paper_cites_is_no_quoted_mail() -> None:
    said = received("Am 3. März schrieb der Bürgermeister:\nDer Kran steht.\n\nFolgende Fragen:\n1. Wo steht er?\n")
    assert said.questions == ("Wo steht er?",)


def test_a_form_in_a_mail_is_no_quoted_mail() -> None:
    said = received("Anfrage\n\nVon: FDP-Fraktion\nAn: Rat\nDatum: 03.03.2025\nBetreff: Kran\n\n1. Wo steht er?\n")
    assert (said.originator, said.subject, said.questions) == ("FDP-Fraktion", "Kran", ("Wo steht er?",))


def test_the_words_of_a_mail_in_html_are_read_as_those_of_one_in_text() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Petra Lang <lang@fraktion.example>", "Anfrage Freibad"
    quoted = "<p><b>Von:</b> Groß<br><b>Gesendet:</b> Montag, 3. März 2025<br><b>An:</b> Lang</p><p>Wie viele?</p>"
    mail.set_content(f"<p>Hallo,</p><p>ich stelle folgende Anfrage:</p><p>Wer zahlt?</p>{quoted}", subtype="html")
    said = understand(read_document(mail.as_bytes(), "post.eml"))
    assert (said.originator, said.questions) == ("Petra Lang", ("Wer zahlt?",))


def test_a_mail_that_is_passed_on_is_read_as_that_of_its_writer() -> None:
    inner = "Von: Max Huber <m@x.example>\nGesendet: Montag, 3. März 2025 10:11\nAn: Rat\nBetreff: Anfrage Kran"
    said = received(f"z. K.\n\n-----Ursprüngliche Nachricht-----\n{inner}\n\n{ASKED}", "WG: Anfrage Kran")
    assert (said.originator, f"{said.date}", said.addressee) == ("Max Huber", "2025-03-03", "Rat")
    assert (said.subject, said.questions) == ("Anfrage Kran", ("Wer zahlt den Kran?", "Wann kommt er?"))


@pytest.mark.parametrize(
    "body",
    [
        "Hallo Herr Groß,\n\nbitte nehmen Sie folgende Anfrage auf:\nWer zahlt den Kran? Wann kommt er?",
        "Hallo Herr Groß,\nbitte nehmen Sie folgende Anfrage auf:\nWer zahlt den Kran? Wann kommt er?",
        "Hallo Herr Groß, Wer zahlt den Kran? Wann kommt er?",
    ],
)
def test_the_sentence_of_the_salutation_is_no_part_of_a_question(body: str) -> None:
    assert received(body).questions == ("Wer zahlt den Kran?", "Wann kommt er?")


def test_a_saved_page_was_sent_by_nobody() -> None:
    mail = b"From: <Saved by Blink>\nSubject: Seite\nDate: Tue, 04 Mar 2025 10:00:00 +0100\n\nAnfrage\n\nWer zahlt?\n"
    said = understand(read_document(mail, "seite.mht"))
    assert (said.originator, said.date) == (None, None)
