"""The help of the command line in both languages, and its wording put into the commands that Typer makes.

Typer's own pages speak one language only. The texts stand in ``cli_words.toml``: ``[command."case show"]`` with an
``example``, ``[option.json]`` for an option that means
the same everywhere, ``[option."case list state"]`` for that of one command.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from typer.core import TyperCommand, TyperGroup

from ..config.errors import InvalidInputError
from ..config.reader import meant
from ..config.text import Lang
from .wording import phrase, say, words

#: Options that every command has, listed apart.
COMMON_OPTIONS = ("database", "body", "person", "lang", "as_json", "help")


class HelpfulCommand(TyperCommand):
    """A command whose help speaks the language of the call."""

    lang: Lang = "de"
    #: The command as it is typed: "case show".
    path = ""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, purpose, arguments, options, example."""
        write_help(self, ctx, formatter)


class HelpfulGroup(TyperGroup):
    """A group of commands whose help speaks the language of the call."""

    lang: Lang = "de"
    path = ""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As a command's, and the list of commands."""
        write_help(self, ctx, formatter)

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands in the order of the wording."""
        order = list(words()["command"])
        return sorted(super().list_commands(ctx), key=lambda name: order.index(f"{self.path} {name}".strip()))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` begins with.

        Raises:
            InvalidInputError: there is none of this name.
        """
        if args[0] not in self.commands and not args[0].startswith("-"):
            known = ", ".join(self.commands)
            raise InvalidInputError(
                "cli_command_unknown", command=args[0], known=known, meant=meant(args[0], self.commands)
            )
        return super().resolve_command(ctx, args)


def translate(command: Any, lang: Lang, path: str = "") -> None:
    """Put the wording into `command` and everything below it."""
    command.lang, command.path = lang, path
    command.help = phrase(path or "vorgang", "command").in_(lang)
    for param in command.params:
        param.help = _option_text(param.name, path).in_(lang)
    for name, below in getattr(command, "commands", {}).items():
        translate(below, lang, f"{path} {name}".strip())


def _option_text(name: str, path: str) -> Any:
    special = f"{path} {name}".strip()
    return phrase(special if special in words()["option"] else name, "option")


def write_help(command: Any, ctx: Any, formatter: Any) -> None:
    """The page of one command."""
    lang: Lang = command.lang
    pieces = " ".join(_usage(command, ctx, lang))
    formatter.write_usage(ctx.command_path, pieces, say("help_usage", lang) + " ")
    formatter.write_paragraph()
    for paragraph in command.help.split("\n\n"):
        formatter.write_text(paragraph)
        formatter.write_paragraph()
    for heading, rows in _sections(command, ctx, lang):
        if rows:
            with formatter.section(say(heading, lang)):
                formatter.write_dl(rows)
    row: Mapping[str, str] = words()["command"][command.path or "vorgang"]
    with formatter.section(say("help_example", lang)):
        formatter.write("".join(f"  {line}\n" for line in row["example"].strip().splitlines()))
    if not command.path:
        with formatter.section(say("help_exit_codes", lang)):
            formatter.write_dl(exit_codes(lang))


def exit_codes(lang: Lang) -> list[tuple[str, str]]:
    """What each exit code means."""
    return [(code, phrase(code, "exit").in_(lang)) for code in words()["exit"]]


def _usage(command: Any, ctx: Any, lang: Lang) -> Iterator[str]:
    yield say("help_options_short", lang)
    for param in command.get_params(ctx):
        if param.param_type_name == "argument":
            name = (param.metavar or param.name).upper() + ("…" if param.nargs == -1 else "")
            yield name if param.required else f"[{name}]"
    if hasattr(command, "commands"):
        yield say("help_command_short", lang)


def _sections(command: Any, ctx: Any, lang: Lang) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    params = command.get_params(ctx)
    below = command.list_commands(ctx) if hasattr(command, "commands") else ()
    yield "help_commands", [(name, command.commands[name].help.split("\n\n")[0]) for name in below]
    arguments = [one for one in params if one.param_type_name == "argument"]
    yield "help_arguments", [((one.metavar or one.name).upper(), one.help or "") for one in arguments]
    options = [one for one in params if one.param_type_name == "option"]
    own = [one for one in options if one.name not in COMMON_OPTIONS]
    yield "help_options", [_option_row(one, lang) for one in own]
    yield "help_common", [_option_row(one, lang) for one in options if one.name in COMMON_OPTIONS]


def _option_row(param: Any, lang: Lang) -> tuple[str, str]:
    names = ", ".join(sorted(param.opts, key=len))
    if not param.is_flag:
        names += f" {param.metavar or param.name.upper()}"
    text = param.help if param.name != "help" else say("help_help", lang)
    if param.default not in (None, False, (), []) and not callable(param.default):
        text += f" [{param.default}]"
    if param.required:
        text += f" ({say('help_required', lang)})"
    return names, text
