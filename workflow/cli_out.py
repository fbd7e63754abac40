"""Where a command puts the file that it hands out; nothing that lies there is lost."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from ..config.errors import InvalidInputError

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
