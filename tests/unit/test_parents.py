"""A case that says itself to which one it belongs (``[parent]``): what the loader and the checker find."""

from importlib.resources import files
from pathlib import Path

import pytest

from tests.unit.test_links import KNOWN, SHIPPED
from vorgang.config.errors import AuthorError
from vorgang.config.rule_files import shipped_rules
from vorgang.states.checker_links import check_links, check_parent
from vorgang.states.loader import load_folders, load_text
from vorgang.states.loader_pinned import dump, load_resolved

QUESTION = (files("vorgang.states") / "muendliche_frage.toml").read_text("utf-8")
WHERE = 'where     = { gremium = "gremium", tag = "sitzung" }'


def changed(old: str, new: str) -> str:
    assert old in QUESTION
    return QUESTION.replace(old, new, 1)


@pytest.mark.parametrize(
    ("new", "code", "key"),
    [
        ('where     = { gremium = "gremien" }', "lifecycle_unknown_field", "parent.where.gremium"),
        ('field     = "zu"', "lifecycle_unknown_field", "parent.field"),
        ("", "lifecycle_parent_unclear", "parent.field"),
    ],
)
def test_a_parent_that_the_file_cannot_name_is_found_when_it_is_read(new: str, code: str, key: str) -> None:
    with pytest.raises(AuthorError) as caught:
        load_text(changed(WHERE, new))
    assert [(finding.code, finding.key) for finding in caught.value.findings] == [(code, key)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('lifecycle = "sitzung"', 'lifecycle = "sitzungen"', "lifecycle_unknown_lifecycle"),
        (WHERE, 'where = { reihe = "gremium" }', "lifecycle_unknown_field"),
        (WHERE, 'where = { tag = "gremium" }', "lifecycle_child_input_type"),
    ],
)
def test_a_parent_that_cannot_be_found_is_a_finding(old: str, new: str, code: str) -> None:
    assert [finding.code for finding in check_parent(load_text(changed(old, new)), KNOWN)] == [code]


@pytest.mark.parametrize("name", ["muendliche_frage", "zusatzfrage", "einwohnerfrage"])
def test_the_shipped_ones_are_sound_and_keep_their_parent_when_pinned(name: str) -> None:
    shipped = SHIPPED[name]
    assert [*check_parent(shipped, KNOWN), *check_links(shipped, KNOWN)] == []
    again = load_resolved(dump(shipped))
    assert (again.parent, again.digest) == (shipped.parent, shipped.digest)


def test_a_file_laid_over_another_belongs_elsewhere() -> None:
    above = SHIPPED["zusatzfrage"].parent
    assert above is not None
    assert (above.named, above.lifecycle) == ("zu", "sitzung")  # what it follows, and where it is asked


def test_a_town_asks_for_an_address_in_its_own_file(tmp_path: Path) -> None:
    head = 'id = "einwohnerfrage"\nextends = "einwohnerfrage"\nversion = 1001\n'
    own = f'{head}[event.stellen]\nask = {{ anschrift = "text" }}\n'
    (tmp_path / "einwohnerfrage.toml").write_text(own, "utf-8")
    fields = {field.name: field.required for field in load_folders(tmp_path)["einwohnerfrage"].opening.ask}
    assert (fields["anschrift"], fields["e_mail"]) == (True, False)


def test_the_limits_of_towns() -> None:
    limits = {
        town: shipped_rules().versions(town)[-1].limits for town in ("duesseldorf", "dresden", "wolfsburg", "wiesbaden")
    }
    residents = limits["dresden"]["einwohnerfrage"]
    assert (residents.questions, residents.parts, residents.follow_ups, residents.minutes) == (1, 3, 2, 60)
    assert (limits["duesseldorf"]["anfrage"].follow_ups, limits["duesseldorf"]["anfrage"].follow_ups_per) == (
        2,
        "person",
    )
    assert (limits["wolfsburg"]["muendliche_frage"].extra, limits["wolfsburg"]["muendliche_frage"].minutes) == (1, 30)
    assert limits["wiesbaden"]["muendliche_frage"].follow_ups_per == "fraktion"
