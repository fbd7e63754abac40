"""Every output there is, and what it may say to whom: where a new one is entered.

`COMMANDS` names each command of the command line. A command that is missing here, or no longer there, fails a test;
so whoever adds one decides what it may tell of a case that is not public:

* ``Reads``: it shows cases to a reader. It is crawled with ``--public`` and as every role (``--as``).
* ``Neutral``: the operator runs it, but what it says goes from hand to hand: nothing of a secret case, whoever runs it.
* ``Operates``: it is the operator's tool and may name what he asks for by name. Never a face for readers.
* ``Silent``: it knows no cases at all.
* ``Apart``: a test of its own crawls it, for it writes files or takes them; that test must exist.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from typer.main import get_command

from vorgang.workflow.cli import app


class Reads(NamedTuple):
    """The calls that show a case (by its reference) to a reader; whether it takes ``--public``."""

    calls: Callable[[str], list[list[str]]]
    public: bool = True


class Neutral(NamedTuple):
    """The calls that must say nothing of a secret case."""

    calls: list[list[str]]


class Operates(NamedTuple):
    """Why the operator may see there what is not public."""

    why: str


class Silent(NamedTuple):
    """Knows no cases."""


class Apart(NamedTuple):
    """The test in `secrets/test_files.py` that crawls it; what it says of a missing case is compared there too."""

    test: str


How = Reads | Neutral | Operates | Silent | Apart

#: How each token begins: asked for, all texts are found that may be.
TOKEN = "GEHEIM7Q"
#: Words that stand in every subject of the crawl, so that the cases are like one another.
LURE = "Uferweg Nachtlicht"

COMMANDS: dict[str, How] = {
    "doctor": Neutral([[]]),
    "demo": Operates("plays made-up cases on a database of its own"),
    "run": Neutral([["--once"]]),
    "simulate": Operates("a forecast for the operator; its pictures are crawled by the test of pictures"),
    "worklist": Reads(lambda _case: [[], ["amt01"], ["gs-integrationsrat"], ["severcan"]], public=False),
    "absence add": Silent(),
    "absence list": Silent(),
    "absence remove": Silent(),
    "audit verify": Neutral([[]]),
    "audit sign": Silent(),
    "audit keygen": Silent(),
    "audit verify-package": Silent(),
    "bounces read": Silent(),
    "bounces list": Neutral([[]]),
    "calendar show": Silent(),
    "calendar export": Apart("test_no_paper_and_no_calendar_of_a_session_tells_a_secret"),
    "case show": Reads(lambda case: [[case]]),
    "case list": Reads(lambda _case: [[], ["--open"], ["--closed"], ["--limit", "1"]]),
    "case history": Reads(lambda case: [[case]]),
    "case file": Reads(lambda case: [[case]]),
    "case export": Apart("test_no_package_tells_a_secret"),
    "case open": Operates("acts; its answer is shown as case show would show it"),
    "case fire": Reads(lambda case: [[case, "gibt_es_nicht"]], public=False),
    "case events": Reads(lambda case: [[case]], public=False),
    "case override": Reads(lambda case: [[case, "eingegangen", "--reason", "so", "--yes"]], public=False),
    "db upgrade": Silent(),
    "db check": Neutral([[]]),
    "db reindex": Neutral([[]]),
    "db profile": Silent(),
    "init": Silent(),
    "deadline compute": Silent(),
    "deadline explain": Reads(lambda case: [[case, "--all"]], public=False),
    "deadline recompute": Reads(lambda case: [[case]], public=False),
    "deadline plan": Silent(),
    "lifecycle list": Silent(),
    "lifecycle check": Silent(),
    "lifecycle diagram": Silent(),
    "link show": Operates("asks for a token that only a mail holds; it shows its one case to the person it names"),
    "link use": Operates("as above; acts"),
    "mail templates": Silent(),
    # Every template of every case is crawled by the test of messages.
    "mail preview": Reads(lambda case: [["zuweisung", "--case", case]], public=False),
    "org import": Operates("changes master data; names by number the open cases of an organisation that is to end"),
    "org export": Silent(),
    "org list": Silent(),
    "org show": Reads(lambda _case: [["amt01"], ["gs-integrationsrat"], ["integrationsrat"], ["ob"]]),
    "org history": Silent(),
    "outbox list": Neutral([[]]),
    "outbox retry": Silent(),
    "outbox hold": Silent(),
    "outbox release": Silent(),
    "outbox suppress": Silent(),
    "outbox unsuppress": Silent(),
    "outbox suppressed": Silent(),
    "preference show": Silent(),
    "preference set": Silent(),
    "search": Reads(
        lambda case: [
            ["--similar-to", case],
            [TOKEN],
            [TOKEN, "--limit", "1"],
            [TOKEN, "--after", "1"],
            [TOKEN, "--kind", "mitzeichnung"],
            [f'"{LURE}"'],
        ]
    ),
    "session schedule": Silent(),
    "session series": Silent(),
    "session list": Reads(lambda _case: [[], ["--past"], ["--body-key", "integrationsrat"]]),
    "session show": Reads(lambda _case: [["integrationsrat"], ["integrationsrat", "2024-03-05"]]),
    "session agenda": Reads(lambda _case: [["integrationsrat", "2024-03-05"]], public=False),
    "session invite": Operates("acts; it answers with the session alone"),
    "session move": Operates("acts; it answers with the session alone"),
    "session cancel": Operates("acts; it answers with the session alone"),
    "session urgent": Operates("acts; it answers as session show does"),
    "session held": Operates("acts; it answers with the session alone"),
    "session result": Reads(lambda _case: [["integrationsrat", "2024-03-05", "N", "1", "none"]], public=False),
    "session extract": Apart("test_no_paper_and_no_calendar_of_a_session_tells_a_secret"),
    "session invitation": Apart("test_no_paper_and_no_calendar_of_a_session_tells_a_secret"),
    "retention plan": Reads(lambda _case: [[], ["--on", "2060-01-01"]], public=False),
    "retention run": Operates("disposes of what is due, for the council office alone"),
    "retention answer": Reads(lambda case: [[case, "abgelehnt"]], public=False),
    "retention hold": Reads(lambda case: [[case, "--reason", "so"]], public=False),
    "retention release": Reads(lambda case: [[case, "--reason", "so"]], public=False),
    "report control": Reads(lambda _case: [["integrationsrat"], ["amt01"]]),
    "report punctuality": Reads(lambda _case: [["--by", "kind"], ["--by", "faction"], ["--by", "body"]]),
    "signatures": Reads(lambda case: [[case]], public=False),
    "draft list": Reads(lambda case: [[case]], public=False),
    "draft show": Reads(lambda case: [[case], [case, "--version", "1"]], public=False),
    "draft diff": Reads(lambda case: [[case], [case, "--format", "html"]], public=False),
    "draft file": Apart("test_a_draft_is_taken_from_nobody_who_may_not_see_the_work_on_a_case"),
    "draft template": Apart("test_no_drafting_template_is_filled_in_for_others"),
    "paper issued": Reads(lambda case: [[case]], public=False),
    "paper render": Apart("test_no_paper_tells_a_secret_in_its_text_its_properties_or_its_name"),
    "history import": Operates("the office takes in a file of its own; it is told of that file, and of numbers taken"),
    "intake": Apart("test_the_intake_tells_nobody_of_a_case_that_they_may_not_see"),
    "template list": Silent(),
    "template check": Silent(),
    "template export": Silent(),
    "template blocks": Silent(),
    "rules list": Silent(),
    "rules check": Silent(),
}


def commands() -> Iterator[str]:
    """Every command as it is typed."""

    def below(command: Any, path: str) -> Iterator[str]:
        found = getattr(command, "commands", None)
        if found is None:
            yield path
            return
        for name, each in found.items():
            yield from below(each, f"{path} {name}".strip())

    return below(get_command(app), "")
