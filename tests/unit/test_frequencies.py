"""When a digest goes out, and which kinds of messages may wait for one."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.config.calendars import Calendar, Recess
from vorgang.config.errors import AuthorError
from vorgang.config.text import Text
from vorgang.notifications.frequencies import Frequency, digest_instant
from vorgang.notifications.kinds import load_kinds

BERLIN = ZoneInfo("Europe/Berlin")
RECESS = Recess(date(2024, 7, 8), date(2024, 8, 20), Text("Ferien", "recess"), quiet=True)
CALENDAR = Calendar(land="NW", recesses=(RECESS,))


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)


def digest(frequency: Frequency, since: str) -> datetime:
    return digest_instant(frequency, at(since), at=time(9), calendar=CALENDAR, zone=BERLIN)


@pytest.mark.parametrize(
    ("frequency", "since", "expected"),
    [
        ("sofort", "2024-01-08T03:00", "2024-01-08T03:00"),
        ("taeglich", "2024-01-08T08:00", "2024-01-08T09:00"),
        ("taeglich", "2024-01-08T09:00", "2024-01-08T09:00"),
        ("taeglich", "2024-01-08T09:01", "2024-01-09T09:00"),
        ("taeglich", "2024-01-12T10:00", "2024-01-15T09:00"),  # over the weekend
        ("taeglich", "2024-04-30T10:00", "2024-05-02T09:00"),  # over a holiday
        ("taeglich", "2024-07-10T10:00", "2024-08-21T09:00"),  # over a quiet recess
        ("taeglich", "2024-03-30T10:00", "2024-04-02T09:00"),  # summer time begins on Easter Sunday
        ("woechentlich", "2024-01-08T08:00", "2024-01-08T09:00"),
        ("woechentlich", "2024-01-10T08:00", "2024-01-15T09:00"),
        ("woechentlich", "2024-03-28T08:00", "2024-04-02T09:00"),  # Monday is Easter Monday
        ("monatlich", "2024-01-08T08:00", "2024-02-01T09:00"),
        ("monatlich", "2024-05-31T08:00", "2024-06-03T09:00"),  # the first is a Saturday
        ("monatlich", "2024-12-31T08:00", "2025-01-02T09:00"),
    ],
)
def test_the_next_digest(frequency: Frequency, since: str, expected: str) -> None:
    assert digest(frequency, since) == at(expected)


@given(
    st.timedeltas(timedelta(), timedelta(days=3650)),
    st.sampled_from(["taeglich", "woechentlich", "monatlich"]),
)
def test_a_digest_is_never_early_and_never_on_a_quiet_day(later: timedelta, frequency: Frequency) -> None:
    since = datetime(2020, 1, 1, tzinfo=UTC) + later
    found = digest_instant(frequency, since, at=time(9), calendar=CALENDAR, zone=BERLIN)
    local = found.astimezone(BERLIN)
    assert found >= since
    assert local.time() == time(9)
    assert CALENDAR.next_loud_day(local.date()) == local.date()
    assert digest_instant(frequency, found, at=time(9), calendar=CALENDAR, zone=BERLIN) == found


# --- kinds ---


def test_every_shipped_template_has_a_kind_and_who_must_act_cannot_switch_it_off() -> None:
    kinds = load_kinds()
    shipped = {path.stem for path in (Path(__file__).parents[2] / "notifications/templates/de").glob("[a-z]*.j2")}
    assert shipped == set(kinds.of_template)
    assert {name for name in shipped if not kinds.of(name).mandatory} == kinds.templates("nachricht")
    assert not kinds.of("auftrag").bundled


def test_a_template_that_nobody_placed_is_told_at_once_and_always() -> None:
    kind = load_kinds().of("eigene")
    assert (kind.mandatory, kind.bundled) == (True, False)


def test_a_municipality_places_its_own_templates(tmp_path: Path) -> None:
    (tmp_path / "kinds.toml").write_text('[nachricht]\ntemplates = ["eigene", "eingang"]\n', "utf-8")
    assert load_kinds([tmp_path]).of("eigene").id == "nachricht"


def test_a_kind_that_does_not_exist_is_named_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "kinds.toml").write_text('[nachrichten]\ntemplates = ["eigene"]\n', "utf-8")
    with pytest.raises(AuthorError) as caught:
        load_kinds([tmp_path])
    (finding,) = caught.value.findings
    assert (finding.key, finding.line, finding.params["meant"]) == ("nachrichten", 1, "nachricht")


def test_what_is_mandatory_comes_at_once_or_daily_for_a_later_mail_could_miss_the_day() -> None:
    mandatory = [kind for kind in load_kinds().by_id.values() if kind.mandatory]
    assert {"erinnerung", "ueberfaellig", "auftrag"} <= {kind.id for kind in mandatory}
    assert [kind.id for kind in mandatory if set(kind.frequencies) - {"sofort", "taeglich"}] == []
