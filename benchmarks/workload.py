"""What is measured: cases of the lifecycle "pendel" in one town, and the commands that make them swing."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from vorgang.config.clock import VirtualClock
from vorgang.config.profile_files import load_profiles
from vorgang.states.database import Options
from vorgang.states.step import Actor, Command
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTE = "Der Stand ist unverändert; die Antwort folgt."


class Office:
    """The parties that act in the workload."""

    registrar = Actor("person", "randt", frozenset({"randt", "gs-integrationsrat"}))
    clerk = Actor("person", "beispiel01", frozenset({"beispiel01", "amt01"}))


def open_workflow(url: str, options: Options | None = None) -> Workflow:
    """A fresh workflow with the measured lifecycle and the town of Hagen."""
    setup = Setup(
        clock=VirtualClock(NOW), lifecycles=(Path(__file__).parent / "lifecycles",), options=options, upgrade=True
    )
    workflow = Workflow.open(url, setup)
    import_profile(workflow, load_profiles().get("hagen"))
    return workflow


def open_cases(workflow: Workflow, number: int) -> list[str]:
    """The ids of so many new cases."""
    data = {"amt": "amt01", "thema": "Messung"}
    return [
        workflow.open_case("pendel", body="hagen", actor=Office.registrar, data=data).case.id for _ in range(number)
    ]


def swing(case_ids: Sequence[str], rounds: int) -> list[Command]:
    """Commands that fire on a scattered case each time, all of them possible in this order."""
    commands = []
    order = list(case_ids)
    chance = random.Random(7)
    for number in range(rounds):
        chance.shuffle(order)
        event = "hin" if number % 2 == 0 else "zurueck"
        commands += [Command(case_id, event, Office.clerk, {"notiz": NOTE}) for case_id in order]
    return commands
