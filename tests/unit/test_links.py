"""Cases beside a case (``[link.NAME]``): what the loader and the checker find, and that a pinned version keeps them."""

from dataclasses import replace
from importlib.resources import files

import pytest

from vorgang.config.errors import AuthorError
from vorgang.states.checker_links import check_links
from vorgang.states.checker_names import check_names
from vorgang.states.known import Known
from vorgang.states.loader import load_folders, load_text
from vorgang.states.loader_pinned import dump, load_resolved

SESSION = (files("vorgang.states") / "sitzung.toml").read_text("utf-8")
SHIPPED = load_folders()
KNOWN = Known(
    roles=set(), guards={}, effects={}, rules=set(), templates=set(), drafts=set(), lifecycles=SHIPPED, columns={}
)


def changed(old: str, new: str) -> str:
    assert old in SESSION
    return SESSION.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('sitzung = "tag", grund', 'sitzung = "tagen", grund', "link.beratungen.copy.sitzung"),
        (
            'lifecycle = "beratung"\nwhere     = { gremium = "gremium"',
            'lifecycle = "beratung"\nwhere     = { gremium = "gremien"',
            "link.beratungen.where.gremium",
        ),
        ('{ verlegen = "sitzung_verlegen"', '{ verlegt = "sitzung_verlegen"', "link.beratungen.passes_on"),
        ('lifecycle = "beratung"', 'lifecycle = "beratung"\ngiven = true', "link.beratungen.passes_on"),
    ],
)
def test_a_name_that_the_file_does_not_have_is_found_when_it_is_read(old: str, new: str, key: str) -> None:
    with pytest.raises(AuthorError) as caught:
        load_text(changed(old, new))
    assert [finding.key for finding in caught.value.findings] == [key]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('lifecycle = "beratung"', 'lifecycle = "beratungen"', "lifecycle_unknown_lifecycle"),
        ('= "sitzung_verlegen"', '= "sitzung_verschieben"', "lifecycle_unknown_event"),
        ('= "sitzung_verlegen"', '= "vertagen"', "lifecycle_automatic_forbidden"),
        ('{ gremium = "gremium", sitzung = "tag" }', '{ grund = "grund" }', "lifecycle_unknown_field"),
        ('{ gremium = "gremium", sitzung = "tag" }', '{ gremium = "tag" }', "lifecycle_child_input_type"),
        ('lifecycle = "aenderungsantrag"', 'lifecycle = "aenderungsantrag"\nbeside = true', "lifecycle_unknown_field"),
        ('{ sitzung = "tag", grund = "grund" }', '{ grund = "grund" }', "lifecycle_automatic_asks"),
        ('{ sitzung = "tag", grund', '{ sitzung = "tag", thema = "grund", grund', "lifecycle_unknown_child_input"),
    ],
)
def test_what_the_other_lifecycle_cannot_do_is_found(old: str, new: str, found: str) -> None:
    text = changed(old, new)
    assert [finding.code for finding in check_links(load_text(text), KNOWN)][:1] == [found]


def test_a_guard_names_a_link_that_is_there() -> None:
    known = replace(KNOWN, guards={"no_results": (2, 2)})
    wrong = load_text(changed("no_results(beratungen, tag)", "no_results(beratung, tag)"))
    for lifecycle, is_found in ((wrong, True), (SHIPPED["sitzung"], False)):
        codes = {finding.code for finding in check_names(lifecycle, known)}
        assert ("lifecycle_unknown_link" in codes) == is_found


def test_the_shipped_link_is_sound() -> None:
    assert list(check_links(SHIPPED["sitzung"], KNOWN)) == []


def test_a_pinned_version_keeps_its_links() -> None:
    session = SHIPPED["sitzung"]
    again = load_resolved(dump(session))
    assert again.links == session.links
    assert again.digest == session.digest
    assert replace(session, links={}).links != again.links
