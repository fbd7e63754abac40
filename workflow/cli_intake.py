"""``vorgang intake``: read documents as a council office has them, and open cases from them."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ..config.errors import InvalidInputError, StoreError, VorgangError
from .cli_call import Call, command
from .cli_errors import as_error, error_document
from .cli_input import Input, day_given
from .cli_root import app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .intake.desk import Desk, Plan, Wish
    from .intake.taking import Taking
    from .intake.understanding_town import KnownTown
    from .similar import Earlier
    from .workflow import Workflow


@command(app, "intake")
def intake(  # noqa: PLR0913  # one option per thing that may be said
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE")],
    *,
    open_cases: Annotated[bool, typer.Option("--open")] = False,
    received: Annotated[str | None, typer.Option("--received", metavar="DATE")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", "-s", metavar="FIELD=VALUE")] = None,
    data: Annotated[str | None, typer.Option("--data", metavar="JSON|@FILE")] = None,
    lifecycle: Annotated[str | None, typer.Option("--lifecycle", metavar="NAME")] = None,
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME|FILE")] = None,
    public: Annotated[bool, typer.Option("--public")] = False,
    again: Annotated[bool, typer.Option("--again")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
) -> None:
    """Read documents; with ``--open``, open their cases or put them to the cases that there are."""
    from .intake.files import found_files  # noqa: PLC0415  # loads the library of the records

    single = len(files) == 1 and not files[0].is_dir()
    said = Said(received, tuple(settings or ()), data, lifecycle, public, again, yes)
    said.require_sense(open_cases=open_cases, single=single)
    found = found_files(files)
    with ExitStack() as stack:
        counter = _counter(call, stack, profile, open_cases=open_cases)
        work = Work(call, counter, said)
        if single:
            work.one(found[0])
        elif work.many(found):
            raise typer.Exit(1)


class Said(NamedTuple):
    """What the options say about the case to open."""

    received: str | None
    settings: tuple[str, ...]
    data: str | None
    lifecycle: str | None
    #: Papers that do not say whether they are public are.
    public: bool
    #: Cases are opened although documents with the same words have opened some.
    again: bool
    #: Nobody is to be asked.
    yes: bool

    def require_sense(self, *, open_cases: bool, single: bool) -> None:
        """Options that would be passed over are refused.

        Raises:
            InvalidInputError: one of them stands in the call.
        """
        given = {
            "--received": self.received,
            "--set": self.settings,
            "--data": self.data,
            "--lifecycle": self.lifecycle,
            "--public": self.public,
            "--again": self.again,
        }
        for option, value in given.items():
            if value and not open_cases:
                raise InvalidInputError("taking_option_without_open", option=option)
            if value and not single and option in {"--set", "--data"}:
                raise InvalidInputError("taking_option_for_one", option=option)


class Counter(NamedTuple):
    """Where the documents go: what is known of the town, and the desk that opens cases (None: they are only read)."""

    known: "KnownTown"
    workflow: "Workflow | None" = None
    desk: "Desk | None" = None


def _counter(call: Call, stack: ExitStack, profile: str | None, *, open_cases: bool) -> Counter:
    from .intake.knowledge import NOTHING_KNOWN, of_profile, of_town  # noqa: PLC0415  # loads the records' library

    if profile is not None and not open_cases:
        return Counter(of_profile(call.settings, profile))
    if not open_cases and not call.names_database:
        return Counter(NOTHING_KNOWN)
    from .intake.desk import Desk  # noqa: PLC0415  # loads the engine

    workflow = stack.enter_context(call.workflow())
    body = call.body_in(workflow)
    desk = Desk(workflow, body, call.actor_in(workflow, body)) if open_cases else None
    return Counter(of_town(workflow.directory.town(body), call.settings), workflow, desk)


class Work:
    """One call of the command."""

    def __init__(self, call: Call, counter: Counter, said: Said) -> None:
        self._call, self._counter, self._said = call, counter, said

    def one(self, path: Path) -> None:
        """Read a document and answer with all of it; open its case, if that is wanted."""
        from .intake.documents import understood_document  # noqa: PLC0415  # loads the records' library
        from .intake_page import show_document, show_taken  # noqa: PLC0415  # loads Rich

        taking = self._read(path)
        document = understood_document(taking.said)
        if self._counter.desk is None:
            self._call.tell(document, lambda screen: show_document(screen, taking))
            return
        taken = self._taken(self._counter.desk, taking, whole=True)
        self._call.tell({**taken, "document": document}, lambda screen: show_taken(screen, taken))

    def many(self, paths: list[Path]) -> int:
        """Read documents one after the other, with a report at the end; how many failed."""
        from .intake_page import show_report, watched  # noqa: PLC0415  # loads Rich

        rows: list[dict[str, Any]] = []
        try:
            with closing(watched(paths, self._call.lang, shown=not self._call.as_json)) as each:
                rows.extend(map(self._row, each))
        except KeyboardInterrupt:
            self._call.tell(_answer(rows, paths), lambda screen: show_report(screen, rows, len(paths) - len(rows)))
            raise
        self._call.tell(_answer(rows, paths), lambda screen: show_report(screen, rows))
        return sum("error" in row for row in rows)

    def _row(self, path: Path) -> dict[str, Any]:
        """What came of a file; whatever is wrong with it stops none of the others."""
        from .intake.documents import understood_document  # noqa: PLC0415  # loads the records' library

        try:
            taking = self._read(path)
            taken = self._taken(self._counter.desk, taking, whole=False) if self._counter.desk else {}
        except StoreError:
            raise
        except (VorgangError, OSError) as error:
            return {"file": str(path), **error_document(as_error(error))}
        return {"file": str(path), **taken, "document": understood_document(taking.said)}

    def _read(self, path: Path) -> "Taking":
        from .intake.receiving import receive  # noqa: PLC0415  # loads the records' library

        return receive(path, self._counter.known)

    def _taken(self, desk: "Desk", taking: "Taking", *, whole: bool) -> dict[str, Any]:
        """Show what would be done, ask, and do it."""
        from .console import Screen  # noqa: PLC0415  # loads Rich
        from .intake_page import show_plan, show_similar  # noqa: PLC0415  # as above

        wish = self._wish(desk, taking)
        plan = desk.plan(taking, wish)
        earlier = desk.earlier(taking) if plan.relation == "opened" else []
        if not self._call.as_json and not (self._said.yes and not whole):
            screen = Screen(self._call.lang)
            show_plan(screen, taking, plan, desk, whole=whole)
            show_similar(screen, desk.workflow, earlier)
        desk.require_complete(plan)
        if plan.relation != "known" and not self._agreed(taking, plan, whole=whole):
            return _outcome("skipped", None, plan, earlier)
        taken = desk.take(taking, wish)
        return _outcome(taken.relation, taken.case_id, plan, earlier)

    def _agreed(self, taking: "Taking", plan: "Plan", *, whole: bool) -> bool:
        question = self._call.say(f"intake_ask_{plan.relation}", file=taking.pages.name, number=plan.number or "–")
        if whole or self._said.yes:
            self._call.confirmed(question, yes=self._said.yes)
            return True
        return self._call.asked(question)

    def _wish(self, desk: "Desk", taking: "Taking") -> "Wish":
        from .intake.desk import Wish  # noqa: PLC0415  # loads the engine
        from .kept_files import Carried, keep_each  # noqa: PLC0415  # as above

        said = self._said
        day = day_given("--received", said.received) if said.received else None
        fields = desk.fields(taking, said.lifecycle)
        given = Input(desk.workflow, desk.body, fields)
        values = given.read(said.settings, said.data)
        keep_each(desk.workflow, Carried(desk.body, given.files))
        return Wish(day, values, said.lifecycle, said.public, said.again)


def _answer(rows: "Sequence[dict[str, Any]]", paths: "Sequence[Path]") -> dict[str, Any]:
    failed = sum("error" in row for row in rows)
    unread = {"unread": len(paths) - len(rows)} if len(rows) < len(paths) else {}
    return {"documents": rows, "read": len(rows) - failed, "failed": failed, **unread}


def _outcome(relation: str, case_id: str | None, plan: "Plan", earlier: "Sequence[Earlier]") -> dict[str, Any]:
    """What became of a document, as JSON has it."""
    from .intake.documents import openness_document  # noqa: PLC0415  # loads the records' library

    openness = openness_document(plan.openness) if plan.openness else None
    told = {"relation": relation, "case_id": case_id, "number": plan.number, "publicity": openness}
    parent = {"case_id": plan.parent[0], "number": plan.parent[1]} if plan.parent else None
    return {**told, "parent": parent, "earlier": earlier}
