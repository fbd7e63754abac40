"""``vorgang lifecycle``: the lifecycles that an installation has, their checks and their pictures."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..config.errors import Finding, InvalidInputError, NotFoundError
from .cli_call import Call, command
from .cli_errors import finding_lines, findings_document
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from ..states.lifecycle import Lifecycle
    from .console import Screen

lifecycle = group("lifecycle")


@command(lifecycle, "list")
def list_lifecycles(call: Call) -> None:
    """The lifecycles that new cases start on."""
    from ..states.loader import load_folders  # noqa: PLC0415  # not before it is needed

    found = list(load_folders(*call.settings.lifecycles).values())

    def show(screen: "Screen") -> None:
        rows = ([one.id, one.version, one.label.in_(call.lang), len(one.states), len(one.events)] for one in found)
        screen.rows(("name", "version", "label", "states", "events"), rows)

    call.tell({"lifecycles": [_document(one) for one in found]}, show)


def _document(one: "Lifecycle") -> dict[str, object]:
    return {
        "id": one.id,
        "version": one.version,
        "label": one.label,
        "states": list(one.states),
        "events": list(one.events),
        "deadlines": list(one.deadlines),
        "children": list(one.children),
        "file": one.source,
        "digest": one.digest,
    }


@command(lifecycle, "check")
def check(call: Call, paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH")] = None) -> None:
    """Check lifecycle files before they run."""
    from .checking import Checked, check_lifecycles  # noqa: PLC0415  # loads the templates

    missing = [path for path in paths or () if not path.exists()]
    present = [path for path in paths or () if path.exists()]
    if missing and not present:
        raise InvalidInputError("cli_path_missing", path=str(missing[0]))
    checked = check_lifecycles(call.settings, present)
    if paths and not checked.lifecycles and not checked.findings:
        raise InvalidInputError("cli_no_lifecycle", path=", ".join(map(str, paths)))
    absent = [Finding(code="cli_path_missing", file=str(one), key="–", params={"path": str(one)}) for one in missing]
    checked = Checked(checked.lifecycles, (*absent, *checked.findings, *checked.of_rules))

    def show(screen: "Screen") -> None:
        for finding in checked.findings:
            for line in finding_lines(finding, call.lang):
                screen.line(line)
        names = ", ".join(one.id for one in checked.lifecycles) or "–"
        if checked.findings:
            told = counted(len(checked.findings), "findings", call.lang)
            screen.say("check_findings", style="red", findings=told, names=names)
        else:
            told = counted(len(checked.lifecycles), "lifecycles", call.lang)
            screen.say("check_ok", style="green", lifecycles=told, names=names)

    looked_at = [{"id": one.id, "version": one.version, "file": one.source} for one in checked.lifecycles]
    call.tell({"checked": looked_at, "findings": findings_document(checked.findings)}, show)
    if checked.findings:
        raise typer.Exit(InvalidInputError.exit_code if missing else 1)


@command(lifecycle, "diagram")
def diagram(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    form: Annotated[Literal["mermaid", "svg"], typer.Option("--format", metavar="mermaid|svg")] = "mermaid",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
) -> None:
    """A picture of a lifecycle."""
    picture = _picture(_meant(call, name), form, call)
    if output is not None:
        output.write_text(picture, "utf-8")
        answer = {"lifecycle": name, "format": form, "file": str(output)}
        call.tell(answer, lambda screen: screen.say("written", path=output))
    elif call.as_json:
        call.tell({"lifecycle": name, "format": form, "content": picture}, lambda _screen: None)
    else:
        sys.stdout.write(picture if picture.endswith("\n") else picture + "\n")


def _picture(chosen: "Lifecycle", form: str, call: Call) -> str:
    from ..config.roles import known_roles  # noqa: PLC0415  # not before it is needed
    from ..states.diagram import Names, mermaid  # noqa: PLC0415  # as above
    from ..states.diagram_svg import svg  # noqa: PLC0415  # as above

    names = Names(lang=call.lang, roles={id: role.label for id, role in known_roles().items()})
    return (svg if form == "svg" else mermaid)(chosen, names)


def _meant(call: Call, name: str) -> "Lifecycle":
    """A lifecycle of the installation, or in a file."""
    from ..states.loader import load_file, load_folders  # noqa: PLC0415  # as above

    if name.endswith(".toml"):
        if not Path(name).is_file():
            raise InvalidInputError("cli_path_missing", path=name)
        return load_file(Path(name))
    known = load_folders(*call.settings.lifecycles)
    if name not in known:
        raise NotFoundError("lifecycle_unknown", lifecycle=name, known=", ".join(known))
    return known[name]
