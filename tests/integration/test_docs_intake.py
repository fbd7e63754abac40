"""What the page about intake says is true: its limits are those that hold, its codes are all there are."""

import ast

from tests.helpers.pages import ROOT, section
from vorgang.config.texts import catalogue
from vorgang.workflow.intake import limits

PAGE = ROOT / "docs" / "intake.md"


def test_the_limits_named_are_those_that_hold() -> None:
    table = section(PAGE, "## Limits")
    for said in (
        f"{limits.LARGEST >> 20} MiB; of a larger one",
        f"{limits.MOST_LINES:,} and {limits.MOST_CHARACTERS:,}",
        f"{limits.MOST_PAGES:,} and {limits.MOST_ON_A_PAGE:,}",
        f"{limits.MOST_PARTS}; mails within mails to a depth of {limits.DEEPEST}",
        f"{limits.MOST_ENTRIES:,}, together {limits.MOST_UNPACKED >> 20} MiB unpacked",
        f"{limits.LARGEST_PART >> 20} MiB for a part that is read, {limits.HIGHEST_RATIO} times its packed size",
        f"{limits.MEMORY >> 20:,} MiB of memory, {limits.CPU_SECONDS:.0f} seconds of CPU, {limits.WALL_SECONDS:.0f} on",
    ):
        assert said in table


def test_every_refusal_is_named() -> None:
    table = section(PAGE, "## What is refused, what is left out")
    refusals = {code for code in catalogue() if code.startswith("intake_") and "_remark_" not in code}
    assert [code for code in sorted(refusals) if f"`{code}`" not in table] == []


def test_each_library_is_met_in_one_module() -> None:
    met: dict[str, set[str]] = {}
    for path in (ROOT / "workflow" / "intake").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0):
                module = getattr(node, "module", None) or node.names[0].name
                met.setdefault(module.partition(".")[0], set()).add(path.name)
    assert {name: met[name] for name in ("lxml", "pypdfium2", "zipfile", "email")} == {
        "lxml": {"markup.py"},
        "pypdfium2": {"reading_pdf.py"},
        "zipfile": {"archive.py"},
        "email": {"reading_mail.py"},
    }
