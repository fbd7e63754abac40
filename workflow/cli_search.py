"""``vorgang search``: papers and answers by their words, and whether something was asked and answered before."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError
from .cli_call import Call, command
from .cli_input import day_given
from .cli_reader import Public, case_meant, reader_in
from .cli_root import app

if TYPE_CHECKING:  # the command line must answer --help before a database library is loaded
    from ..states.visibility import Reader
    from .search import Page, Wanted
    from .workflow import Workflow


@command(app, "search")
def search(  # noqa: PLR0913  # one option per wish
    call: Call,
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS")] = None,
    *,
    kind: Annotated[str | None, typer.Option("--kind", metavar="LIFECYCLE")] = None,
    originator: Annotated[str | None, typer.Option("--originator", metavar="PARTY")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY")] = None,
    similar_to: Annotated[str | None, typer.Option("--similar-to", metavar="REF")] = None,
    public: Public = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200, metavar="N")] = 20,
    after: Annotated[int, typer.Option("--after", min=0, max=2_000, metavar="N")] = 0,
) -> None:
    """Find papers by their words, or what is most like a case."""
    asked = " ".join(words or ())
    if bool(asked.strip()) == (similar_to is not None):
        raise InvalidInputError("search_nothing_asked" if similar_to is None else "search_both_asked")
    if similar_to is not None:
        _only_words(kind, originator, since, until, after or None)
    from .search import Page, Wanted  # noqa: PLC0415  # loads the database library

    days = [day_given(option, day) if day else None for option, day in (("--from", since), ("--until", until))]
    with call.workflow() as workflow:
        if similar_to is not None:
            _similar(call, workflow, similar_to, public=public, limit=limit)
        else:
            wanted = Wanted(call.body, kind, originator, *days)
            _found(call, workflow, asked, (wanted, Page(limit, after), reader_in(call, workflow, public=public)))


def _only_words(*given: object) -> None:
    options = ("--kind", "--originator", "--from", "--until", "--after")
    for option, value in zip(options, given, strict=True):
        if value is not None:
            raise InvalidInputError("search_only_words", option=option)


def _found(call: Call, workflow: "Workflow", asked: str, given: "tuple[Wanted, Page, Reader | None]") -> None:
    from .search import search as look_for  # noqa: PLC0415  # as above
    from .search_page import show_hits  # noqa: PLC0415  # Rich takes a tenth of a second to import

    wanted, page, reader = given
    known = sorted(workflow.library.newest)
    if wanted.kind is not None and wanted.kind not in known:
        raise InvalidInputError("search_kind_unknown", given=wanted.kind, known=known)
    found = look_for(workflow, asked, wanted, reader=reader, page=page)
    call.tell({"asked": asked, **found._asdict()}, lambda screen: show_hits(screen, workflow, found, (asked, page)))


def _similar(call: Call, workflow: "Workflow", reference: str, *, public: bool, limit: int) -> None:
    from .search_page import show_earlier  # noqa: PLC0415  # as above
    from .similar import similar  # noqa: PLC0415  # as above

    reader = reader_in(call, workflow, public=public)
    case_id = case_meant(call, workflow, reference, reader)
    body = workflow.case(case_id).case.body
    found = similar(workflow, case_id, body, reader=reader, limit=limit)
    call.tell({"case": case_id, "earlier": found}, lambda screen: show_earlier(screen, workflow, found))
