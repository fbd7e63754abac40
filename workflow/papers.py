"""Papers of a case: the answer, the Verfügung, extracts; printed by the layouts of the installation."""

from collections.abc import Mapping
from functools import partial

from ..config.errors import AuthorError, Finding, InvalidInputError, NotFoundError
from ..config.profile_files import load_profiles
from ..config.rule_files import load_rules
from ..config.settings import Settings
from ..notifications.papers.issuing import handed_out, issued
from ..notifications.papers.press import Case, Wish, scene_of
from ..notifications.papers.printing import Look, Papers, Printed
from ..notifications.scenes import Sources
from ..states.inputs import SHOWN
from ..states.issues import Issue, content_of_issue, issues_of
from ..states.visibility import (
    Publicity,
    Reader,
    is_anonymised,
    may_show_answer,
    may_show_everything,
    may_show_letters,
)
from .paper_chain import signing_of
from .publishing import SHORTEST_HASH
from .workflow import Workflow

#: The kind of number whose pattern says that answers have numbers of their own.
_OWN = "stellungnahme"


def papers_of(settings: Settings) -> Papers:
    """The layouts of an installation; profiles are read when the first paper is printed."""
    return Papers(settings.templates, lambda: looks_of(settings))


def looks_of(settings: Settings) -> Mapping[str, Look]:
    """How the town of each profile wants its papers.

    Raises:
        AuthorError: a profile is wrong.
    """
    profiles = load_profiles(settings.profiles, rules=load_rules(settings.rules))
    known = (profiles.get(key) for key in profiles.keys)
    return {profile.key: Look(profile.papers, _OWN in profile.numbers, profile.titles) for profile in known}


def paper_findings(settings: Settings) -> list[Finding]:
    """What is wrong with the layouts of an installation; what is wrong with its profiles is said of them."""
    try:
        return papers_of(settings).findings()
    except AuthorError:
        return Papers(settings.templates).findings()


def sources_of(workflow: Workflow) -> Sources:
    """Where papers find what they tell."""
    return Sources(workflow.database, workflow.directory.town, workflow.lifecycle, partial(signing_of, workflow))


def render_paper(
    workflow: Workflow,
    case_id: str,
    wish: Wish | None = None,
    papers: Papers | None = None,
    *,
    reader: Reader | None = None,
) -> Printed:
    """A paper of a case as a file; what nobody has signed is marked as a draft instead of being refused.

    What is signed and made known is issued: the first time it is kept, and ever after the same bytes are handed out.

    `reader`: who is to read it; None: the operator of the installation. It is anonymised for whoever may not read what
    is private in the case, and always outside the town's administration, but for the asker (`is_anonymised`).

    Raises:
        NotFoundError: there is no such case, or none for this reader: an answer that has not been made known yet, a
            Verfügung for somebody who is not concerned. The answer is the same.
        InvalidInputError: what the paper is about is missing (no answer, no interim reply), or a preview is wanted by
            somebody who does not work on the case.
        Temporary: a layout is wrong.
    """
    wish = (wish or Wish())._replace(reader=reader)
    if reader is not None and is_anonymised(_require(workflow, case_id, wish, reader), reader):
        wish = wish._replace(anonymised=True)
    case = Case(case_id, workflow.case(case_id).case.body, workflow.clock.now())
    sources = sources_of(workflow)
    return issued(sources, papers or Papers(), scene_of(sources, case), wish)


def issued_paper(workflow: Workflow, case_id: str, sha256: str) -> Printed:
    """An issue of the case, also one that a later one has replaced, by (the beginning of) its SHA-256.

    Raises:
        NotFoundError: there is no such case, or no such issue, or several; or its content has been erased.
    """
    found = {one.sha256: one for one in issued_papers(workflow, case_id) if _is_meant(one, sha256)}
    if len(found) != 1:
        raise NotFoundError("paper_issue_unknown", issue=sha256[:SHOWN])
    (issue,) = found.values()
    town = workflow.directory.town(workflow.case(case_id).case.body)
    with workflow.database.reading() as connection:
        content = content_of_issue(connection, town.key, issue, town.zone)
    return handed_out(issue, content)


def issued_papers(workflow: Workflow, case_id: str) -> list[Issue]:
    """The papers of the case that were issued, oldest first.

    Raises:
        NotFoundError: there is no such case.
    """
    workflow.case(case_id)
    with workflow.database.reading() as connection:
        return issues_of(connection, case_id)


def _is_meant(issue: Issue, sha256: str) -> bool:
    return len(sha256) >= SHORTEST_HASH and issue.sha256.startswith(sha256.lower())


#: What somebody must be allowed to see for a paper; for any other, all the work on the case.
_RIGHTS = {"stellungnahme": may_show_answer, "zwischenbescheid": may_show_letters}


def _require(workflow: Workflow, case_id: str, wish: Wish, reader: Reader) -> Publicity:
    known = workflow.publicity([case_id]).get(case_id)
    if known is None or not _RIGHTS.get(wish.kind, may_show_everything)(known, reader):
        raise NotFoundError("case_unknown", case=wish.asked or case_id)
    if (wish.preview or wish.text is not None) and not may_show_everything(known, reader):
        raise InvalidInputError("paper_preview_inside")
    return known
