"""Numbers, days, periods, questions and promises, one at a time; and what holds for every text."""

import re
from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vorgang.config.errors import InvalidInputError
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import NumberPattern
from vorgang.config.texts import catalogue
from vorgang.states.numbers import canonical_number
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.intake.understanding import MOST_CHARACTERS, MOST_LINES, understand
from vorgang.workflow.intake.understanding_dates import day_of, days_in, packed_day
from vorgang.workflow.intake.understanding_numbers import field_number, numbers_in
from vorgang.workflow.intake.understanding_periods import dues_in
from vorgang.workflow.intake.understanding_publicity import publicity
from vorgang.workflow.intake.understanding_town import KnownName, KnownTown
from vorgang.workflow.intake.understanding_words import words
from vorgang.workflow.intake.understood import Understood

NOWHERE = KnownTown()
BASE = date(2023, 4, 11)


def read(text: str, known: KnownTown = NOWHERE) -> Understood:
    return understand(Pages.of_text(text, "brief.txt"), known)


def plainly(understood: Understood) -> tuple[object, ...]:
    """All fields but places and warnings."""
    names = ("kind", "number", "parent_number", "subject", "date", "public", "originator", "lead_office")
    more = ("consultations", "questions", "signatory", "promises", "references", "text", "addressee")
    return tuple(getattr(understood, name) for name in (*names, *more))


# --- numbers ---


@pytest.mark.parametrize(
    "number",
    [
        *("1062/2023", "1062/2023-1", "0100/2020", "1199/2023-03", "S0183/23", "A0041/23", "F0172/14", "I0011/24"),
        *(
            "DS0231/19",
            "DS0322/16/1",
            "01/70/2018",
            "1818/IV",
            "KA 359/XXI",
            "0002/3",
            "898/V",
            "IX/416/1",
            "RBIV-1121/08",
        ),
        *("15-1265/2020", "40-1/2009", "1562-53(VI)07", "VO/4680/2016", "AN/0035/2024", "V/0123/2023", "2023/AN/4567"),
        *("23/SVV/0123", "VII-A-01234", "VII-A-01234-ÄA-01", "VO/2023/12345", "20-26/V 12345", "0123/2023/BV"),
        *("2023/0123", "VII/2023/06123", "DS/1246/V"),
    ],
)
def test_a_number_is_found_in_running_text(number: str) -> None:
    assert [one.number for one in numbers_in(f"Mit {number} wurde, wie bekannt, beraten.", NOWHERE)] == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Drucksache Nr.: 05157-03E", "05157-03E"),
        ("(Drs. 23-12345-01)", "23-12345-01"),
        ("zur Vorlage IX-0006", "IX-0006"),
        ("Vorlage 1061 /IX.L. liegt bei", "1061/IX.L."),
        ("DS 40/2009", "40/2009"),
        ("die Anfrage 12/2024", "12/2024"),
        ("Stellungnahme zu 1062_2023", "1062/2023"),
        ("KA: 359/XXI", "KA 359/XXI"),
    ],
)
def test_behind_a_label_other_shapes_are_numbers_too(text: str, number: str) -> None:
    assert [one.number for one in numbers_in(text, NOWHERE)] == [number]


@pytest.mark.parametrize(
    "text",
    [
        *("05.12.2023", "am 5.12.23/6.12.23", "2023-12-05", "150.000/2020 €", "25.000,00 Euro", "12/2023-1"),
        *(
            "Tel. 02331/207-1234",
            "Telefon: 0391/2023",
            "(0221) 221-91709",
            "58095 Hagen",
            "§ 36/2020",
            "§ 12 Abs. 2 Nr. 3",
        ),
        *("Haushalt 2023/2024", "Winter 2023/2024", "Doppelhaushalt 2020/21", "Stand 05/2023", "Amtsblatt 0012/2016"),
        *("Az. 4 K 123/2020", "Verordnung (EU) 2016/679", "Art. 6/2016", "1/3", "24/7", "Stadtbezirk II/3", "Q3/2024"),
        *("Bebauungsplan Nr. 216-2A", "01/05/2018", "Seite 3/12", "14:00-15:30", "3.450/2021 qm", "IBAN DE12 3456"),
    ],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert [one.number for one in numbers_in(f"Hierzu {text} noch.", NOWHERE)] == []


def test_a_field_for_numbers_takes_any_shape_but_a_day() -> None:
    assert [getattr(field_number(text, NOWHERE), "number", None) for text in ("231234-02", "BV-17a", "05.12.2023")] == [
        *("231234-02", "BV-17a"),
        None,
    ]


def test_a_follow_up_knows_its_parent_and_a_district_is_none() -> None:
    assert read("Drucksache - 0815/2024-2\n\nStatus: öffentlich").parent_number == "0815/2024"
    assert read("Drucksache - 15-1265/2020\n\nStatus: öffentlich").parent_number is None


def test_a_number_names_the_kind_where_the_town_says_so() -> None:
    town = KnownTown(numbers={"anfrage": NumberPattern(pattern="F{number:04}/{yy}")})
    text = "Nummer: F0172/14\nDatum: 02.06.2014\n\nSachverhalt\nDer Weg ist dunkel."
    assert (read(text, town).kind, read(text).kind) == ("anfrage", None)


PATTERNS = st.sampled_from(
    [
        "{number:04}/{year}",
        "A{number:04}/{yy}",
        "{number:05}-{yy}",
        "FB {number:03}.{yy}",
        "Vorl/{year}/{number}",
        "{number}#{yy}",
    ]
)


@given(PATTERNS, st.integers(1, 9999), st.integers(2001, 2049), st.integers(1, 9))
def test_a_number_of_the_towns_own_pattern_is_read_back(pattern: str, number: int, year: int, follow: int) -> None:
    own = NumberPattern(pattern=pattern)
    assume(abs(year - number) != 1)  # 2022/2023 is a season as well, whichever of them is the year
    town = KnownTown(numbers={"paper": own})
    rendered = own.render(number, year)
    for given_number in (rendered, own.follow_up(rendered, follow)):
        stated = read(f"Vorlage - {given_number}\n\nVorlagenummer: {given_number}\nStatus: öffentlich", town)
        assert canonical_number(stated.number or "") == canonical_number(given_number)
        assert [one.number for one in numbers_in(f"Siehe {given_number} dazu.", town)] == [given_number]


@given(st.text(alphabet="0123456789/-_ABIVX. ()E", max_size=14))
def test_the_form_for_comparing_is_final_for_every_shape(text: str) -> None:
    assert canonical_number(canonical_number(text)) == canonical_number(text)


# --- days and periods ---


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_a_day_is_read_in_every_way_of_writing(day: date) -> None:
    months = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ]
    name = months[day.month - 1]
    for text in (
        *(
            f"{day:%d.%m.%Y}",
            f"{day.day}.{day.month}.{day:%y}",
            f"{day.day}. {name} {day.year}",
            f"{day.day}. {day.month}. {day.year}",
        ),
        *(day.isoformat(), f"Hagen, {day:%d.%m.%Y}", f"den {day.day}. {name[:3]}. {day.year}", f"({day:%d.%m.%Y})"),
    ):
        assert day_of(text) == day, text
    assert packed_day(f"Anfrage {day:%Y%m%d}.pdf") == day


def test_a_day_that_is_none_is_told_and_not_taken() -> None:
    understood = read("Anfrage\n\nMusterstadt, 31.02.2023\n\nSehr geehrte Damen und Herren,\n\nwann?\n")
    assert understood.date is None
    assert "understanding_day_impossible" in {one.code for one in understood.warnings}
    assert list(days_in("1.2.3.4 und 12.13.2020 und 192.168.10.20")) == []


@pytest.mark.parametrize(
    ("words_", "due"),
    [
        ("im 2. Quartal", date(2023, 6, 30)),
        ("im 1. Quartal", date(2024, 3, 31)),
        ("für das 3. Quartal 2023", date(2023, 9, 30)),
        ("im vierten Quartal des Jahres 2024", date(2024, 12, 31)),
        ("Q3/2024", date(2024, 9, 30)),
        ("im IV. Quartal 2023", date(2023, 12, 31)),
        ("in der zweiten Jahreshälfte 2024", date(2024, 12, 31)),
        ("im 1. Halbjahr 2025", date(2025, 6, 30)),
        ("im Herbst 2024", date(2024, 11, 30)),
        ("im Frühjahr 2025", date(2025, 5, 31)),
        ("im Sommer", date(2023, 8, 31)),
        ("im Winter 2023/2024", date(2024, 2, 29)),
        ("Mitte Mai", date(2023, 5, 15)),
        ("Ende Juni 2024", date(2024, 6, 30)),
        ("im März", date(2024, 3, 31)),
        ("Anfang Dezember 2023", date(2023, 12, 1)),
        ("in KW 20", date(2023, 5, 21)),
        ("in der 3. KW 2024", date(2024, 1, 21)),
        ("bis Ende des Jahres", date(2023, 12, 31)),
        ("bis Jahresende", date(2023, 12, 31)),
        ("bis zum Ende dieses Jahres", date(2023, 12, 31)),
        ("noch in diesem Jahr", date(2023, 12, 31)),
        ("im kommenden Jahr", date(2024, 12, 31)),
        ("Ende des kommenden Jahres", date(2024, 12, 31)),
        ("bis Ende 2025", date(2025, 12, 31)),
        ("Mitte 2024", date(2024, 6, 30)),
        ("bis zum 15.09.2023", date(2023, 9, 15)),
        ("bis zum 15.9.", date(2023, 9, 15)),
        ("bis zum 1. März", date(2024, 3, 1)),
        ("innerhalb von drei Monaten", date(2023, 7, 11)),
        ("in zwei Wochen", date(2023, 4, 25)),
        ("im nächsten Monat", date(2023, 5, 31)),
        ("bis zur nächsten Sitzung", None),
        ("nach der Sommerpause", None),
        ("in KW 77", None),
    ],
)
def test_a_promise_is_due_on_the_last_day_of_its_period(words_: str, due: date | None) -> None:
    text = f"Stellungnahme\n\nDatum: 11.04.2023\n\nSachverhalt\nDie Verwaltung wird {words_} erneut berichten."
    assert [one.due for one in read(text).promises] == [due]


@given(st.text(max_size=60), st.dates())
def test_no_text_breaks_the_reading_of_periods(text: str, base: date) -> None:
    for due in dues_in(f"im {text} 31.2. Quartal KW 53 Winter", base):
        assert due.words


def test_a_relative_day_without_a_day_of_the_document_is_told() -> None:
    understood = read("Stellungnahme\n\nSachverhalt\nDie Verwaltung wird im kommenden Jahr berichten.")
    assert [one.due for one in understood.promises] == [None]
    assert [one.code for one in understood.warnings] == ["understanding_day_unknown"]


# --- promises ---


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Brücke wurde im Herbst 2022 saniert.",
        "Im Jahr 2022 fanden vier Sitzungen statt.",
        "Es ist davon auszugehen, dass der Bund im Herbst 2024 entscheidet.",
        "Die Deutsche Bahn wird die Arbeiten im 3. Quartal 2024 beginnen.",
        "Das Ministerium teilte mit, dass der Bescheid bis Ende 2024 ergehen wird.",
        "Darüber wird in einer gesonderten Mitteilung (Drs.-Nr. 0020/2020) berichtet.",
        "Ein Gegenbesuch ist für April 2024 geplant.",
        "Eine Erweiterung ist im Jahr 2024 nicht vorgesehen.",
        "Wird die Verwaltung im Herbst 2024 berichten?",
        "Der Beirat, der fortlaufend über die Arbeit unterrichtet wird, begrüßt das.",
        "Die Verwaltung würde im Herbst 2024 berichten.",
    ],
)
def test_what_is_past_expected_of_others_or_told_elsewhere_is_no_promise(sentence: str) -> None:
    assert read(f"Stellungnahme\n\nDatum: 11.04.2023\n\nSachverhalt\n{sentence}").promises == ()


def test_another_town_promises_nothing() -> None:
    text = "Stellungnahme\n\nSachverhalt\nDie Stadt Seefeld wird im Herbst 2024 einladen."
    assert read(text, KnownTown(name="Bergheim")).promises == ()
    assert len(read(text, KnownTown(name="Seefeld")).promises) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Der Ausschuss wird unaufgefordert informiert.",
        "Die Verwaltung sagt eine Prüfung zu.",
        "Das Ergebnis wird dem Rat vorgelegt.",
        "Wir werden die Unterlagen nachreichen.",
    ],
)
def test_a_promise_needs_no_day(sentence: str) -> None:
    assert [(one.text, one.due) for one in read(f"Stellungnahme\n\nSachverhalt\n{sentence}").promises] == [
        (sentence, None)
    ]


def test_an_inquiry_promises_nothing_and_a_quoted_motion_neither() -> None:
    assert read("Anfrage\n\nSachverhalt\nDie Verwaltung wird im Herbst 2024 berichten. Stimmt das?").promises == ()
    motion = "Der Rat möge beschließen:\n\nDie Verwaltung wird bis Ende 2024 berichten.\n\n## Stellungnahme\n\nNein."
    assert read(f"# Stellungnahme der Verwaltung\n\nDatum: 01.02.2024\n\n{motion}").promises == ()


# --- questions ---


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (
            "Wir fragen die Verwaltung:\n\n1. Wann?\n2. Wo?\na) Im Norden?\nb) Im Süden?\n3. Nennen Sie die Kosten.",
            5,
        ),
        ("Daher bitte ich die Verwaltung folgende Fragen zu beantworten: Wann wird gebaut? Was kostet es?", 2),
        ("Ich frage:\n\n- Wann wird gebaut\n- Was kostet es", 2),
        ("Wir bitten um Beantwortung folgender Fragen: 1. Wann wird gebaut? 2. Was kostet es?", 2),
        ("Ist der Weg sicher? Die Leuchten sind alt. Wer haftet?", 2),
        ("Wir bitten die Verwaltung, über den Stand der Planungen zu berichten.", 1),
        ("1. Wann wird gebaut?\n\n2. Was kostet es?\n\nWir bitten um Beantwortung.\n", 2),
        ("Es ergeben sich folgende Fragen:\n\nFrage 1: Wann wird\ngebaut?\n\nFrage 2: Was kostet es?", 2),
        ("Der Weg ist gut.", 0),
    ],
)
def test_questions_of_every_make(text: str, count: int) -> None:
    letter = (
        f"Anfrage an die Verwaltung\n\nSehr geehrte Frau Muster,\n\n{text}\n\nMit freundlichen Grüßen\n\nUlf Beispiel"
    )
    assert len(read(letter).questions) == count


def test_ten_thousand_questions_are_all_read() -> None:
    asked = "\n".join(f"{number}. Wie oft war Leuchte {number} defekt?" for number in range(1, 10_001))
    understood = read(
        f"Anfrage\n\nSehr geehrte Damen und Herren,\n\nwir fragen:\n\n{asked}\n\nMit freundlichen Grüßen\nErika Muster"
    )
    assert len(understood.questions) == 10_000
    assert understood.questions[-1] == "Wie oft war Leuchte 10000 defekt?"


# --- publicity, names ---


@pytest.mark.parametrize(
    ("text", "public"),
    [
        *(("öffentlich", True), ("Ö", True), ("N", False), ("nichtöffentlich", False), ("nicht öffentlich", False)),
        *(
            ("öffentlich (Vorlage abgeschlossen)", True),
            ("☐ öffentlich ☒ nichtöffentlich", False),
            ("Status: öffentlich", True),
        ),
        *(
            ("[x] öffentlich [ ] nicht-öffentlich", True),
            ("öffentlich / nichtöffentlich", None),
            ("Öffentlichkeitsarbeit", None),
        ),
        *(("Ausschuss für öffentliche Ordnung", None), ("", None)),
    ],
)
def test_publicity(text: str, public: bool | None) -> None:
    assert publicity(text) is public


def test_both_words_without_a_tick_are_told() -> None:
    understood = read("Anfrage\n\nStatus: ☐ öffentlich ☐ nichtöffentlich\nDatum: 01.02.2024")
    assert understood.public is None
    assert "understanding_publicity_unclear" in {one.code for one in understood.warnings}


def test_a_known_person_in_another_spelling_is_told() -> None:
    town = KnownTown(persons=(KnownName("mm", "Maria Mittermeier"),))
    understood = read("Anfrage\n\nSachverhalt\nFrau Mittermayer fragt: Wann?", town)
    assert [set(one.params.values()) for one in understood.warnings] == [{"Mittermeier", "Mittermayer"}]


def test_a_profile_tells_what_a_town_knows() -> None:
    town = KnownTown.of_profile(load_profiles().get("hagen"))
    assert "integrationsrat" in {one.key for one in town.bodies}
    assert town.zone == "Europe/Berlin"
    assert town.numbers["paper"].pattern == "{number:04}/{year}"


# --- one file, several documents ---


def test_a_mail_with_the_paper_attached() -> None:
    paper = Pages.of_text(
        "Anfrage\n\nDatum: 01.02.2024\nBetreff: Radweg\n\nSachverhalt\nWann wird gebaut?", "anfrage.txt"
    )
    plan = Pages.of_text("Lageplan", "plan.txt")
    mail = Pages.of_text("Guten Tag,\n\nanbei das Gewünschte.\n\nViele Grüße\nErika Muster", "mail.eml")._replace(
        parts=(paper, plan)
    )
    understood = understand(mail, NOWHERE)
    assert (understood.kind, understood.subject, len(understood.attachments)) == ("anfrage", "Radweg", 1)
    assert understood.found["subject"].file == "anfrage.txt"


def test_a_list_of_attachments_without_their_documents() -> None:
    understood = read(
        "Anfrage\n\nDatum: 01.02.2024\n\nSachverhalt\nWann?\n\nAnlagen:\n1. Plan (nichtöffentlich)\n2. Foto Ö"
    )
    assert [(one.name, one.public) for one in understood.attachments] == [("Plan", False), ("Foto", True)]


# --- whatever the text ---

PIECES = st.sampled_from(
    [
        *(
            "Anfrage",
            "Betreff:",
            "Datum:",
            "Nr.",
            "Beratungsfolge",
            "Sachverhalt",
            "An die Verwaltung",
            "Hagen, 05.12.2023",
        ),
        *(
            "Sehr geehrte Damen und Herren,",
            "1. Wann?",
            "Mit freundlichen Grüßen",
            "Erika Muster",
            "gez. Max",
            "\t",
            "#",
            "a)",
            "|x|",
        ),
        *(
            "Rat\t05.12.2023\tÖ",
            "Anlagen:",
            "- Plan (öffentlich)",
            "im 2. Quartal",
            "wird berichtet.",
            "1062/2023",
            "zum/zur",
            "",
        ),
    ]
)


@settings(max_examples=200)
@given(st.text(max_size=400) | st.lists(PIECES | st.text(max_size=30), max_size=40).map("\n".join))
def test_every_text_is_understood_somehow(text: str) -> None:
    understood = read(text)
    lines = max(len(text.splitlines()), 1)
    assert all(1 <= place.line <= lines for place in understood.found.values())
    assert {one.code for one in understood.warnings} <= set(catalogue())


LETTER = (
    "Anfrage an die Verwaltung\n\nGremium: Rat\n\nNordstadt, 05.12.2023\n\nRadweg\n\nSehr geehrte Damen und Herren,\n\n"
    "wir fragen:\n\n1. Wann wird gebaut?\n2. Was kostet es?\n\nMit freundlichen Grüßen\n\nErika Muster\nRatsfrau"
)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from(["Reduzieren", "Loading...", "schließen", "nach oben"])),
        max_size=6,
    )
)
def test_interface_words_between_the_lines_change_nothing(inserted: list[tuple[int, str]]) -> None:
    lines = LETTER.splitlines()
    for place, word in inserted:
        lines.insert(place, word)
    assert plainly(read("\n".join(lines))) == plainly(read(LETTER))


@pytest.mark.parametrize("text", ["x" * (MOST_CHARACTERS + 1), "x\n" * (MOST_LINES + 1)])
def test_a_text_without_measure_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read(text)
    assert refused.value.code == "understanding_too_long"


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "Aa ", "1/1-", ". ", "05.12.2023 ", "Fraktion-", "wird im ", "(VI)", "Anfrage vom "),
        *(
            "öffentliche/",
            "öffentlich [ ] ",
            "☐",
            "Anfrage Nr. ",
            "x ",
            "ob es wird, ",
            "nach dem ",
            "möge mitteilen, – ",
        ),
    ],
)
def test_one_endless_line_is_read_all_the_same(piece: str) -> None:
    """Were the time quadratic in the length, this would not end within a day."""
    endless = piece * (400_000 // len(piece))
    assert read(f"Stellungnahme\n\n{endless}").attachments == ()
    assert read(f"Vorlage\n{endless}\nBeratungsfolge\nRat\t{endless}\t05.12.2023\n").attachments == ()


def test_the_words_are_described_once() -> None:
    known = words()
    assert not [word for word in known.labels if word != word.lower()]
    assert re.match(known.label, "Vorlagenummer: 1")


def test_a_mail_names_the_attachment_that_is_the_paper_and_what_could_not_be_read() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "rat@stadt.example", "Unterlagen"
    mail.set_content("Guten Tag, anbei das Schreiben.")
    letter = "Anfrage\n\nBetreff: Laternen am Ufer\n\nWir fragen die Verwaltung:\n\n1. Wann leuchten sie wieder?\n"
    mail.add_attachment(letter, filename="Anfrage Laternen.txt")
    mail.add_attachment(b"", maintype="image", subtype="jpeg", filename="foto.jpg")
    said = understand(read_document(mail.as_bytes(), "post.eml"), NOWHERE)
    told = {remark.code: remark.params for remark in said.warnings}
    assert told["understanding_paper_in_attachment"]["name"] == "Anfrage Laternen.txt"
    assert told["intake_empty"]["file"] == "post.eml › foto.jpg"
