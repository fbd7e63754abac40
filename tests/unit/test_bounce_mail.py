"""What a mail that came in says about one that went out; and that no mail can break its reader."""

import random
import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.bounces import MESSAGE, PATH, RETURN_PATH, SECRET, WRITTEN_TO, dsn, exim, qmail, unsigned, vacation
from vorgang.config.errors import InvalidInputError
from vorgang.notifications.bounce_mail import MOST_BYTES, Notice, read_notice
from vorgang.notifications.bounce_reason import Fault, fault_of
from vorgang.notifications.return_path import Claim, return_path

QUOTED, PROVEN = Claim(MESSAGE, domain="hagen.example"), Claim(MESSAGE, proven=True)


def read(content: bytes) -> Notice:
    return read_notice(content, PATH)


# --- the return path ---


def test_a_message_has_an_envelope_sender_of_its_own_that_leads_back_to_it() -> None:
    address = PATH.of(MESSAGE)
    assert re.fullmatch(r"post\+[a-z2-7]{39}@hagen\.example", address)
    assert PATH.read(address) == PATH.read(f"<{address.upper()}>") == PROVEN
    assert PATH.of(MESSAGE) == address


def test_nobody_else_can_make_such_an_address() -> None:
    address = PATH.of(MESSAGE)
    place = address.index("@") - 3
    other = "a" if address[place] != "a" else "b"
    assert PATH.read(address[:place] + other + address[place + 1 :]) is None
    assert return_path(RETURN_PATH, b"another").read(address) is None
    assert return_path(RETURN_PATH, b"another").of(MESSAGE) != address


def test_an_address_of_before_they_were_signed_names_its_message_and_proves_nothing() -> None:
    assert PATH.read(unsigned(MESSAGE)) == Claim(MESSAGE)
    assert read(dsn(to=unsigned(MESSAGE), quoted=False)).claims == (Claim(MESSAGE),)


def test_what_is_no_message_comes_back_to_the_address_itself() -> None:
    assert PATH.of("watchdog-1704700800") == RETURN_PATH
    for other in (RETURN_PATH, "post+abc@hagen.example", PATH.of(MESSAGE).replace("hagen", "kiel"), "", "@"):
        assert PATH.read(other) is None


def test_an_address_stays_within_the_limits_of_smtp() -> None:
    assert len(return_path("a" * 24 + "@hagen.example", SECRET).of(MESSAGE).partition("@")[0]) == 64
    for wrong in (
        "a" * 25 + "@hagen.example",
        "post+x@hagen.example",
        "post",
        "post@",
        "a b@hagen.example",
        "x@y\r\nz",
    ):
        with pytest.raises(InvalidInputError, match="VORGANG_RETURN_PATH"):
            return_path(wrong, SECRET)


# --- reports ---


def test_a_report_says_who_was_not_reached_and_why() -> None:
    notice = read(dsn())
    assert (notice.kind, notice.claims, notice.status) == ("failed", (PROVEN, QUOTED), "5.1.1")
    assert notice.recipients == {WRITTEN_TO}
    assert "Recipient address rejected" in notice.reason


def test_the_message_is_found_by_the_address_alone_and_by_the_quote_alone() -> None:
    assert read(dsn(quoted=False)).claims == (PROVEN,)
    assert read(dsn(to="vorgang@hagen.example")).claims == (QUOTED,)
    assert read_notice(dsn(), None).claims == (QUOTED,)
    assert read(dsn(to="vorgang@hagen.example", quoted=False)).claims == ()


def test_an_address_that_proves_outweighs_one_that_does_not() -> None:
    other = "019b44d4-7c1a-7003-8df5-000000000000"
    assert read(dsn(to=f"{unsigned(other)}, {PATH.of(MESSAGE)}")).claims[0] == PROVEN


def test_a_message_sent_back_in_base64_is_found() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Unzustellbar"
    mail.set_content(f"Message-ID: <{MESSAGE}@hagen.example>\n", cte="base64")
    assert read(mail.as_bytes()).claims == (QUOTED,)


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.2.2", "failed"),
        ("failed", "4.4.7", "failed"),  # given up after days
        ("Failed (really)", "5.0.0", "failed"),
        ("", "5.1.1", "failed"),
        ("delayed", "4.4.1", "delayed"),
        ("delayed", "5.1.1", "delayed"),
        ("", "4.2.2", "delayed"),
        ("delivered", "2.0.0", "other"),
        ("relayed", "2.0.0", "other"),
        ("expanded", "2.0.0", "other"),
        ("", "gibberish", "other"),
    ],
)
def test_the_action_decides_and_without_it_the_status(action: str, status: str, kind: str) -> None:
    assert read(dsn(action=action, status=status)).kind == kind


def test_a_server_that_writes_no_report_is_understood() -> None:
    notice = read(qmail())
    assert (notice.kind, notice.claims) == ("failed", (PROVEN, QUOTED))
    assert notice.recipients == {WRITTEN_TO}
    assert (notice.status, notice.fault) == ("5.1.1", "address")
    assert "no mailbox here by that name" in notice.reason


def test_a_bounce_of_exim_is_one_although_it_calls_itself_an_answer() -> None:
    notice = read(exim())
    assert (notice.kind, notice.claims[0]) == ("failed", PROVEN)
    assert notice.recipients == {WRITTEN_TO}
    assert (notice.reason, notice.fault) == ("550 Unrouteable address", "unclear")
    assert read(exim().replace(b"X-Failed-Recipients", b"X-Other")).kind == "failed"


@pytest.mark.parametrize("said", ["auto-replied (vacation)", "auto-replied", "auto-generated"])
@pytest.mark.parametrize("more", ["", "\nReturn-Path: <>"])
def test_somebody_who_is_away_has_not_bounced(said: str, more: str) -> None:
    assert read(vacation(said=said, more=more)).kind == "other"


# --- whose fault it is ---


@pytest.mark.parametrize(
    ("content", "status", "fault"),
    [
        (qmail(words="mailbox is full (#5.2.2)"), "5.2.2", "elsewhere"),
        (qmail(words="552 5.2.2 over the limit"), "5.2.2", "elsewhere"),
        (qmail(words="Remote host said: 550 5.1.1 unknown user"), "5.1.1", "address"),
        (qmail(words="The user lives at 5.1.1.7 no more."), None, "unclear"),
        (exim(words="552 no room left"), None, "elsewhere"),
        (exim(words="550 Ihr Speicherplatz ist erschöpft"), None, "elsewhere"),
        (dsn(status="5.0.0", words="552 mailbox full"), "5.0.0", "elsewhere"),
        (dsn(status="5.0.0", words="554 Message rejected as spam"), "5.0.0", "elsewhere"),
        (dsn(status="5.0.0", words="552 5.2.2 user has no room"), "5.2.2", "elsewhere"),
        (dsn(status="5.0.0"), "5.0.0", "unclear"),
        (dsn(status="5.1.1"), "5.1.1", "address"),
        (dsn(status="5.1.1", words="blocked by our policy"), "5.1.1", "elsewhere"),
        (dsn(status="5.7.1"), "5.7.1", "elsewhere"),
        (dsn(status="4.4.7"), "4.4.7", "elsewhere"),
    ],
)
def test_a_code_is_read_wherever_it_stands_and_words_outweigh_it(content: bytes, status: str, fault: Fault) -> None:
    notice = read(content)
    assert (notice.kind, notice.status, notice.fault) == ("failed", status, fault)


@pytest.mark.parametrize(
    "words",
    [
        *("mailbox full", "Quota exceeded", "over quota", "insufficient storage", "message too large", "rate limited"),
        *("Das Postfach ist voll", "Kontingent überschritten", "Postfachkontingent erschöpft", "Nachricht zu groß"),
        *("spam detected", "listed in RBL", "blocked using zen", "Blacklisted", "DMARC failed", "contains a virus"),
        *("als Werbung abgelehnt", "gegen unsere Richtlinien", "Absender gesperrt", "steht auf einer Sperrliste"),
        *("greylisted", "greylisting in action", "please try again later", "später erneut versuchen", "temporarily"),
    ],
)
def test_full_boxes_and_filters_are_no_fault_of_the_address(words: str) -> None:
    assert fault_of(None, f"550 {words}") == fault_of("5.1.1", words) == "elsewhere"


@pytest.mark.parametrize(
    "words",
    [
        "User unknown in relay recipient table",
        "<spam@content.example>: Recipient address rejected: User unknown in local recipient table",
        "The email account that you tried to reach does not exist. See https://mail.example/full/policy",
        "Vollmer kennt hier niemand",
    ],
)
def test_names_are_no_words(words: str) -> None:
    assert fault_of("5.1.1", words) == "address"


def test_an_ordinary_answer_is_no_bounce() -> None:
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = WRITTEN_TO, RETURN_PATH, "Re: Frist"
    answer.set_content("Danke, ist angekommen. Mailer-Daemon, 550 und unzustellbar kommen hier auch vor.")
    assert read(answer.as_bytes()).kind == "other"


# --- hostile ---


def nested(depth: int) -> bytes:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(depth))
    return opened.encode() + dsn()


HOSTILE = {
    "nothing": b"",
    "zeros": b"\0" * 5000,
    "one line": b"A" * (2 * MOST_BYTES),
    "nested": nested(3000),
    "messages in messages": b"Content-Type: message/rfc822\n\n" * 3000,
    "many parts": b'Content-Type: multipart/mixed; boundary="x"\n\n' + b"--x\n\nhi\n" * 50_000,
    "no end": dsn()[:900],
    "status as text": dsn().replace(b"message/delivery-status", b"message/delivery-status; x").replace(b"\n\n", b"\n"),
    "unknown charset in words": qmail().replace(b"Subject: f", b"Content-Type: text/plain; charset=x-none\nSubject: f"),
    "unknown charset": dsn().replace(b"us-ascii", b"x-none"),
    "broken base64": b"Content-Transfer-Encoding: base64\n\n%%%=\n",
    "8 bit": dsn().replace(b"Recipient address", "Empfänger gibt’s nicht".encode("latin-1", "replace")),
    "many addresses": b"To: " + b"a@b.example, " * 100_000 + b"\n\n",
    "long header": b"X: " + b"x" * MOST_BYTES + b"\n\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_mail_breaks_its_reader(name: str) -> None:
    assert_readable(read(HOSTILE[name]))


def assert_readable(notice: Notice) -> None:
    """What was made of a mail can be shown and stored."""
    assert notice.kind in {"failed", "delayed", "other"}
    assert len(notice.reason) <= 300
    assert notice.reason.isprintable()
    assert all(address == address.lower() for address in notice.recipients)
    assert notice.claims == tuple(dict.fromkeys(notice.claims))


def test_what_a_report_says_stands_at_its_beginning(caplog: pytest.LogCaptureFixture) -> None:
    assert read(dsn() + b"A" * (3 * MOST_BYTES)).kind == "failed"
    assert caplog.records == []


@given(st.binary(max_size=400), st.integers(0, 2000))
def test_whatever_is_torn_into_a_report_it_is_read(noise: bytes, place: int) -> None:
    content = dsn()
    assert_readable(read(content[:place] + noise + content[place:]))


def test_shuffled_lines_are_read() -> None:
    chance = random.Random(3)
    for _ in range(50):
        lines = dsn().splitlines(keepends=True)
        chance.shuffle(lines)
        assert_readable(read(b"".join(lines)))
