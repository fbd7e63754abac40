"""``vorgang case export`` and ``vorgang audit verify-package``: a case as a package, and whether a package is whole."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import ForbiddenError
from .cli_audit import audit
from .cli_call import Call, command
from .cli_case import Reference, case
from .cli_out import Overwrite
from .cli_reader import Public, case_meant, reader_in
from .wording import counted

if TYPE_CHECKING:
    from .console import Screen


@command(case, "export")
def export(
    call: Call,
    reference: Reference,
    *,
    package: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.zip")],
    over: Overwrite = False,
    public: Public = False,
) -> None:
    """Write a case with its documents, its log and the cases below it into one package."""
    from ..states.publicity import sees_all  # noqa: PLC0415  # loads the engine
    from .case_package import write_package  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        case_id = case_meant(call, workflow, reference, reader)
        if reader is not None and not public:
            if not sees_all(workflow.directory.town(workflow.case(case_id).case.body), reader):
                raise ForbiddenError("package_forbidden", person=call.person)
            reader = None
        digest = write_package(workflow, case_id, package, reader=reader, over=over)
    answer = {"out": str(package), "sha256": digest, "public": public}
    call.tell(answer, lambda screen: screen.say("package_written", path=str(package), sha256=digest))


@command(audit, "verify-package")
def verify_package(call: Call, package: Annotated[Path, typer.Argument(metavar="FILE.zip")]) -> None:
    """Check a package of a case, without a database."""
    from .package_check import check_package  # noqa: PLC0415  # loads the database library

    report = check_package(package)
    findings = [{"code": f.code, **f.params, "de": f.text("de"), "en": f.text("en")} for f in report.findings]

    def show(screen: "Screen") -> None:
        for finding in report.findings:
            screen.line(f"✘ [{finding.code}] {finding.text(screen.lang)}", style="red")
            screen.line(f"→ {finding.remedy(screen.lang)}", indent=4)
        told = {noun: counted(getattr(report, noun), noun, screen.lang) for noun in ("cases", "lines")}
        told["package_files"] = counted(report.files, "package_files", screen.lang)
        key = "package_ok" if report.ok else "package_bad"
        found = counted(len(report.findings), "findings", screen.lang)
        screen.say(key, style="green" if report.ok else "red", findings=found, **told)
        if report.public:
            screen.say("package_public", style="yellow")
        screen.line(f"SHA-256: {report.sha256}", style="dim")

    call.tell({"ok": report.ok, **report._asdict(), "findings": findings}, show)
    if not report.ok:
        raise typer.Exit(1)
