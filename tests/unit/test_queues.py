"""Who comes first in a queue, and what the checker says of files in which nobody could, or everybody would."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.occasions import EXAMPLE
from vorgang.config.errors import AuthorError
from vorgang.config.settings import Settings
from vorgang.states.link_spec import QueueSpec
from vorgang.states.loader import load_text
from vorgang.states.loader_pinned import dump, load_resolved
from vorgang.states.queues import waiting
from vorgang.states.step import Member
from vorgang.workflow.checking import check_lifecycles

FILE = EXAMPLE / "lebenszyklen" / "anmeldung.toml"
SETTINGS = Settings(rules=(EXAMPLE / "regeln",), templates=(EXAMPLE / "vorlagen",))
QUEUE = QueueSpec(waits="warteliste", event="nachruecken", after=("abmelden",), order="nummer")


def _member(name: str, state: str = "warteliste", **facts: object) -> Member:
    return Member(name, "anmeldung", 1, state, None, state == "abgemeldet", facts)


def test_the_lowest_number_comes_first_and_whoever_has_none_last() -> None:
    members = [_member("a"), _member("b", nummer=2), _member("c", "bestaetigt", nummer=0), _member("d", nummer=1)]
    assert [one.id for one in waiting(QUEUE, members)] == ["d", "b", "a"]


def test_without_an_order_whoever_was_opened_first() -> None:
    queue = QueueSpec(waits="warteliste", event="nachruecken", after=("abmelden",))
    assert [one.id for one in waiting(queue, [_member("b", nummer=2), _member("a", nummer=1)])] == ["b", "a"]


def test_the_example_checks_clean() -> None:
    assert check_lifecycles(SETTINGS, [EXAMPLE / "lebenszyklen"]).findings == ()


def test_a_pinned_queue_is_read_back_as_it_was() -> None:
    lifecycle = load_text(FILE.read_text("utf-8"), source="<text>")
    again = load_resolved(dump(lifecycle), "<text>")
    assert (again.queue, again.digest) == (lifecycle.queue, lifecycle.digest)
    assert again.events["anmelden"].by_link


def _found(tmp_path: Path, *changes: tuple[str, str]) -> Iterator[tuple[str, str]]:
    text = FILE.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    folder = tmp_path
    for file in (EXAMPLE / "lebenszyklen").glob("*.toml"):
        (folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (folder / "anmeldung.toml").write_text(text, "utf-8")
    for finding in check_lifecycles(SETTINGS, [folder]).findings:
        assert finding.file.endswith("anmeldung.toml")
        yield finding.key, finding.code


ROOM = 'needs = ["room(plaetze, bestaetigt, zugang_erhalten)"]\ntell  = [{ to = "gast", template = "nachgerueckt" }]'


@pytest.mark.parametrize(
    ("old", "new", "key", "code"),
    [
        ('waits = "warteliste"', 'waits = "wartelist"', "queue.waits", "lifecycle_unknown_state"),
        ('event = "nachruecken"', 'event = "nachrucken"', "queue.event", "lifecycle_unknown_event"),
        ('after = ["abmelden"]', 'after = ["abmeldn"]', "queue.after", "lifecycle_unknown_event"),
        ('order = "wartenummer"', 'order = "nummer"', "queue.order", "lifecycle_unknown_field"),
        ('order = "wartenummer"', 'order = "titel"', "queue.order", "lifecycle_unknown_field"),
        ('waits = "warteliste"', 'waits = "eingeladen"', "queue.event", "lifecycle_ending_impossible"),
        ('event = "nachruecken"', 'event = "abmelden"', "queue.event", "lifecycle_automatic_forbidden"),
        ('after = ["abmelden"]', 'after = ["abmelden", "nachruecken"]', "queue.after", "lifecycle_queue_circle"),
        (ROOM, ROOM.partition("\n")[2], "event.nachruecken.needs", "lifecycle_queue_unguarded"),
        (
            'to    = "bestaetigt"\nby    = ["automatik"]',
            'to    = "warteliste"\nby    = ["automatik"]',
            "event.nachruecken.to",
            "lifecycle_queue_stays",
        ),
        (ROOM, ROOM.replace("bestaetigt", "bestatigt"), "event.nachruecken.needs", "lifecycle_unknown_state"),
    ],
)
def test_a_wrong_queue_is_found_with_file_key_and_reason(
    tmp_path: Path, old: str, new: str, key: str, code: str
) -> None:
    assert (key, code) in list(_found(tmp_path, (old, new)))


def test_an_unknown_key_of_a_queue_is_named() -> None:
    text = FILE.read_text("utf-8").replace('waits = "warteliste"', 'waits = "warteliste"\nplaetze = 30')
    with pytest.raises(AuthorError) as wrong:
        load_text(text)
    assert [finding.key for finding in wrong.value.findings] == ["queue.plaetze"]


def test_a_queue_of_cases_that_nobody_opens_is_found(tmp_path: Path) -> None:
    (tmp_path / "anmeldung.toml").write_text(FILE.read_text("utf-8"), "utf-8")
    findings = check_lifecycles(SETTINGS, [tmp_path]).findings
    assert ("queue", "lifecycle_queue_alone") in [(one.key, one.code) for one in findings]
