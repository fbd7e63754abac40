"""PDFs, pages of the web and mails become lines."""

from email.message import EmailMessage

from tests.helpers.documents import attach, docx_of, letter, paragraph, pdf_of, scanned
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import read_document


def lines(pages: Pages) -> list[str]:
    return [line.text for line in pages.lines]


# --- PDF ---

FORM = r"""
#set text(lang: "de", size: 11pt, hyphenate: true)
#set par(justify: true)
= Stellungnahme der Verwaltung
#table(columns: 3, [Stadtamt], [Nummer], [Datum], [BOB], [S0001/25], [11.04.2025], [Bezeichnung], [], [])
#table(columns: (5cm, auto, auto), [Gremium], [Sitzung], [Ö/N], [Ausschuss für Wirtschaftsförderung und regionale
  Entwicklung], [01.06.2025], [Ö], [Stadtrat], [22.06.2025], [N])
== Sachverhalt
Die Verwaltung hat geprüft, wie viele Bänke im Stadtgebiet beschädigt sind, und teilt mit, dass die
Instandsetzungsmaßnahmen der Grünflächenunterhaltungsabteilung im Frühjahr beginnen und die
Zuständigkeitsverteilung geklärt ist.

+ Wie viele Bänke?
+ Wann kommen sie?

- im Park

Muster \ Oberbürgermeisterin
#pagebreak()
Zweite Seite.
"""


def test_a_form_as_pdf_has_its_rows_headings_and_pages() -> None:
    pages = read_document(pdf_of(FORM), "a.pdf")
    found = lines(pages)
    assert found[:11] == [
        "# Stellungnahme der Verwaltung",
        "",
        "Stadtamt\tNummer\tDatum",
        "BOB\tS0001/25\t11.04.2025",
        "Bezeichnung\t\t",
        "",
        "Gremium\tSitzung\tÖ/N",
        "Ausschuss für Wirtschaftsförderung und regionale Entwicklung\t01.06.2025\tÖ",
        "Stadtrat\t22.06.2025\tN",
        "",
        "## Sachverhalt",
    ]
    assert found[-9:] == [
        "1. Wie viele Bänke?",
        "2. Wann kommen sie?",
        "",
        "- im Park",
        "",
        "Muster",
        "Oberbürgermeisterin",
        "",
        "Zweite Seite.",
    ]
    assert [line.page for line in pages.lines if line.text][-2:] == [1, 2]
    assert pages.media_type == "application/pdf"


def test_words_parted_at_the_end_of_a_line_are_whole() -> None:
    long = "Instandsetzungsmaßnahmen Grünflächenunterhaltungsabteilung Zuständigkeitsverteilung "
    pages = read_document(pdf_of(f'#set text(lang: "de", hyphenate: true)\n#set page(width: 8cm)\n{long * 5}'), "a.pdf")
    assert pages.text.split() == (long * 5).split()


def test_a_hyphen_that_belongs_to_the_words_stays() -> None:
    pages = read_document(
        pdf_of(r"Haupt- \ und Finanzausschuss, Anfrage 1062/2023- \ 1 von Frau Müller- \ Lüdenscheidt"), "a.pdf"
    )
    seen = "Haupt- und Finanzausschuss, Anfrage 1062/2023-1 von Frau Müller-Lüdenscheidt"
    assert " ".join(pages.text.split()) == seen


def test_a_table_without_rules_has_its_cells() -> None:
    table = "#table(columns: (5cm, 3cm, auto), stroke: none, [Gremium], [Sitzung], [Ö/N], [Rat], [22.06.2025], [Ö])"
    assert lines(read_document(pdf_of(table), "a.pdf")) == ["Gremium\tSitzung\tÖ/N", "Rat\t22.06.2025\tÖ"]


def test_two_columns_are_read_one_after_the_other() -> None:
    words = " ".join(f"Wort{number}" for number in range(400))
    source = f"#set page(columns: 2, height: 15cm)\n#set par(justify: true)\n{words}"
    assert read_document(pdf_of(source), "a.pdf").text.split() == words.split()


def test_pages_without_text_are_named() -> None:
    source = "Erste Seite mit Text.\n#pagebreak()\n#rect(width: 5cm)\n#pagebreak()\nDritte Seite."
    (remark,) = read_document(pdf_of(source), "a.pdf").remarks
    assert (remark.code, remark.params) == ("intake_remark_pages_without_text", {"pages": ["2"]})


# --- HTML ---

PAGE = """<!DOCTYPE html><html><head><meta charset="iso-8859-1"><title>Infosystem</title><script>böse()</script>
<style>b {}</style></head><body><nav><ul><li>Menü</li></ul></nav><h1>Anfrage - 0001/2025</h1>
<dl><dt>Status:</dt><dd>öffentlich</dd><dt>Art</dt><dd>Anfrage</dd></dl>
<table><thead><tr><th>Gremium</th><th>Datum</th><th>Rolle</th></tr></thead>
<tr><td rowspan="2">Rat</td><td>01.02.2025</td><td></td></tr><tr><td colspan="2">vertagt</td></tr></table>
<p>Text mit <b>fetten</b>&nbsp;Worten und<br>Umbruch.</p><div style="display:none">versteckt</div>
<table><tr><td><h2>Sachverhalt</h2><p>Wir fragen.</p></td></tr></table>
<ol start="2"><li>Zweite?<li value="5">Fünfte?</ol><ul><li><p>Punkt</p></li></ul>
<p><input type="checkbox" checked> Ja <input type="checkbox"> Nein</p><iframe src="http://evil.example/"></iframe>
</body></html>"""


def test_a_page_of_a_council_system() -> None:
    for encoding in ("utf-8", "iso-8859-1", "utf-16"):
        pages = read_document(PAGE.encode(encoding), "vorlage.html")
        assert lines(pages) == [
            "# Anfrage - 0001/2025",
            "",
            "Status: öffentlich",
            "Art: Anfrage",
            "",
            "Gremium\tDatum\tRolle",
            "Rat\t01.02.2025\t",
            "\tvertagt\t",
            "",
            "Text mit fetten Worten und",
            "Umbruch.",
            "",
            "## Sachverhalt",
            "",
            "Wir fragen.",
            "",
            "2. Zweite?",
            "5. Fünfte?",
            "- Punkt",
            "",
            "☒ Ja ☐ Nein",
        ]
    assert pages.remarks[-1].params == {"kind": "iframe", "target": "http://evil.example/"}


def test_a_page_is_known_without_its_name() -> None:
    assert read_document(b"<html><body><p>Hallo</p></body></html>", "datei").media_type == "text/html"
    assert read_document(b"Ein <b>Text</b>", "datei").media_type == "text/plain"


# --- mail ---


def test_a_mail_has_its_header_its_text_and_its_files() -> None:
    mail = letter()
    mail.add_alternative("<p>HTML</p>", subtype="html")
    attach(mail, docx_of(paragraph("Anlage")), "Anfrage Bänke.docx")
    attach(mail, pdf_of("Zweite Anlage"), "b.pdf")
    pages = read_document(mail.as_bytes(), "m.eml")
    assert lines(pages) == [
        "Date: 03.02.2025 10:00",
        "From: Erika Muster <muster@fraktion.example>",
        "Subject: Anfrage zu Bänken",
        "To: ratsbuero@stadt.example",
        "",
        "Sehr geehrte Damen und Herren,",
        "",
        "wie viele?",
    ]
    assert [line.number for line in pages.lines] == list(range(1, 9))
    assert [(part.name, part.text) for part in pages.parts] == [
        ("Anfrage Bänke.docx", "Anlage"),
        ("b.pdf", "Zweite Anlage"),
    ]


def test_a_file_that_cannot_be_read_stops_neither_the_mail_nor_its_other_files() -> None:
    mail = letter()
    attach(mail, scanned(), "scan.pdf")
    attach(mail, b"Text der Anlage", "a.txt")
    pages = read_document(mail.as_bytes(), "m.eml")
    assert [part.text for part in pages.parts] == ["Text der Anlage"]
    (remark,) = pages.remarks
    assert (remark.code, remark.params["file"]) == ("intake_scan", "m.eml › scan.pdf")


def test_html_is_read_where_there_is_no_plain_text() -> None:
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail["Subject"] = "Frage"
    mail.set_content("<p>Wie <b>viele</b>?</p>", subtype="html")
    assert lines(read_document(mail.as_bytes(), "m.eml"))[-1] == "Wie viele?"


def test_a_forwarded_mail_is_read_with_what_is_in_it() -> None:
    inner, outer = letter("Die Anfrage"), letter("WG: Die Anfrage", "Zur Kenntnis.\n")
    attach(inner, b"ganz innen", "innen.txt")
    outer.add_attachment(inner)
    (part,) = read_document(outer.as_bytes(), "m.eml").parts
    assert part.name == "Die Anfrage.eml"
    assert "Subject: Die Anfrage" in part.text
    assert part.parts[0].text == "ganz innen"


def test_mails_within_mails_are_read_to_a_depth() -> None:
    mail = letter("0")
    for number in range(1, 8):
        outer = letter(str(number))
        outer.add_attachment(mail)
        mail = outer
    pages = read_document(mail.as_bytes(), "m.eml")
    depth = 0
    while pages.parts:
        (pages,) = pages.parts
        depth += 1
    assert depth == 4
    assert pages.remarks[0].code == "intake_nesting"


def test_a_mail_in_an_old_encoding_and_flowed() -> None:
    raw = (
        b"From: =?iso-8859-1?Q?J=FCrgen?= <j@x.example>\r\nSubject: =?utf-8?B?QsOkbmtl?=\r\nDate: gestern\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        b"eine lange \r\nZeile \xfcber B\xe4nke\r\nEnde\r\n"
    )
    assert lines(read_document(raw, "m.eml")) == [
        "Date: gestern",
        "From: Jürgen <j@x.example>",
        "Subject: Bänke",
        "",
        "eine lange Zeile über Bänke",
        "Ende",
    ]
