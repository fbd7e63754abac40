"""``vorgang deadline compute``: what a deadline would be."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from ..config.collector import without_collector
from ..config.errors import InvalidInputError
from ..config.text import Lang
from .cli_call import Call, command, write_json
from .cli_errors import as_error
from .cli_input import plain_day
from .cli_root import group
from .line_work import answer_lines
from .wording import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..states.period import Counted
    from .console import Screen

deadline = group("deadline")


@command(deadline, "compute")
def compute(
    call: Call,
    *,
    start: Annotated[str | None, typer.Option("--start", metavar="DAY")] = None,
    n: Annotated[int | None, typer.Option("--n", metavar="N")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="UNIT")] = None,
    land: Annotated[str | None, typer.Option("--land", metavar="LAND")] = None,
) -> None:
    """What a deadline would be: one by options, or many as JSON lines on standard input."""
    call.refuse("database", "body", "person")
    given = {"start": start and plain_day(start), "n": n, "unit": unit, "land": land}
    asked = {name: value for name, value in given.items() if value is not None}
    if start is not None:
        asked["start"] = plain_day(start)
    if asked:
        _one(call, asked)
    else:
        _many(call.lang)


def _one(call: Call, question: dict[str, Any]) -> None:
    from ..states.counting import count  # noqa: PLC0415  # as above
    from ..states.period_input import read_period  # noqa: PLC0415  # the calendar takes a tenth of a second to import

    counted = count(read_period(question))

    def show(screen: "Screen") -> None:
        for line in counted.trace:
            screen.line(line.en if call.lang == "en" else line.de)

    if call.as_json:
        write_json(_answer(None, counted))
    else:
        call.tell(None, show)


def _many(lang: Lang) -> None:
    """Answer each line of standard input with a line; a bad one with what is wrong with it."""

    def write(answers: bytes) -> None:
        sys.stdout.buffer.write(answers)
        sys.stdout.buffer.flush()

    if sys.stdin is not None:  # None: closed by whoever called
        if sys.stdin.isatty():
            sys.stderr.write(say("reads_lines", lang) + "\n")
        answer_lines(sys.stdin.fileno(), write, partial(answer_block, lang=lang))


def answer_block(block: bytes, first: int, *, lang: Lang) -> bytes:
    """A line of JSON for each line of JSON in `block` that is not blank; `first` is the number of its first line."""
    from ..states.counting import count  # noqa: PLC0415  # the calendar takes a tenth of a second to import
    from ..states.period_input import read_period  # noqa: PLC0415  # as above

    def counted(question: dict[str, Any]) -> "Counted":
        return count(read_period(question))

    numbered = enumerate(block.removeprefix(_BOM).split(b"\n"), start=first)
    with without_collector():
        return b"".join([_line(_answered(line, number, counted, lang)) for number, line in numbered if line.strip()])


#: What some editors of Windows write before the first line.
_BOM = b"\xef\xbb\xbf"


def _line(answer: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # an id nested too deep to be written again
        return orjson.dumps({**answer, "id": None}, option=orjson.OPT_APPEND_NEWLINE)


def _answered(line: bytes, number: int, count: "Callable[[dict[str, Any]], Counted]", lang: Lang) -> dict[str, Any]:
    id_ = None
    try:
        question = _question(line, number)
        id_ = question.get("id")
        return _answer(id_, count(question))
    except Exception as raised:  # whatever one line does, the others go on
        error = as_error(raised)
        message = " ".join(part for part in (error.text(lang), error.remedy(lang)) if part)
        return {"id": id_, "error": {"code": error.code, "message": message}}


def _question(line: bytes, number: int) -> dict[str, Any]:
    try:
        question = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError("period_not_json", line=number, detail=str(error)) from None
    if not isinstance(question, dict):
        raise InvalidInputError("period_not_json", line=number, detail=type(question).__name__)
    return question


def _answer(id_: Any, counted: "Counted") -> dict[str, Any]:
    return {
        "id": id_,
        "due": counted.due,
        "at": counted.at,
        "interim": counted.interim,
        "trace": [line.row for line in counted.trace],
    }
