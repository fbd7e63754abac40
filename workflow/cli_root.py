"""The root of the command line: options before the first command, and the groups of commands."""

import inspect
from importlib.metadata import version as version_of
from typing import Annotated, Any

import typer

from .cli_call import COMMON, signed, typed_options
from .cli_help import HelpfulGroup

app = typer.Typer(
    cls=HelpfulGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def group(name: str) -> typer.Typer:
    """A new group of commands."""
    made = typer.Typer(cls=HelpfulGroup, no_args_is_help=True, rich_markup_mode=None)
    made.callback()(signed(_remember, []))
    app.add_typer(made, name=name)
    return made


def _remember(*, ctx: typer.Context, **common: Any) -> None:
    """Common options may stand before the command as well."""
    kept = ctx.find_root().obj
    kept.update({key: common[key] for key in COMMON if common[key] and key != "lang"})
    kept["typed"] = kept.get("typed", frozenset()) | typed_options(ctx)


def _tell_version(wanted: Any) -> None:
    if wanted:
        typer.echo(f"vorgang {version_of('vorgang')}")
        raise typer.Exit


def _root(*, ctx: typer.Context, version: bool, **common: Any) -> None:  # told before
    _remember(ctx=ctx, **common)


_VERSION = inspect.Parameter(
    "version",
    inspect.Parameter.KEYWORD_ONLY,
    annotation=Annotated[bool, typer.Option("--version", is_eager=True, callback=_tell_version)],
    default=False,
)
app.callback()(signed(_root, [_VERSION]))
