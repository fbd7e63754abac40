"""The e-mail itself: headers, parts, and the same bytes every time."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.config.rules import RuleSet
from vorgang.notifications.drafting import Attachment
from vorgang.notifications.failures import Permanent, Temporary
from vorgang.notifications.mail import Letter, Mail, build
from vorgang.notifications.mailer import file_name
from vorgang.notifications.plain import one_line, printable
from vorgang.notifications.recipients import Recipient, Sender, deliverable, recipient, sender, why_not
from vorgang.notifications.writer import Rendered
from vorgang.states.town import Party, Town

WRITTEN = datetime(2024, 1, 12, 7, tzinfo=UTC)
LETTER = Letter(
    id="018d0000-0000-7000-8000-0000deadbeef",
    case_id="018c0000-0000-7000-8000-000000000001",
    template="auftrag",
    written_at=WRITTEN,
    domain="hagen.example",
    sender=Sender("Stadt Hagen", "vorgang@hagen.example", "rat@hagen.example"),
    recipient=Recipient("amt01", "01 Fachbereich", "office", "fb01@hagen.example", "de"),
    words=Rendered("Stellungnahme erbeten", "Guten Tag,\n\nbitte prüfen.\n", "<p>Guten Tag</p>"),
    attachments=(Attachment("Stellungnahme.docx", "application/vnd.example", b"PK\x03\x04"),),
)


def parsed(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def town(**changes: Any) -> Town:
    def no_rules(*_: object) -> RuleSet:
        raise AssertionError

    parties = {
        "gs": Party(key="gs", name="Geschäftsstelle", kind="office", email="rat@hagen.example"),
        "ohne": Party(key="ohne", name="Beirat", kind="body"),
        "falsch": Party(key="falsch", name="Amt", kind="office", email="a@b@c\r\nBcc: x"),
    }
    values: dict[str, Any] = {
        "key": "hagen",
        "name": "Stadt Hagen",
        "zone": ZoneInfo("Europe/Berlin"),
        "functions": {"geschaeftsstelle": "gs"},
        "parties": parties,
        "rules_on": no_rules,
        "rules_pinned": no_rules,
        "sender": "Stadt Hagen <vorgang@hagen.example>",
        **changes,
    }
    return Town(**values)


def test_the_sender_says_nothing_about_the_message_id() -> None:
    ours = parsed(build(LETTER))
    other = parsed(build(LETTER._replace(sender=Sender("Rathaus", "rat@anders.example", None))))
    assert other["From"] == "Rathaus <rat@anders.example>"
    names = ("Message-ID", "References", "List-Id")
    assert [other[name] for name in names] == [ours[name] for name in names]


def test_a_mail_carries_what_mail_programs_and_people_need() -> None:
    message = parsed(build(LETTER))
    assert message["From"] == "Stadt Hagen <vorgang@hagen.example>"
    assert message["To"] == "01 Fachbereich <fb01@hagen.example>"
    assert message["Reply-To"] == "rat@hagen.example"
    assert message["Message-ID"] == "<018d0000-0000-7000-8000-0000deadbeef@hagen.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Vorgang-Case"] == LETTER.case_id
    assert message["List-Id"].startswith("<vorgang.")
    assert message["Content-Language"] == "de"
    assert message["Date"].datetime == WRITTEN
    body, html = message.get_body(("plain",)), message.get_body(("html",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == LETTER.words.text
    assert html is not None
    assert "<p>Guten Tag</p>" in html.get_content()
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "Stellungnahme.docx"
    assert attachment.get_content() == b"PK\x03\x04"


def test_all_mails_of_a_case_stand_together() -> None:
    other = LETTER._replace(id="018d0000-0000-7000-8000-00000000cafe")
    assert parsed(build(LETTER))["References"] == parsed(build(other))["References"]
    assert parsed(build(LETTER))["Message-ID"] != parsed(build(other))["Message-ID"]


def test_mails_of_the_parts_of_a_case_stand_with_it() -> None:
    part = LETTER._replace(case_id="018c0000-0000-7000-8000-000000000002", above=(str(LETTER.case_id),))
    whole = str(parsed(build(LETTER))["References"])
    assert str(parsed(build(part))["References"]).split() == [
        whole,
        "<018c0000-0000-7000-8000-000000000002@hagen.example>",
    ]


def test_sent_again_it_is_the_same_mail_to_the_byte() -> None:
    first, second = build(LETTER), build(LETTER)
    assert first.content == second.content
    assert first.digest == second.digest


LINES = st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200), max_size=5)


@given(
    lines=LINES,
    content=st.binary(max_size=300),
    name=st.from_regex(r"[aé%€(][aé%€()'; _\"]{0,90}[.]docx", fullmatch=True),
)
def test_words_and_files_arrive_as_they_are(lines: list[str], content: bytes, name: str) -> None:
    text = "".join(f"{line}\n" for line in lines)
    file = Attachment(name, "application/vnd.example", content, (("charset", "utf-8"),))
    mail = build(LETTER._replace(words=Rendered("Betreff", text, f"<p>{text}"), attachments=(file,)))
    bodies = [parsed(mail).get_body((kind,)) for kind in ("plain", "html")]
    words = [body.get_content().replace("\r\n", "\n") for body in bodies if body is not None]
    assert words == [text, f"<p>{text}"]
    (attached,) = parsed(mail).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (name, content)
    assert mail.content.endswith(b"\r\n")
    written = mail.content.split(b"\r\n")
    assert [line for line in written if len(line) > 998 or b"\n" in line or b"\r" in line] == []


@given(name=st.text(max_size=80), title=st.text(max_size=150))
def test_no_name_and_no_subject_can_add_a_header(name: str, title: str) -> None:
    subject = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    changed = LETTER._replace(
        recipient=LETTER.recipient._replace(name=name), words=LETTER.words._replace(subject=subject)
    )
    message = parsed(build(changed))
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "fb01@hagen.example"
    assert {name.lower() for name in message} == {name.lower() for name in parsed(build(LETTER))}
    assert " ".join(message["Subject"].split()) == subject


@pytest.mark.parametrize("name", ['Amt für "Umwelt", Grün', "Ämter, beteiligte", "a\r\nBcc: b@example.org", "Ä" * 70])
def test_names_of_all_kinds_arrive_as_they_are(name: str) -> None:
    message = message_from_bytes(build(LETTER._replace(recipient=LETTER.recipient._replace(name=name))).content)
    shown, address = parseaddr(message["To"])
    assert str(make_header(decode_header(shown))) == " ".join(name.split())
    assert address == "fb01@hagen.example"
    assert message["Bcc"] is None


@given(name=st.text(max_size=300), subject=st.text(max_size=300))
def test_no_line_of_the_head_is_too_long_and_everything_can_be_read_back(name: str, subject: str) -> None:
    """RFC 5322: 78 characters where a line can be broken. RFC 2047: encoded words of at most 75."""
    changed = LETTER._replace(
        recipient=LETTER.recipient._replace(name=name), words=LETTER.words._replace(subject=subject)
    )
    content = build(changed).content
    head = content.partition(b"\r\n\r\n")[0]
    mine = head[head.index(b"To:") : head.index(b"Date:")].decode("ascii")
    assert max(map(len, mine.split("\r\n"))) <= 78
    assert all(len(word) <= 75 for word in mine.split() if word.startswith("=?"))
    message = message_from_bytes(content)
    assert str(make_header(decode_header(message["Subject"]))).split() == one_line(subject).split()
    assert str(make_header(decode_header(parseaddr(message["To"])[0]))).split() == one_line(name, 120).split()


@pytest.mark.parametrize("title", ["Wort " * 2000, "Ä" * 10_000, "x" * 10_000, "Käse und \u202eBrot\u202c" * 900])
def test_a_subject_of_ten_thousand_characters_is_cut_where_it_can_be_read(title: str) -> None:
    subject = one_line(f"[1062/2023] Erinnerung (Stufe 1 von 3): {title}")
    assert len(subject) <= 200
    assert subject.startswith("[1062/2023] Erinnerung (Stufe 1 von 3): ")
    assert subject.endswith("…")
    assert subject.isprintable()
    message = parsed(build(LETTER._replace(words=LETTER.words._replace(subject=subject))))
    assert message["Subject"] == subject


def test_what_cannot_be_seen_is_not_passed_on() -> None:
    assert printable("a\u202eb\u2066c\u200b\ufeffd\x00e\nf") == "abcd e f"
    assert printable("می\u200cخواهم") == "می\u200cخواهم"


def test_the_file_of_a_mail_sorts_by_time_and_stays_in_its_folder() -> None:
    mail = build(LETTER)._replace(recipient="../../etc/passwd")
    assert file_name(mail) == "20240112T070000Z_..-..-etc-passwd_auftrag_deadbeef.eml"


@pytest.mark.parametrize(
    ("given", "delivered"),
    [
        ("rat@hagen.example", "rat@hagen.example"),
        (" a.b+c@sub.hagen.example ", "a.b+c@sub.hagen.example"),
        ("rat@münchen.example", "rat@xn--mnchen-3ya.example"),
        ("rat@Straße.example", "rat@xn--strae-oqa.example"),
        ("rat@localhost", "rat@localhost"),
        ("", None),
        ("rat", None),
        ("@hagen.example", None),
        ("rat@", None),
        ("rat@hagen..example", None),
        ("rat@-hagen.example", None),
        (".rat@hagen.example", None),
        ("rät@hagen.example", None),
        ("a@b@c", None),
        ("a b@hagen.example", None),
        ("a@hagen.example>\r\nRCPT TO:<b@example.org", None),
        ("a\n@hagen.example", None),
        ("a" * 65 + "@hagen.example", None),
        ("a@" + "b." * 130 + "example", None),
    ],
)
def test_only_addresses_that_can_be_delivered_to_are_taken(given: str, delivered: str | None) -> None:
    assert deliverable(given) == delivered


@pytest.mark.parametrize(
    ("key", "code"),
    [("ohne", "mail_address_missing"), ("weg", "mail_recipient_unknown"), ("falsch", "mail_address_invalid")],
)
def test_who_cannot_be_written_to_is_named(key: str, code: str) -> None:
    with pytest.raises(Permanent) as caught:
        recipient(town(), key)
    assert caught.value.code == code
    assert str(caught.value).isprintable()


def test_answers_reach_the_council_office() -> None:
    assert sender(town()) == Sender("Stadt Hagen", "vorgang@hagen.example", "rat@hagen.example")
    assert sender(town(), "post@hagen.example").address == "post@hagen.example"
    assert sender(town(functions={})).reply_to is None


def test_a_wrong_sender_can_be_mended_so_nothing_is_given_up() -> None:
    with pytest.raises(Temporary) as caught:
        sender(town(sender="Stadt Hagen"))
    assert caught.value.code == "mail_sender_invalid"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("müller@straße.example", "the part before the @ must be ASCII"),
        ("a b@stadt.example", "before the @ there is a character"),
        ("x" * 65 + "@stadt.example", "or more than 64"),
        ("a@stadt..example", "is no domain"),
        ("kein at", "an address such as"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_precisely(address: str, why: str) -> None:
    assert deliverable(address) is None
    assert why in why_not(address).en
