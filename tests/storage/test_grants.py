"""The rights that docs/operations.md gives to the working role are those that the product needs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.helpers.bounces import RETURN_PATH, dsn
from tests.helpers.databases import Postgres, acting_role
from tests.helpers.house import CLERK, START, House
from vorgang.config.errors import StoreError
from vorgang.config.profile_files import load_profiles
from vorgang.config.settings import Settings
from vorgang.notifications.bounce_sources import Found
from vorgang.notifications.bundles import Address
from vorgang.notifications.kinds import load_kinds
from vorgang.notifications.outbox import Wanted
from vorgang.notifications.preferences import Preferences, Wish
from vorgang.notifications.suppression import Suppressed, Suppressions
from vorgang.states.audit import sign_head
from vorgang.states.audit_keys import generate_key
from vorgang.states.installation_secrets import secret_of
from vorgang.states.migrate import VERSION_TABLE
from vorgang.states.tables import Table
from vorgang.workflow import absences
from vorgang.workflow.absences import Away
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
#: From which something can be taken away again.
ERASABLE = {
    *("vorgang_absence", "vorgang_preference", "vorgang_suppression", "vorgang_membership"),
    *("vorgang_search_document", "vorgang_punctuality"),
}

pytestmark = pytest.mark.postgres


def statements(role: str) -> list[str]:
    """What the page tells the owner to execute, for a working role of that name."""
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    told = re.sub(r"--.*", "", block).split(";")
    rights = [one.strip() for one in told if one.strip().startswith(("GRANT", "REVOKE"))]
    return [re.sub(r"\b(TO|FROM) vorgang\b", rf"\1 {role}", one) for one in rights]


@pytest.fixture
def worker(postgres: Postgres) -> Iterator[House]:
    """Hagen, as a role works there that has the rights of the page and no others."""
    url = postgres.prepared()
    with acting_role(url, statements) as limited:
        house = House(limited)
        try:
            yield house
        finally:
            house.close()
    postgres.drop(url)


def test_what_is_taken_away_again_can_be(worker: House) -> None:
    database, now = worker.database, worker.wall.now()
    preferences = Preferences(database, load_kinds(()))
    address = Address(worker.body, "amt01")
    for frequency in ("taeglich", "sofort"):
        preferences.set(address, Wish("erinnerung", frequency), by=CLERK, now=now)
        assert {one.frequency for one in preferences.of(address) if one.kind.id == "erinnerung"} == {frequency}

    day = worker.workflow.today(worker.body)
    away = Away(CLERK, day, day + timedelta(days=3))
    entry = absences.enter(worker.workflow, worker.body, away, worker.actor(CLERK))
    absences.remove(worker.workflow, worker.body, entry.id, worker.actor(CLERK))
    assert absences.listed(worker.workflow, worker.body) == []

    suppressions = Suppressions(database)
    for reason in ("weg", "verzogen"):
        suppressions.add(Suppressed(worker.body, "alt@hagen.example", reason, now))
    assert [one.reason for one in suppressions.entries()] == ["verzogen"]
    suppressions.remove(worker.body, "alt@hagen.example")
    assert suppressions.entries() == []


def test_the_daily_work_can_be_done(worker: House, tmp_path: Path) -> None:
    office = Office(worker.workflow, Settings(mail_folder=tmp_path / "mails", return_path=RETURN_PATH))
    worker.at("beantwortet")
    worker.wall.instant += timedelta(days=20)
    office.scan()
    office.drain()
    message = office.outbox.entries(Wanted(status="sent"))[0]
    back = Found("1", dsn(message.id, to="vorgang@hagen.example"), lambda: None)
    assert [one.effect for one in office.read_bounces([back])] == ["doubtful"]
    office.report()
    office.sweep()
    office.outbox.hold()
    office.outbox.release()
    sign_head(worker.database, generate_key(tmp_path / "key.pem"), worker.wall)
    profile = replace(load_profiles().get("hagen"), name="Stadt Hagen an der Volme")
    import_profile(worker.workflow, profile)
    moved_on = {"beispiel01", "beispiel41", "beispiel48"}  # of offices without a function of the town
    without = [replace(one, memberships=()) if one.key in moved_on else one for one in profile.persons]
    import_profile(worker.workflow, replace(profile, persons=tuple(without)))
    assert secret_of(worker.database, "return_path", START)


@pytest.mark.parametrize("name", sorted({*Table.metadata.tables} - ERASABLE))
def test_nothing_else_can_be_deleted(worker: House, name: str) -> None:
    assert refused(worker, f"DELETE FROM {name}")  # noqa: S608  # ours


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {VERSION_TABLE} SET version_num = '0001'",  # noqa: S608  # ours
        "UPDATE vorgang_secret SET value = ''",
        "UPDATE vorgang_lifecycle SET digest = ''",
        "UPDATE vorgang_file SET name = ''",
        "UPDATE vorgang_idempotency_key SET request = ''",
    ],
)
def test_what_only_grows_cannot_be_changed(worker: House, statement: str) -> None:
    assert refused(worker, statement)


def refused(worker: House, statement: str) -> bool:
    """Whether the role lacks the right."""

    def execute() -> None:
        with worker.database.writing() as connection:
            connection.exec_driver_sql(statement)

    with pytest.raises(StoreError) as caught:
        execute()
    return caught.value.code == "store_forbidden"
