"""Where a command puts the file that it hands out; nothing that lies there is lost."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import typer

from ..config.errors import InvalidInputError

if TYPE_CHECKING:
    from ..notifications.drafting import Attachment

#: In what a paper is handed out.
PaperForm: TypeAlias = Literal["pdf", "docx", "html"]
Overwrite: TypeAlias = Annotated[bool, typer.Option("--overwrite")]


def put_out(target: Path, name: str, content: bytes, *, over: bool) -> Path:
    """Write `content` to `target`: a file, or a folder (made if need be) in which it gets its own `name`.

    A path without an ending is a folder, unless `name` has none either. Returns where it was written.

    Raises:
        InvalidInputError: something else lies there and `over` was not said.
    """
    folder = target.is_dir() or (not target.suffix and Path(name).suffix)
    path = target / name if folder else target
    if not over and path.is_file() and path.read_bytes() != content:
        raise InvalidInputError("cli_out_exists", path=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def form_of(said: PaperForm | None, target: Path | None) -> PaperForm:
    """The format that is wanted of a paper: the one said, else that of the ending of the file.

    Raises:
        InvalidInputError: the two contradict each other, or the ending is that of no format.
    """
    ending = target.suffix.lower().removeprefix(".") if target and not target.is_dir() else ""
    named: PaperForm | None = next((form for form in get_args(PaperForm) if form == ending), None)
    if said and named and said != named:
        raise InvalidInputError("paper_format_ending", form=said, path=str(target))
    if ending and not (said or named):
        raise InvalidInputError("paper_ending_unknown", path=str(target), known=", ".join(get_args(PaperForm)))
    return said or named or "pdf"


def apart(files: Iterable["Attachment"]) -> Iterator[tuple[str, "Attachment"]]:
    """Files that come to lie in one folder, each under a name of its own: a motion and its report share a number."""
    taken: set[str] = set()
    for file in files:
        path, count = Path(file.name), 1
        name = path.name
        while name.casefold() in taken:
            count += 1
            name = f"{path.stem}-{count}{path.suffix}"
        taken.add(name.casefold())
        yield name, file
