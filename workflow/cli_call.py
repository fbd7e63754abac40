"""One call of the command line: what every command may be told, and how it answers.

`command` gives each command the common options (database, body, person, language, JSON) as a `Call`.
"""

import functools
import inspect
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..config.errors import InvalidInputError, NotFoundError
from ..config.text import Lang
from .cli_help import HelpfulCommand
from .documents import document
from .wording import say

if TYPE_CHECKING:  # the command line must answer --help before a database library is loaded
    from ..config.settings import Settings
    from ..states.database import Database
    from ..states.step import Actor
    from .console import Screen
    from .workflow import Workflow

#: How the address of a database begins; anything else is a path.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_OPTIONS: Mapping[str, tuple[Any, Any]] = {
    "database": (Annotated[str | None, typer.Option("--database", "-d", metavar="URL")], None),
    "body": (Annotated[str | None, typer.Option("--body", metavar="KEY")], None),
    "person": (Annotated[str | None, typer.Option("--as", metavar="PERSON", envvar="VORGANG_ACTOR")], None),
    "lang": (Annotated[Lang | None, typer.Option("--lang", metavar="de|en")], None),
    "as_json": (Annotated[bool, typer.Option("--json")], False),
}
_FLAGS = {"database": "--database", "body": "--body", "person": "--as"}
#: Names of the parameters that every command has.
COMMON = tuple(_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a command was told besides its own arguments."""

    settings: "Settings"
    lang: Lang
    as_json: bool = False
    person: str | None = None
    body: str | None = None
    #: The common options that stand in the call itself, and not in the environment.
    typed: frozenset[str] = frozenset()
    #: When the call began, of the monotonic clock.
    began: float = 0.0

    @property
    def waited_s(self) -> float:
        """Seconds for which whoever called has been waiting."""
        return time.monotonic() - self.began

    def say(self, key: str, /, **params: object) -> str:
        """A sentence of the command line in the language of the call."""
        return say(key, self.lang, **params)

    def tell(self, answer: object, show: "Callable[[Screen], None]") -> None:
        """Answer: as one JSON document, or for people by `show`."""
        if self.as_json:
            write_json(answer)
        else:
            from .console import Screen  # noqa: PLC0415  # Rich takes a tenth of a second to import

            show(Screen(self.lang))

    @contextmanager
    def workflow(self) -> "Iterator[Workflow]":
        """The workflow on the database of the call."""
        from .installation import opened_workflow  # noqa: PLC0415  # takes most of a second to import

        with opened_workflow(self.settings) as workflow:
            if self.body is not None:
                workflow.directory.town(self.body)
            yield workflow

    @contextmanager
    def database(self) -> "Iterator[Database]":
        """The database of the call, with the tables that this program needs.

        Raises:
            NotFoundError: it has no such municipality.
        """
        from ..states.migrate import require_current  # noqa: PLC0415  # loads the database library
        from ..states.survey import bodies  # noqa: PLC0415  # as above
        from .installation import opened_database  # noqa: PLC0415  # as above

        with opened_database(self.settings) as database:
            require_current(database)
            with database.reading() as connection:
                known = [key for key, _ in bodies(connection)]
            if self.body is not None and self.body not in known:
                raise NotFoundError("body_unknown", body=self.body, known=", ".join(known) or "–")
            yield database

    def refuse(self, *options: str) -> None:
        """Options that every command has but this one cannot follow.

        Raises:
            InvalidInputError: one of them stands in the call.
        """
        for option in options:
            if option in self.typed:
                name = _FLAGS[option]
                raise InvalidInputError("cli_option_useless", option=name)

    def body_in(self, workflow: "Workflow") -> str:
        """The municipality meant: the one named, else the only one there is.

        Raises:
            InvalidInputError: there are several, or none.
        """
        if self.body is not None:
            return workflow.directory.town(self.body).key
        from ..states.survey import bodies  # noqa: PLC0415  # as above

        with workflow.database.reading() as connection:
            return only_body([key for key, _ in bodies(connection)])

    def actor_in(self, workflow: "Workflow", body: str) -> "Actor":
        """The person who acts.

        Raises:
            InvalidInputError: nobody was named.
        """
        if self.person is None:
            raise InvalidInputError("cli_actor_missing")
        return workflow.actor(body, self.person)

    @property
    def names_database(self) -> bool:
        """Whether the call or the environment names a database, or the one that is meant without exists."""
        from ..config.settings import sqlite_path  # noqa: PLC0415  # pydantic takes a quarter of a second to import

        path = sqlite_path(self.settings.database_url)
        return "database" in self.typed or path is None or path.exists()

    def asked(self, question: str) -> bool:
        """Ask whether something is to be done that may as well be left.

        Raises:
            InvalidInputError: nobody is there to answer.
        """
        if not self.is_asked:
            raise InvalidInputError("cli_unconfirmed", question=question)
        return typer.confirm(question, err=True)

    @property
    def is_asked(self) -> bool:
        """Whether somebody is there to answer a question."""
        return not self.as_json and sys.stdin.isatty()

    def confirmed(self, question: str, *, yes: bool) -> None:
        """Ask before something is lost; ``--yes`` answers for scripts.

        Raises:
            InvalidInputError: nobody is there to answer.
            typer.Abort: the answer is no.
        """
        if yes:
            return
        if not self.is_asked:
            raise InvalidInputError("cli_unconfirmed", question=question)
        typer.confirm(question, abort=True, err=True)


class ReaderGoneError(Exception):
    """Nobody reads standard output any more. Typer would make exit code 1 of it, which means something else here."""


def only_body(known: Sequence[str]) -> str:
    """The only municipality there is.

    Raises:
        InvalidInputError: there are several, or none.
    """
    if len(known) != 1:
        raise InvalidInputError("cli_body_unclear" if known else "cli_body_none", known=", ".join(known))
    return known[0]


def write_json(answer: object) -> None:
    """The one JSON document of a call, on standard output."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(document(answer), ensure_ascii=not utf8, indent=2) + "\n")
    sys.stdout.flush()


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function ``(call, …)`` the command `name` of `app`; ``call`` is made of the common options."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(*, ctx: typer.Context, **given: Any) -> None:
            before = ctx.find_root().obj
            typed = before.get("typed", frozenset()) | typed_options(ctx)
            common = {key: given.pop(key) or before.get(key) for key in COMMON}
            call = replace(_call(common, typed), began=before["began"])
            _warn_of_settings(call.lang)
            try:
                function(call, **given)
            except BrokenPipeError:
                raise ReaderGoneError from None

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        app.command(name, cls=HelpfulCommand)(signed(run, own))
        return function

    return register


def typed_options(ctx: typer.Context) -> frozenset[str]:
    """The common options that the call itself holds."""
    return frozenset(key for key in COMMON if getattr(ctx.get_parameter_source(key), "name", "") == "COMMANDLINE")


def signed(run: Callable[..., None], own: Sequence[inspect.Parameter]) -> Callable[..., None]:
    """`run` as Typer shall see it: with its own parameters, the context and the common options."""
    by_name = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("ctx", by_name, annotation=typer.Context)
    common = [
        inspect.Parameter(key, by_name, annotation=kind, default=default) for key, (kind, default) in _OPTIONS.items()
    ]
    parameters = [*(one.replace(kind=by_name) for one in own), context, *common]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # inspect looks for it
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _warn_of_settings(lang: Lang) -> None:
    from ..config.settings import unknown_variables  # noqa: PLC0415  # as in `_call`

    for name, near in unknown_variables():
        key = "setting_unknown" if near else "setting_unknown_far"
        sys.stderr.write(say(key, lang, variable=name, near=near) + "\n")


def _call(common: Mapping[str, Any], typed: frozenset[str]) -> Call:
    from ..config.settings import load_settings, sqlite_url  # noqa: PLC0415  # pydantic takes a quarter of a second to import

    overrides = {}
    if common["database"]:
        given = common["database"]
        overrides["database_url"] = given if _ADDRESS.match(given) else sqlite_url(given)
    return Call(
        settings=load_settings(**overrides),
        lang=common["lang"],
        as_json=common["as_json"],
        person=common["person"],
        body=common["body"],
        typed=typed,
    )
