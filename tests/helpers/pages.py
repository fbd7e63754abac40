"""The pages of the documentation, and what stands on them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.de.md")
PAGES = (*READMES, *sorted((ROOT / "docs").glob("*.md")), ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md")
EXAMPLES = ROOT / "examples" / "lifecycles"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(path: Path, kind: str) -> list[str]:
    """The code blocks of one language."""
    return [text for found, text in _BLOCK.findall(path.read_text("utf-8")) if found == kind]


def words(text: str) -> set[str]:
    """What stands in backticks, without arguments."""
    return set(re.findall(r"`(\w+)", text))


def section(path: Path, heading: str) -> str:
    """A section without those below it."""
    text = path.read_text("utf-8")
    start = text.index(f"\n{heading}\n") + len(heading) + 2
    return re.split(r"\n#{2,3} ", text[start:])[0]


def keys(path: Path, heading: str) -> set[str]:
    """The words in the first column of the tables of a section."""
    rows = [line for line in section(path, heading).splitlines() if line.startswith("| `")]
    return {word for row in rows for word in words(row.split("|")[1])}


def guarantees(path: Path) -> dict[str, set[str]]:
    """The numbered guarantees of a README with their tests."""
    rows = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", path.read_text("utf-8"), re.MULTILINE)
    return {number: set(re.findall(r"`([^`]+)`", tests)) for number, _, tests in rows}


def command_lines(path: Path) -> Iterator[tuple[str, bool]]:
    """Every call of ``vorgang`` on a page, and whether it is meant to be typed as it stands."""
    for kind in ("sh", "console", "ini"):
        for line in "\n".join(blocks(path, kind)).splitlines():
            found = re.match(r"(?:\$ |ExecStart=/opt/vorgang/bin/)?(vorgang(?: .*)?)$", line)
            if found:
                yield found[1], True
    prose = _BLOCK.sub("", path.read_text("utf-8"))
    yield from ((call, False) for call in re.findall(r"`(vorgang [^`]+)`", prose))
