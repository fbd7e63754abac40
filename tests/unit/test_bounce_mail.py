"""What a mail that came in says about one that went out; and that no mail can break its reader."""

import random
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.bounces import MESSAGE, RETURN_PATH, WRITTEN_TO, dsn, qmail, vacation
from vorgang.config.errors import InvalidInputError
from vorgang.notifications.bounce_mail import MOST_BYTES, Notice, read_notice
from vorgang.notifications.return_path import return_path

PATH = return_path(RETURN_PATH)


def read(content: bytes) -> Notice:
    return read_notice(content, PATH)


# --- the return path ---


def test_a_message_has_an_envelope_sender_of_its_own_that_leads_back_to_it() -> None:
    address = PATH.of(MESSAGE)
    assert address == f"post+{MESSAGE.replace('-', '')}@hagen.example"
    assert PATH.read(address) == PATH.read(f"<{address.upper()}>") == MESSAGE


def test_what_is_no_message_comes_back_to_the_address_itself() -> None:
    assert PATH.of("watchdog-1704700800") == RETURN_PATH
    for other in (RETURN_PATH, "post+abc@hagen.example", PATH.of(MESSAGE).replace("hagen", "kiel"), "", "@"):
        assert PATH.read(other) is None


def test_an_address_stays_within_the_limits_of_smtp() -> None:
    assert len(return_path("a" * 31 + "@hagen.example").of(MESSAGE).partition("@")[0]) == 64
    for wrong in (
        "a" * 32 + "@hagen.example",
        "post+x@hagen.example",
        "post",
        "post@",
        "a b@hagen.example",
        "x@y\r\nz",
    ):
        with pytest.raises(InvalidInputError, match="VORGANG_RETURN_PATH"):
            return_path(wrong)


# --- reports ---


def test_a_report_says_who_was_not_reached_and_why() -> None:
    notice = read(dsn())
    assert (notice.kind, notice.messages, notice.status) == ("failed", (MESSAGE,), "5.1.1")
    assert notice.recipients == {WRITTEN_TO}
    assert "Recipient address rejected" in notice.reason


def test_the_message_is_found_by_the_address_alone_and_by_the_quote_alone() -> None:
    assert read(dsn(quoted=False)).messages == (MESSAGE,)
    assert read(dsn(to="vorgang@hagen.example")).messages == (MESSAGE,)
    assert read_notice(dsn(), None).messages == (MESSAGE,)
    assert read(dsn(to="vorgang@hagen.example", quoted=False)).messages == ()


def test_a_message_sent_back_in_base64_is_found() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Unzustellbar"
    mail.set_content(f"Message-ID: <{MESSAGE}@hagen.example>\n", cte="base64")
    assert read(mail.as_bytes()).messages == (MESSAGE,)


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
    assert (notice.kind, notice.messages) == ("failed", (MESSAGE,))
    assert notice.recipients == {WRITTEN_TO}


def test_somebody_who_is_away_has_not_bounced() -> None:
    assert read(vacation()).kind == "other"


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
    assert notice.messages == tuple(dict.fromkeys(notice.messages))


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
