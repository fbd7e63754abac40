"""``vorgang doctor``: what is amiss in the installation, and what helps."""

from typing import TYPE_CHECKING

import typer

from .cli_call import Call, command
from .cli_root import app
from .wording import counted

if TYPE_CHECKING:
    from .console import Screen

_MARKS = {"ok": ("✔", "green"), "warning": ("!", "yellow"), "failure": ("✘", "red")}


@command(app, "doctor")
def doctor(call: Call) -> None:
    """Examine the installation."""
    from ..config.clock import SystemClock  # noqa: PLC0415  # loads everything
    from .doctor import examine  # noqa: PLC0415  # as above

    checks = list(examine(call.settings, SystemClock()))
    counts = {status: sum(check.status == status for check in checks) for status in _MARKS}

    def show(screen: "Screen") -> None:
        for check in checks:
            mark, style = _MARKS[check.status]
            screen.line(f"{mark} {call.say(f'check_{check.name}')}: {check.text(call.lang)}", style=style)
            if check.status != "ok" and check.remedy(call.lang):
                screen.line(f"→ {check.remedy(call.lang)}", indent=4)
        screen.line()
        nouns = {"ok": counts["ok"], "warnings": counts["warning"], "failures": counts["failure"]}
        told = {name: count if name == "ok" else counted(count, name, call.lang) for name, count in nouns.items()}
        screen.line(call.say("doctor_summary", **told))

    rows = [
        {
            "check": check.name,
            "status": check.status,
            "code": check.code,
            "de": check.text("de"),
            "en": check.text("en"),
            "remedy_de": check.remedy("de") if check.status != "ok" else "",
            "remedy_en": check.remedy("en") if check.status != "ok" else "",
        }
        for check in checks
    ]
    call.tell({"ok": not counts["failure"], "checks": rows}, show)
    if counts["failure"]:
        raise typer.Exit(1)
