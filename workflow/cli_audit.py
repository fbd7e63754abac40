"""``vorgang audit``: prove that nobody has changed the log."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ..config.errors import InvalidInputError
from .cli_call import Call, command
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from ..states.audit import AuditReport
    from ..states.audit_keys import PublicKey
    from .console import Screen

audit = group("audit")

KeyFile = Annotated[Path | None, typer.Option("--key-file", metavar="FILE")]


@command(audit, "verify")
def verify(
    call: Call,
    *,
    keys: Annotated[list[Path] | None, typer.Option("--key-file", metavar="FILE")] = None,
    expected: Annotated[str | None, typer.Option("--expect-head", metavar="HASH")] = None,
) -> None:
    """Check every line of the log, every case and every signed head."""
    from ..states.audit import verify as check  # noqa: PLC0415  # loads the database library
    from ..states.survey import zone_of_all  # noqa: PLC0415  # as above

    with call.database() as database:
        report = check(database, keys=_public_keys(call, keys), expected_head=expected)
        with database.reading() as connection:
            zone = zone_of_all(connection)
    call.tell(audit_document(report), lambda screen: show_audit(screen, report, zone))
    if not report.ok:
        raise typer.Exit(1)


def _public_keys(call: Call, paths: list[Path] | None) -> "list[PublicKey]":
    from ..states.audit_keys import load_public_key  # noqa: PLC0415  # as above

    configured = call.settings.audit_key_file
    return [load_public_key(path) for path in paths or ([configured] if configured else [])]


def audit_document(report: "AuditReport") -> dict[str, object]:
    """An audit for programs."""
    findings = [
        {"code": f.code, "case": f.case_id, "seq": f.seq, "head": f.head, "de": f.text("de"), "en": f.text("en")}
        for f in report.findings
    ]
    return {"ok": report.ok, **report._asdict(), "findings": findings}


def show_audit(screen: "Screen", report: "AuditReport", zone: ZoneInfo) -> None:
    """An audit for people."""
    for finding in report.findings:
        screen.line(f"✘ [{finding.code}] {finding.text(screen.lang)}", style="red")
        screen.line(f"→ {finding.remedy(screen.lang)}", indent=4)
    key = "audit_ok" if report.ok else "audit_bad"
    counts = {"cases": report.cases, "lines": report.lines, "heads": report.heads, "findings": report.found}
    told = {noun: counted(count, noun, screen.lang) for noun, count in counts.items()}
    screen.say(key, style="green" if report.ok else "red", **told)
    for one in report.erased_by:
        gone = {"lines": counted(one.lines, "lines", screen.lang), "cases": counted(one.cases, "cases_in", screen.lang)}
        screen.say("audit_erased_by", rule=one.rule, **gone)
    if report.unsigned:
        screen.say("audit_unsigned", style="yellow", lines=counted(report.unsigned, "lines", screen.lang))
    if report.heads and not report.signatures_checked:
        screen.say("audit_no_keys", style="yellow")
    if report.head:
        at = datetime.fromisoformat(report.head.at).astimezone(zone)
        screen.say("audit_head", at=screen.shown(at), hash=report.head.hash)


@command(audit, "sign")
def sign(call: Call, *, key_file: KeyFile = None) -> None:
    """Sign the end of the log."""
    from ..config.clock import SystemClock  # noqa: PLC0415  # as above
    from ..states.audit import sign_head  # noqa: PLC0415  # as above
    from ..states.audit_keys import load_signing_key  # noqa: PLC0415  # as above

    path = key_file or call.settings.audit_key_file
    if path is None:
        raise InvalidInputError("cli_key_missing")
    with call.database() as database:
        head = sign_head(database, load_signing_key(path), SystemClock())
    call.tell(
        head, lambda screen: screen.say("audit_signed", lines=counted(head.lines, "lines", screen.lang), hash=head.hash)
    )


@command(audit, "keygen")
def keygen(call: Call, path: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Make a key that signs heads."""
    from ..states.audit_keys import generate_key  # noqa: PLC0415  # loads the cryptography library

    key = generate_key(path)

    def show(screen: "Screen") -> None:
        screen.say("key_made", path=path, id=key.public.id)
        screen.line(key.public.pem().strip())

    call.tell({"file": path, "key_id": key.public.id, "public_key": key.public.pem()}, show)
