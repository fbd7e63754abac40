"""``vorgang org list``, ``show`` and ``history``: who there is, and how it came about."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .cli_call import Call, command
from .cli_input import day_given
from .cli_org import differences, entitled, org, screen_word
from .cli_reader import Public, reader_in

if TYPE_CHECKING:
    from datetime import date

    from ..states.roster_store import PastChange
    from .console import Screen
    from .org_pages import Page
    from .workflow import Workflow

_TREE = ("name", "key", "type", "classification", "head", "members", "from", "until")
_MEMBERS = ("name", "key", "role", "from", "until", "voting", "on_behalf_of")
_HISTORY = ("at", "actor", "action", "kind", "key", "what", "source")

Day = Annotated[str | None, typer.Option("--on", metavar="DAY")]


@command(org, "list")
def list_organisations(
    call: Call,
    *,
    type_: Annotated[str | None, typer.Option("--type", metavar="TYPE")] = None,
    on_day: Day = None,
    public: Public = False,
) -> None:
    """The bodies, offices and factions of a day, as a tree."""
    from .org_export import roster_of  # noqa: PLC0415  # loads the database library
    from .org_pages import tree  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        body = call.body_in(workflow)
        day = _day(workflow, body, on_day)
        reader = reader_in(call, workflow, public=public)
        state = roster_of(workflow, body, public=reader is not None and not reader.inside)
    found = tree(state, day, only=_known_type(type_))
    rows = [("· " * one.depth + one.name, one.key, *one[3:]) for one in found]
    answer = {"body": body, "on": day, "terms": _terms(state), "organizations": found}
    call.tell(answer, lambda screen: screen.rows(_TREE, rows, empty="org_none"))


@command(org, "show")
def show_party(
    call: Call,
    party_key: Annotated[str, typer.Argument(metavar="KEY")],
    *,
    on_day: Day = None,
    public: Public = False,
) -> None:
    """One organisation or person, with members, head, deputy, remit and open cases."""
    from .case_page import show_seen  # noqa: PLC0415  # Rich takes a tenth of a second to import
    from .org_export import roster_of  # noqa: PLC0415  # loads the database library
    from .org_pages import cases_of, page  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        body = call.body_in(workflow)
        reader = reader_in(call, workflow, public=public)
        state = roster_of(workflow, body, public=reader is not None and not reader.inside)
        found = page(workflow, body, state, party_key, _day(workflow, body, on_day))
        cases = cases_of(workflow, body, party_key, reader)

        def show(screen: "Screen") -> None:
            _show(found, screen)
            screen.heading("org_cases")
            show_seen(screen, workflow, cases)

        call.tell({**found._asdict(), "cases": [one.document for one in cases]}, show)


@command(org, "history")
def history(call: Call, party_key: Annotated[str, typer.Argument(metavar="KEY")]) -> None:
    """What has changed of an organisation or person and its memberships."""
    from ..states.roster_store import history as changes  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        body = call.body_in(workflow)
        entitled(call, workflow, body)
        zone = workflow.directory.town(body).zone
        with workflow.database.reading() as connection:
            found = changes(connection, body, party_key)

    def row(one: "PastChange", screen: "Screen") -> list[object]:
        key = one.key if one.person_key is None else f"{one.person_key} → {one.organization_key}"
        words = (screen_word(screen, one.action), screen_word(screen, one.kind))
        return [one.at.astimezone(zone), one.actor, *words, key, _what(one, screen), one.source]

    call.tell(
        {"changes": found},
        lambda screen: screen.rows(_HISTORY, [row(one, screen) for one in found], empty="org_no_history"),
    )


def _what(one: "PastChange", screen: "Screen") -> str:
    if one.before is None or one.after is None:
        return screen_word(screen, "erased")
    before, after = _dated(one.before), _dated(one.after)
    return differences(before, after, before or after, screen)


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row as they were kept, with days again where they hold some."""
    from datetime import date  # noqa: PLC0415  # as above

    days = {name: date.fromisoformat(values[name]) for name in ("from", "until") if values.get(name)}
    return {**values, **days}


def _day(workflow: "Workflow", body: str, given: str | None) -> "date":
    return day_given("--on", given) if given else workflow.today(body)


def _known_type(given: str | None) -> str | None:
    """The type that is meant.

    Raises:
        InvalidInputError: there is none of that name.
    """
    from ..config.errors import InvalidInputError  # noqa: PLC0415  # as above
    from ..config.profiles import ORGANIZATION_TYPES  # noqa: PLC0415  # as above
    from ..config.reader import meant  # noqa: PLC0415  # as above

    known = {one.casefold(): one for one in ORGANIZATION_TYPES}
    if given is not None and given.casefold() not in known:
        near = meant(given, ORGANIZATION_TYPES)
        raise InvalidInputError("org_type", value=given, known=", ".join(ORGANIZATION_TYPES), meant=near)
    return known[given.casefold()] if given else None


def _terms(state: Any) -> list[Any]:
    return sorted(state["term"].values(), key=lambda row: row["from"])


def _show(found: "Page", screen: "Screen") -> None:
    screen.line(found.values["name"], style="bold")
    shown = {name: value for name, value in found.values.items() if name != "name" and value not in (None, ())}
    more = {
        "above": [name for _, name in found.above],
        "below": [name for _, name in found.below],
        "deputy": found.deputy,
        "functions": list(found.functions),
        "votes": found.votes,
    }
    pairs = {**shown, **{name: value for name, value in more.items() if value}}
    screen.pairs((screen_word(screen, f"field_{name}"), value) for name, value in pairs.items())
    screen.heading("org_members")
    rows = [(one.name, one.party, one.role, one.start, one.end, one.voting, one.on_behalf_of) for one in found.members]
    screen.rows(_MEMBERS, rows, empty="org_no_members")
