"""``vorgang org``: bodies, offices, factions, persons and memberships: in from files, and out into files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..config.errors import InvalidInputError
from ..config.roster_kinds import Kind
from .cli_call import Call, command
from .cli_errors import finding_lines, findings_document
from .cli_out import Overwrite, put_out
from .cli_reader import Public
from .cli_root import group
from .wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..states.roster_changes import Change, Plan
    from ..states.step import Actor
    from .console import Screen
    from .master_data import Prepared
    from .workflow import Workflow

org = group("org")

_COLUMNS = ("action", "kind", "key", "what")
_ACTIONS = ("new", "changed", "ended", "withdrawn")


@command(org, "import")
def import_files(  # every option is one of the command line
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…")],
    *,
    kind: Annotated[Kind | None, typer.Option("--kind")] = None,
    complete: Annotated[bool, typer.Option("--complete")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
) -> None:
    """Read bodies, offices, factions, persons, memberships and terms in, all of it or nothing."""
    from ..config.roster_files import read_rosters  # noqa: PLC0415  # as below
    from .master_data import carry_out, prepare  # noqa: PLC0415  # loads the database library

    for path in files:
        path.stat()  # what is not there is a wrong call, no mistake in a file
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        actor = entitled(call, workflow, body)
        roster = read_rosters(files, body, kind=kind, complete=complete)
        found = prepare(workflow, body, roster)
        asks = bool(found.plan.changes) and not dry_run
        if not call.as_json:
            _show(found, _screen(call))
        if asks:
            call.confirmed(call.say("org_import_sure", count=len(found.plan.changes)), yes=yes)
            carry_out(workflow, body, roster, shown=found.plan, actor=actor)
    key = "org_imported" if asks else "org_dry_run" if found.plan.changes else "org_nothing_new"
    call.tell({"written": asks, **_document(found)}, lambda screen: screen.say(key, count=len(found.plan.changes)))


@command(org, "export")
def export(
    call: Call,
    *,
    form: Annotated[Literal["json", "csv"], typer.Option("--format")] = "json",
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|FOLDER")] = None,
    overwrite: Overwrite = False,
    public: Public = False,
) -> None:
    """Write the roster out: one JSON document, or a table of each kind into a folder."""
    from .org_export import as_document, as_json, as_tables, roster_of  # noqa: PLC0415  # as above

    if form == "csv" and (out is None or out.suffix):
        raise InvalidInputError("org_csv_folder")
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        if not public:
            entitled(call, workflow, body)
        state = roster_of(workflow, body, public=public)
    if out is None and call.as_json:
        call.tell(as_document(body, state), lambda _screen: None)
    elif out is None:
        sys.stdout.write(as_json(body, state).decode())
    else:
        files = as_tables(state) if form == "csv" else {f"{body}.json": as_json(body, state)}
        written = [put_out(out, name, content, over=overwrite) for name, content in files.items()]
        call.tell({"written": written}, lambda screen: screen.line("\n".join(map(str, written))))


def entitled(call: Call, workflow: "Workflow", body: str) -> "Actor | None":
    """The person who acts, if they may change the master data; None: the operator.

    Raises:
        ForbiddenError: they may not.
    """
    from .master_data import require_right  # noqa: PLC0415  # loads the database library

    if call.person is None:
        return None
    actor = call.actor_in(workflow, body)
    require_right(workflow, body, actor)
    return actor


def _screen(call: Call) -> "Screen":
    from .console import Screen  # noqa: PLC0415  # Rich takes a tenth of a second to import

    return Screen(call.lang)


def _document(found: "Prepared") -> dict[str, Any]:
    plan = found.plan
    counts = {action: sum(one.action == action for one in plan.changes) for action in _ACTIONS}
    return {
        "counts": {**counts, "unchanged": plan.unchanged},
        "changes": [{**one._asdict(), "key": _key(plan, one)} for one in plan.changes],
        "notices": findings_document(found.notices),
    }


def _show(found: "Prepared", screen: "Screen") -> None:
    plan = found.plan
    if plan.changes:
        rows = [
            (screen_word(screen, one.action), screen_word(screen, one.kind), _key(plan, one), _what(one, screen))
            for one in plan.changes
        ]
        screen.rows(_COLUMNS, rows)
    screen.say("org_counts", **_document(found)["counts"])
    for one in found.notices:
        for line in finding_lines(one, screen.lang):
            screen.line(line, style="yellow")


def screen_word(screen: "Screen", name: str) -> str:
    """What an action, a kind or a field is called."""
    return say(f"org_{name}", screen.lang)


def _key(plan: "Plan", change: "Change") -> str:
    """How people know the row: a membership by person and organisation."""
    if change.kind != "membership":
        return change.key
    row = plan.after["membership"].get(change.key) or change.before
    return f"{row['person']} → {row['organization']}"


def _what(change: "Change", screen: "Screen") -> str:
    named = change.after if change.action == "new" else change.before
    return differences({} if change.action == "new" else change.before, change.after, named, screen)


def differences(
    before: "Mapping[str, Any]", after: "Mapping[str, Any]", names: "Iterable[str]", screen: "Screen"
) -> str:
    """The fields that change: name: before → after; of a new row only the value."""

    def shown(value: object) -> str:
        return screen.shown(value) if value not in (None, (), []) else "–"

    return ", ".join(
        f"{screen_word(screen, f'field_{name}')}: {shown(before[name])} → {shown(after.get(name))}"
        if name in before
        else f"{screen_word(screen, f'field_{name}')}: {shown(after[name])}"
        for name in names
        if name != "key" and (before.get(name) is not None or name in after)
    )
