"""Which files are meant by the paths that somebody names."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ...config.errors import InvalidInputError


def found_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those in the folders named and below them, each once, in the order of their names.

    What is hidden (its name begins with a dot) or a lock file of an office program (``~$…``) is passed over in folders.

    Raises:
        InvalidInputError: a path leads nowhere, or a folder holds no file.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise InvalidInputError("cli_path_missing", path=str(path))
        inside = list(_below(path)) if path.is_dir() else [path]
        if not inside:
            raise InvalidInputError("taking_folder_empty", path=str(path))
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "~$")) for part in inside):
            yield path
