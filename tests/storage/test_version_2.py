"""Cases that ran before signatures were kept go on to their end with the program that keeps them."""

from pathlib import Path
from typing import Any

import pytest

from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import CLERK, DRAFT, LEAD, MAYOR, House
from vorgang.notifications.papers.press import Wish
from vorgang.states.audit import verify
from vorgang.states.lifecycle import Lifecycle
from vorgang.states.loader import load_file, load_folders
from vorgang.workflow import workflow as front
from vorgang.workflow.chain import signature_chain
from vorgang.workflow.paper_chain import signing_of
from vorgang.workflow.papers import render_paper

#: The files as they were before signatures.
BEFORE = Path(__file__).parent / "version2"


def before(*_folders: Path) -> dict[str, Lifecycle]:
    """What the earlier program shipped of inquiries."""
    old = {name: load_file(BEFORE / f"{name}.toml") for name in ("anfrage", "mitzeichnung")}
    return {name: load_folders()[name] for name in ("beratung", "zusage")} | old


@pytest.fixture
def url(maker: Sqlite | Postgres) -> Any:
    url = maker.prepared()
    yield url
    maker.drop(url)


def upgraded(url: str, monkeypatch: pytest.MonkeyPatch, state: str) -> tuple[House, str]:
    """The house with today's program, and an inquiry that the earlier one brought into `state`."""
    with monkeypatch.context() as earlier:
        earlier.setattr(front, "load_folders", before)
        old = House(url)
        case = old.at(state)
        assert old.workflow.case(case).case.lifecycle_version == 2
        old.close()
    return House(url), case


def test_a_case_in_drafting_goes_on_to_its_end(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house, case = upgraded(url, monkeypatch, "mit_entwurf")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf={**DRAFT, "sha256": "1" * 64})
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert {one.lifecycle_version for one in house.children(case, "mitzeichnung")} == {3}
    house.cosign(case)
    house.fire(case, "unterzeichnen", MAYOR)
    house.fire(case, "veroeffentlichen", CLERK, veroeffentlichung="oeffentlich")
    (stop,) = house.schedule(case, "integrationsrat")
    house.wait("2024-03-05", stop.id, hour=18)
    house.fire(stop.id, "zur_kenntnis_nehmen", CLERK)
    assert house.state(case) == "abgeschlossen"
    assert verify(house.database).ok
    house.close()


def test_a_case_in_co_signing_goes_on_and_is_printed_as_signed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house, case = upgraded(url, monkeypatch, "in_mitzeichnung")
    house.cosign(case)
    house.fire(case, "unterzeichnen", MAYOR)
    assert house.state(case) == "unterzeichnet"
    assert [(row.office[:2], row.result, row.by) for row in signing_of(house.workflow, case).rows] == [
        ("41", "mitgezeichnet", "Kemal Beispiel (erfunden)"),
        ("48", "mitgezeichnet", "Sabine Beispiel (erfunden)"),
    ]
    assert not render_paper(house.workflow, case, Wish("verfuegung")).draft
    house.close()


def test_four_eyes_hold_as_far_as_the_old_file_knows_the_author(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows none: whoever may act for the office may sign, as before; no signature claims an author."""
    house, case = upgraded(url, monkeypatch, "mit_entwurf")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case, "amt41")
    done = next(one for one in signature_chain(house.workflow, case).steps if one.office == "amt41")
    assert [one.signer for one in done.signatures] == ["beispiel41"]
    assert signature_chain(house.workflow, case).drafted_by is None
    house.close()
