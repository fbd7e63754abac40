"""No mail, digest, calendar entry, picture or report of the operator tells a secret."""

import logging
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.helpers.house import ASKER, House
from tests.helpers.opened import everything_in
from tests.helpers.secrets import PUBLIC, SECRET, Secret, found, told, with_children, withdrawn
from vorgang.config.errors import VorgangError
from vorgang.config.settings import Settings
from vorgang.config.text import Lang
from vorgang.notifications.mail import Letter
from vorgang.notifications.outbox import Leased
from vorgang.notifications.preview import Wanted, message_of_case
from vorgang.notifications.templates import Templates
from vorgang.states.queries import CaseSummary
from vorgang.workflow.doctor import examine
from vorgang.workflow.office import Office
from vorgang.workflow.simulate import Watch, Wish, rehearse
from vorgang.workflow.timeline import By
from vorgang.workflow.timeline_html import page as picture

ADMIN = "edv@hagen.example"
LANGS: tuple[Lang, ...] = ("de", "en")


# --- messages ---


def _previewed(office: Office, message: Leased, lang: Lang) -> Letter | str:
    """The letter, or why there is none: that goes into logs."""
    try:
        return office.composer.preview(message, lang)
    except VorgangError as error:
        return f"{error.text('de')} {error.text('en')}"


def letters(office: Office, house: House, case: CaseSummary, lang: Lang) -> list[tuple[str, Letter | str]]:
    """A mail from every template there is to every party that could be told."""
    lifecycle = house.workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle
    town = house.workflow.directory.town(case.body)
    made = []
    for template in sorted(Templates().names()):
        for to in (ASKER, "amt01", "gs-integrationsrat", "amt48", "ob"):
            wanted = Wanted(template, to, house.wall.now())
            with house.database.reading() as connection:
                message = message_of_case(connection, case, (lifecycle, town), wanted)
            made.append((f"{template} to {to}", _previewed(office, message, lang)))
    return made


@pytest.mark.parametrize("lang", LANGS)
def test_no_template_mails_a_secret_to_anybody(house: House, secrets: list[Secret], tmp_path: Path, lang: Lang) -> None:
    office = Office(house.workflow, Settings(mail_folder=tmp_path))
    for secret, cases in with_children(one for one in secrets if one.kind not in PUBLIC):
        for case in cases:
            made = letters(office, house, house.workflow.case(case).case, lang)
            assert len(made) > 20
            for name, letter in made:
                assert found(repr(letter)) == set(), (secret.kind, name)


def test_no_mail_digest_or_calendar_entry_that_goes_out_tells_a_secret(
    own_house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of what was secret all the time: whatever happens by itself in four months is mailed, bundled and logged."""
    caplog.set_level(logging.DEBUG)
    house, secrets = own_house, [make(own_house) for make in SECRET]
    folder = tmp_path / "mails"
    settings = Settings(mail_folder=folder, admin_mail=ADMIN, watchdog_minutes=15, digest_beyond=1)
    office = Office(house.workflow, settings)
    for day in ("2024-01-08", "2024-02-15", "2024-04-01", "2024-06-20"):
        house.wait(day, *(case for secret in secrets for case in (secret.case, *secret.below)))
        office.run_once()
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    assert len(mails) > 5
    for mail in mails:
        parts = [str(mail.items()), *(_content(part) for part in mail.walk() if not part.is_multipart())]
        assert [found(part) for part in parts] == [set() for _ in parts]
    assert not [path.name for path in folder.iterdir() if found(path.name)]
    assert found(caplog.text) == set()


def _content(part: Any) -> str:
    return f"{part.items()} {everything_in(part.get_payload(decode=True) or b'')}"


def test_a_mail_of_what_was_public_then_is_told_no_more_once_it_is_taken_back(own_house: House, tmp_path: Path) -> None:
    """Nothing had gone out before: every mail about the withdrawn case is written after it was taken back."""
    withdrawn(own_house)
    folder = tmp_path / "mails"
    Office(own_house.workflow, Settings(mail_folder=folder, admin_mail=ADMIN)).run_once()
    sent = [path.read_text("utf-8", "replace") for path in folder.glob("*.eml")]
    assert sent
    assert found("".join(sent)) == set()


# --- pages and pictures ---


@pytest.mark.parametrize("by", get_args(By))
def test_no_picture_of_the_time_ahead_shows_a_secret(
    house: House, secrets: list[Secret], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert secrets
    silent = Watch(lambda _done, _every: None, lambda _passed: None)
    outlook = rehearse(Settings(database_url=house.url), Wish(date(2024, 6, 30)), house.wall.now(), silent)
    for lang in LANGS:
        assert told(picture(outlook, by, lang)) == set()


def test_doctor_names_no_secret(house: House, secrets: list[Secret], tmp_path: Path) -> None:
    assert secrets
    checks = examine(Settings(database_url=house.url, mail_folder=tmp_path), house.wall)
    assert told(repr(list(checks))) == set()
