"""For whom a command reads: a person (``--as``), the public (``--public``), else the operator, who sees everything."""

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ..config.errors import InvalidInputError
from .cli_call import Call
from .cli_reference import resolve

if TYPE_CHECKING:
    from ..states.visibility import Reader
    from .workflow import Workflow

Public = Annotated[bool, typer.Option("--public")]


def reader_in(call: Call, workflow: "Workflow", *, public: bool = False) -> "Reader | None":
    """Who reads; None: the operator.

    Raises:
        InvalidInputError: both were named, or it is not clear in which municipality they read.
        NotFoundError: there is no such person.
    """
    if public:
        if "person" in call.typed:
            raise InvalidInputError("cli_reader_unclear")
        return workflow.reader(call.body_in(workflow))
    return workflow.reader(call.body_in(workflow), call.person) if call.person is not None else None


def case_meant(
    call: Call, workflow: "Workflow", reference: str, reader: "Reader | None", *, everything: bool = False
) -> str:
    """The id of the case that `reference` means, if `reader` may see it (with `everything`: the work on it too).

    Raises:
        NotFoundError: there is no such case, or none for this reader: the answer is the same.
    """
    from .reading_rights import require  # noqa: PLC0415  # loads the engine

    body = call.body if reader is None else call.body_in(workflow)
    found = resolve(workflow, reference, body, reader)
    require(workflow, found, reader, asked=reference, everything=everything)
    return found


def zone_in(workflow: "Workflow", case_id: str) -> ZoneInfo:
    """The time zone of the town of a case."""
    return workflow.directory.town(workflow.case(case_id).case.body).zone


def case_worked_on(call: Call, workflow: "Workflow", reference: str) -> str:
    """The id of the case that `reference` means, for a command about the work on it: drafts, signatures.

    Raises:
        NotFoundError: there is no such case, or whoever calls may not see the work on it: the answer is the same.
    """
    return case_meant(call, workflow, reference, reader_in(call, workflow), everything=True)
