"""A personal link says who acts in which case, until when; nothing else passes for one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.config.errors import ForbiddenError
from vorgang.notifications.personal_links import Claim, LinkMaker, claim_of, token_of

KEY = b"k" * 32
NOW = datetime(2020, 5, 18, 9, tzinfo=UTC)
CLAIM = Claim("01722695-0580-7032-9e78-076b1f34d6ec", "gast01", NOW + timedelta(days=30))


def test_a_token_names_case_person_and_end_and_the_whole_address_is_as_good() -> None:
    token = token_of(KEY, CLAIM)
    assert claim_of(KEY, token, NOW) == CLAIM
    address = LinkMaker(lambda: KEY, "https://vorgang.example", timedelta(days=30)).link(CLAIM.case_id, "gast01", NOW)
    assert address == f"https://vorgang.example/link/{token}"
    assert claim_of(KEY, address, NOW) == CLAIM


def test_a_later_mail_brings_a_link_that_is_valid_for_longer() -> None:
    maker = LinkMaker(lambda: KEY, "https://vorgang.example", timedelta(days=30))
    later = maker.link(CLAIM.case_id, "gast01", NOW + timedelta(days=7))
    assert claim_of(KEY, later, NOW).until == CLAIM.until + timedelta(days=7)


def test_it_ends_at_its_instant() -> None:
    token = token_of(KEY, CLAIM)
    assert claim_of(KEY, token, CLAIM.until - timedelta(seconds=1)) == CLAIM
    with pytest.raises(ForbiddenError) as over:
        claim_of(KEY, token, CLAIM.until)
    assert over.value.code == "link_expired"


def test_every_changed_bit_and_every_other_key_is_refused() -> None:
    token = token_of(KEY, CLAIM)
    whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(len(whole)):
        changed = bytes([*whole[:place], whole[place] ^ 1, *whole[place + 1 :]])
        assert _refused(KEY, urlsafe_b64encode(changed).rstrip(b"=").decode()) == "link_invalid"
    assert _refused(b"x" * 32, token) == "link_invalid"


@pytest.mark.parametrize("wrong", ["", "x", "AV7k…", "A" * 5_000, "https://vorgang.example/link/", "AQ==", " \n"])
def test_what_is_no_token_is_refused_in_the_same_words(wrong: str) -> None:
    assert _refused(KEY, wrong) == "link_invalid"


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert _refused(KEY, text) == "link_invalid"


def _refused(key: bytes, token: str) -> str:
    """The code with which a token is refused."""
    with pytest.raises(ForbiddenError) as wrong:
        claim_of(key, token, NOW)
    return wrong.value.code
