"""Sessions and their agendas as people see them on the command line, and as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..states.agendas import AgendaView, Item, votes_of
from ..states.consultation_results import BODY_NAME, REFERRAL, role_text, treatment_text
from .wording import say

if TYPE_CHECKING:
    from ..config.text import Lang
    from ..states.engine import Fired
    from .console import Screen
    from .session_series import Planned
    from .sessions import SeenSession
    from .workflow import Workflow


def session_document(workflow: "Workflow", found: "SeenSession") -> dict[str, Any]:
    """A session in a list, with the name of its body."""
    names = workflow.directory.town(found.session.body).names
    return {**found.document, "body_name": names.get(found.session.organisation)}


def show_sessions(screen: "Screen", workflow: "Workflow", found: "Sequence[SeenSession]") -> None:
    """A list of sessions."""
    titles = ("day", "time", "session_body", "session_name", "location", "state", "id")
    screen.rows(titles, (_row(screen, workflow, one) for one in found), empty="no_sessions")


def _row(screen: "Screen", workflow: "Workflow", found: "SeenSession") -> list[object]:
    one, names = found.session, workflow.directory.town(found.session.body).names
    name = names.get(one.organisation, one.organisation)
    state = found.seen.state.in_(screen.lang)
    return [one.day, clock(one.begins, one.ends, screen.lang), name, one.name, one.location, state, one.id[:18]]


def clock(begins: str | None, ends: str | None, lang: "Lang") -> str:
    """16:00–18:30; 16:00; until 18:30."""
    if ends and not begins:
        return say("session_until", lang, ends=ends)
    return "–".join(one for one in (begins, ends) if one)


def show_done(screen: "Screen", workflow: "Workflow", found: "SeenSession", fired: "Fired") -> None:
    """What came of an event of a session."""
    from .case_page import lifecycle_of  # noqa: PLC0415  # loads the engine

    known = lifecycle_of(workflow, found.seen.case).events.get(fired.event)
    label = known.label.in_(screen.lang) if known else fired.event
    screen.say("session_done", style="green", session=title_of(screen, workflow, found), event=label)
    show_head(screen, found)


def title_of(screen: "Screen", workflow: "Workflow", found: "SeenSession") -> str:
    """What a session is called: its name or that of the body, and the day."""
    one, names = found.session, workflow.directory.town(found.session.body).names
    return f"{one.name or names.get(one.organisation, one.organisation)}, {screen.shown(one.day)}"


def show_head(screen: "Screen", found: "SeenSession") -> None:
    """Where and when, and how it stands."""
    one, lang = found.session, screen.lang
    screen.pairs(
        [
            (say("state", lang), found.seen.state.in_(lang)),
            (say("session_time", lang), clock(one.begins, one.ends, lang) or None),
            (say("session_place", lang), one.location),
            (say("public", lang), one.public),
            (say("id", lang), one.id),
        ]
    )


def show_agenda(screen: "Screen", workflow: "Workflow", found: "SeenSession", view: AgendaView) -> None:
    """A session with its items and what became of them."""
    screen.line(title_of(screen, workflow, found), style="bold")
    show_head(screen, found)
    screen.heading("head_agenda")
    titles = ("item", "subject", "treatment", "result", "votes")
    names, lang = workflow.directory.town(found.session.body).names, screen.lang
    screen.rows(titles, _item_rows(view.items, lang, names), empty="no_agenda")
    if view.undealt:
        screen.heading("head_waiting")
        rows = ([one.number, one.subject, _role(one.facts.get("rolle"), lang)] for one in view.undealt)
        screen.rows(("number", "subject", "treatment"), rows)
    if view.questions:
        screen.heading("head_questions")
        asked = (
            [one.kind.in_(lang), names.get(one.asker or "", one.asker), one.subject, one.state.in_(lang)]
            for one in view.questions
        )
        screen.rows(("kind", "asker", "subject", "state"), asked)


def _item_rows(items: Iterable[Item], lang: "Lang", names: Mapping[str, str]) -> Iterator[list[object]]:
    """Each item, and beneath it what was moved to its paper."""
    for item in items:
        yield _item_row(item, lang, names)
        for one in item.amendments:
            yield ["", f"– {one.heading(names, lang)}", "", "", ""]


def _item_row(item: Item, lang: "Lang", names: Mapping[str, str]) -> list[object]:
    result = treatment_text(item.result)
    title = item.heading(names, lang) or say("item_unnamed", lang, kind=item.kind.in_(lang) if item.kind else "–")
    urgent = f" ({say('item_urgent', lang, why=item.urgent)}{_urgency(item, lang)})" if item.urgent else ""
    told = result.in_(lang) if result else None
    file = f" ({item.file.name})" if item.file else ""
    return [item.number, title + urgent + file, _role(item.role, lang), told, votes_of(item.result)]


def _urgency(item: Item, lang: "Lang") -> str:
    return f"; {say('item_urgency', lang, votes=votes_of(item.urgency))}" if item.urgency else ""


def _role(role: str | None, lang: "Lang") -> str | None:
    text = role_text(role)
    return text.in_(lang) if text else None


def agenda_document(view: AgendaView) -> dict[str, Any]:
    """The agenda as JSON."""
    return {
        "agenda": [item_document(item) for item in view.items],
        "waiting": [
            {"case": one.id, "number": one.number, "subject": one.subject, "role": one.facts.get("rolle")}
            for one in view.undealt
        ],
        "questions": [
            {
                "case": one.id,
                "lifecycle": one.lifecycle,
                "asker": one.asker,
                "subject": one.subject,
                "state_label": one.state,
            }
            for one in view.questions
        ],
    }


def item_document(item: Item) -> dict[str, Any]:
    """An item as JSON."""
    result = item.result or {}
    return {
        "number": item.number,
        "title": item.title,
        "kind": item.kind,
        "by": item.by,
        "public": not item.closed,
        "urgent": item.urgent,
        "urgency_votes": item.urgency,
        "consultation": item.stop,
        "paper": item.paper,
        "role": item.role,
        "result": result.get("ergebnis"),
        "result_label": treatment_text(result),
        "postponed_to": result.get("neuer_tag"),
        "referred_to": _referred_to(result),
        "votes": {name: result[name] for name in ("ja", "nein", "enthaltungen") if name in result} or None,
        "wording": result.get("wortlaut"),
        "amendments": [
            {"case": one.id, "number": one.number, "subject": one.subject, "by": one.by, "ended": one.ended}
            for one in item.amendments
        ],
        "file": {"name": item.file.name, "sha256": item.file.sha256} if item.file else None,
    }


def _referred_to(result: Mapping[str, Any]) -> dict[str, Any] | None:
    referral = result.get(REFERRAL)
    return referral and {"body": referral["gremium"], "name": referral.get(BODY_NAME), "day": referral["sitzung"]}


def show_proposal(screen: "Screen", items: "Iterable[Item]", names: Mapping[str, str], *, fixed: bool) -> None:
    """An agenda that is proposed, or has just been fixed."""
    lang = screen.lang
    screen.rows(("item", "subject", "treatment"), (row[:3] for row in _item_rows(items, lang, names)))
    screen.say("agenda_set" if fixed else "agenda_proposed", style="green" if fixed else "dim")


def show_series(screen: "Screen", days: "Sequence[Planned]") -> None:
    """The days of a series, and what the calendar says of them."""
    screen.rows(("day", "remark"), ([one.day or one.meant, _remark(one, screen)] for one in days))


def _remark(one: "Planned", screen: "Screen") -> str | None:
    if one.why is None:
        return None
    why, meant = one.why.in_(screen.lang), screen.shown(one.meant)
    if one.day is None:
        return say("series_skipped", screen.lang, why=why)
    return say("series_kept" if one.day == one.meant else "series_moved", screen.lang, why=why, meant=meant)
