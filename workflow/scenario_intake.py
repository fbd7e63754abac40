"""How a scenario takes in documents: read by intake as any other; what is read is compared with what must be read."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from ..config.errors import InvalidInputError
from ..config.settings import Settings
from ..states.step import Actor
from .intake.apart import understand_apart
from .intake.desk import Desk, Wish
from .intake.knowledge import of_town
from .intake.taking import Taking
from .intake.understanding_town import KnownTown
from .papers import papers_of, render_paper
from .scenario_files import ScenarioIntake, ScenarioPromises
from .workflow import Workflow

#: The field of an opening event with the day on which a document came in.
_RECEIVED = "eingang"


class Arrival(NamedTuple):
    """A document, the lifecycle that it opens, what must be read in it, and what wins over what it says."""

    document: ScenarioIntake
    lifecycle: str
    reads: Mapping[str, Any]
    data: Mapping[str, Any]


class Mailroom:
    """Reads the documents of one replay."""

    def __init__(self, workflow: Workflow, settings: Settings, body: str) -> None:
        self._workflow, self._settings, self._body = workflow, settings, body

    def take(self, arrival: Arrival, actor: Actor) -> str:
        """Open the case of a document; its id.

        Raises:
            InvalidInputError: something else is read in it than must be, or there is a case for it.
            UnreadableError: it cannot be read.
            RefusedError: as in `Desk.take`.
        """
        taking = self._read(arrival.document.name, arrival.document.content)
        desk = Desk(self._workflow, self._body, actor)
        given = arrival.data.get(_RECEIVED)
        received = date.fromisoformat(given) if given else self._workflow.today(self._body)
        self._compare(desk, taking, arrival, received)
        return desk.take(taking, Wish(received, arrival.data, arrival.lifecycle)).case_id

    def _compare(self, desk: Desk, taking: Taking, arrival: Arrival, received: date) -> None:
        """What is read, without what the scenario knows besides."""
        plan = desk.plan(taking, Wish(received, {}, arrival.lifecycle))
        name = arrival.document.name
        if plan.proposal is None:
            raise InvalidInputError("scenario_intake_known", name=name, number=plan.number or "–")
        for field, wanted in arrival.reads.items():
            read = plan.proposal.data.get(field)
            if read != wanted:
                raise InvalidInputError("scenario_intake_differs", name=name, field=field, wanted=wanted, read=read)

    def promised(self, case_id: str, promises: ScenarioPromises) -> list[dict[str, str]]:
        """What the signed answer promises, read in its PDF, as an event takes it.

        Raises:
            InvalidInputError: the days that are read are not those that must be; or nobody has signed it.
        """
        printed = render_paper(self._workflow, case_id, papers=papers_of(self._settings))
        said = self._read(printed.file.name, printed.file.content).said
        found = [(one.text, one.due.isoformat()) for one in said.promises if one.due is not None]
        days = [day for _, day in found]
        if printed.draft or days != list(promises.days):
            wanted, read = ", ".join(promises.days), ", ".join(days) or "–"
            raise InvalidInputError("scenario_promises_differ", name=printed.file.name, wanted=wanted, read=read)
        to = {"empfaenger": promises.to} if promises.to else {}
        return [{"zusage": text, "kontrolle": day, **to} for text, day in found]

    def _read(self, name: str, content: bytes) -> Taking:
        pages, said = understand_apart(content, name, self._known())
        return Taking(pages, content, said)

    def _known(self) -> KnownTown:
        return of_town(self._workflow.directory.town(self._body), self._settings)
