"""Sessions and their agendas as people see them on the command line, and as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..states.agendas import AgendaView, Item, votes_of
from ..states.consultation_results import role_text, treatment_text
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
    return [one.day, clock(one.begins, one.ends), name, one.name, one.location, state, one.id[:18]]


def clock(begins: str | None, ends: str | None) -> str:
    """16:00–18:30."""
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
            (say("session_time", lang), clock(one.begins, one.ends) or None),
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
    names = workflow.directory.town(found.session.body).names
    screen.rows(titles, (_item_row(item, screen.lang, names) for item in view.items), empty="no_agenda")
    if view.waiting:
        screen.heading("head_waiting")
        rows = ([one.number, one.subject, _role(one.facts.get("rolle"), screen.lang)] for one in view.waiting)
        screen.rows(("number", "subject", "treatment"), rows)
    if view.questions:
        names = workflow.directory.town(found.session.body).names
        screen.heading("head_questions")
        asked = ([one.kind, names.get(one.asker or "", one.asker), one.subject, one.state] for one in view.questions)
        screen.rows(("kind", "asker", "subject", "state"), asked)


def _item_row(item: Item, lang: "Lang", names: Mapping[str, str]) -> list[object]:
    result = treatment_text(item.result)
    title = item.heading(names, lang) or say("item_unnamed", lang, kind=item.kind.in_(lang) if item.kind else "–")
    urgent = f" ({say('item_urgent', lang, why=item.urgent)})" if item.urgent else ""
    told = result.in_(lang) if result else None
    file = f" ({item.file.name})" if item.file else ""
    return [item.number, title + urgent + file, _role(item.role, lang), told, votes_of(item.result)]


def _role(role: str | None, lang: "Lang") -> str | None:
    text = role_text(role)
    return text.in_(lang) if text else None


def agenda_document(view: AgendaView) -> dict[str, Any]:
    """The agenda as JSON."""
    return {
        "agenda": [item_document(item) for item in view.items],
        "waiting": [
            {"case": one.id, "number": one.number, "subject": one.subject, "role": one.facts.get("rolle")}
            for one in view.waiting
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
        "consultation": item.stop,
        "paper": item.paper,
        "role": item.role,
        "result": result.get("ergebnis"),
        "result_label": treatment_text(result),
        "postponed_to": result.get("neuer_tag"),
        "votes": {name: result[name] for name in ("ja", "nein", "enthaltungen") if name in result} or None,
        "wording": result.get("wortlaut"),
        "file": {"name": item.file.name, "sha256": item.file.sha256} if item.file else None,
    }


def show_proposal(screen: "Screen", rows: "Iterable[Mapping[str, Any]]", *, fixed: bool) -> None:
    """An agenda that is proposed, or has just been fixed."""
    screen.rows(("item", "subject"), ([row["nummer"], row["titel"]] for row in rows))
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
