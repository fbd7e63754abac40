"""From rows of the outbox to scenes: what they are about, for whom, and whether they are still true."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ..config.errors import StoreError
from ..config.text import Lang
from ..states.clocks import REASON
from ..states.database import Database
from ..states.kin import Lifecycles
from ..states.queries import DeadlineView
from ..states.telling import DAYS
from ..states.town import Town
from . import queries, recipients
from .context import Scene, entered
from .dossiers import Dossier, Dossiers
from .failures import NotNow, Overtaken, Permanent
from .outbox import Leased
from .papers.chain import Signing
from .queries import News, Step
from .recipients import Recipient
from .session_entries import OF_SESSIONS
from .suppression import unwelcome
from .templates import Templates

T = TypeVar("T")

#: Templates that ask somebody to act: once the case has been closed, or has gone on, there is nothing left to do.
ASKING = frozenset(
    {
        "auftrag",
        "beteiligung",
        "ergaenzung",
        "abgelehnt",
        "aenderung_verlangt",
        "mitzeichnung",
        "entwurf_geaendert",
        "unterschrift",
        "erinnerung",
        "ueberfaellig",
        "zustellung",
    }
)
#: Those of them that are done with once the case has left the state to which they belong, whoever has it then.
_OF_ITS_STATE = frozenset({"unterschrift", "abgelehnt", "ergaenzung"})
#: News of how things stand: only the newest is true.
_OF_NOW = frozenset({"veroeffentlichung_geaendert"})
#: Where a question comes, or that it has no session: of several to one recipient the last is true.
_OF_ITS_SESSION = frozenset({"frage_uebertragen", "frage_ohne_sitzung", "frage_sitzung_entfaellt"})
#: What a message of the case above says, too, when the same event caused both.
_TOLD_WITH = {"zur_kenntnis": "abgeschlossen"}
#: What has reached its recipient, or was handed over at least.
TOLD = frozenset({"sent", "bounced"})
#: Rows read in one go.
_AT_ONCE = 50


class Sources(NamedTuple):
    """Where a composer finds what it does not hold itself."""

    database: Database
    town: Callable[[str], Town]
    lifecycles: Lifecycles
    #: Who has signed a case, and who was to sign it.
    signing: Callable[[str], Signing]


class _Addressed(NamedTuple):
    town: Town
    recipient: Recipient


class _Files(NamedTuple):
    """What has been read of several messages, and by which connection."""

    connection: Connection
    dossiers: Dossiers
    refused: Mapping[tuple[str, str], Permanent]


class Scenes:
    """The scenes of an installation's messages; `lang` is the language of those who have none of their own."""

    def __init__(self, sources: Sources, templates: Templates, base_url: str, lang: Lang) -> None:
        self._sources, self._templates = sources, templates
        self._base_url, self._lang = base_url, lang

    def read(self, messages: Sequence[Leased], *, still_true: bool = True) -> dict[str, Scene | Exception]:
        """By the id of the message: its scene, or why there is none. With `still_true`, none of what is true no more.

        That may be `Permanent` (nobody can be written to), `Overtaken`, `NotNow` (the deadline stands still),
        `NotFoundError` (no such case or municipality), or whatever a broken row leads to.

        Raises:
            StoreError: the database cannot be used.
        """
        found: dict[str, Scene | Exception] = {}
        for start in range(0, len(messages), _AT_ONCE):
            some = messages[start : start + _AT_ONCE]
            read = _tried(partial(self._read, some, still_true=still_true))
            found |= self._each(some, read, still_true=still_true) if isinstance(read, Exception) else read
        return found

    def _each(self, messages: Sequence[Leased], error: Exception, *, still_true: bool) -> dict[str, Scene | Exception]:
        """What cannot be read together, one by one: a broken row stops no other."""
        if len(messages) == 1:
            return {messages[0].id: error}
        return {id: scene for message in messages for id, scene in self.read([message], still_true=still_true).items()}

    def _read(self, messages: Sequence[Leased], *, still_true: bool) -> dict[str, Scene | Exception]:
        addressed = {message.id: _tried(partial(self._addressed, message)) for message in messages}
        known = [each for each in addressed.values() if isinstance(each, _Addressed)]
        with self._sources.database.reading() as connection:
            refused = unwelcome(connection, {(each.town.key, each.recipient.address) for each in known})
            files = _Files(connection, Dossiers(connection, messages, self._sources.lifecycles), refused)
            return {
                message.id: _tried(partial(self._scene, message, addressed[message.id], files, still_true=still_true))
                for message in messages
            }

    def _addressed(self, message: Leased) -> _Addressed:
        town = self._sources.town(message.body)
        return _Addressed(town, recipients.recipient(town, message.recipient, self._lang))

    def _scene(self, message: Leased, addressed: _Addressed | Exception, files: _Files, *, still_true: bool) -> Scene:
        if isinstance(addressed, Exception):
            raise addressed
        town, recipient = addressed
        if refusal := files.refused.get((town.key, recipient.address)):
            raise refusal
        dossier = files.dossiers.of(message, partial(self._templates.brings_days, lang=recipient.lang))
        steps, news = _steps_of(files.connection, message), _news_of(files.connection, message)
        if still_true:
            _require_true(message, dossier, steps)
            _require_newest(message, news)
            _require_untold(files.connection, message, dossier)
            _require_last_of_session(files.connection, message)
            _require_appointment(files.connection, message, partial(self._templates.appoints, lang=recipient.lang))
        of_today = _of_today(message, dossier, steps) if _reminds(message) else _with_days(message, dossier, news)
        return Scene(of_today, dossier, town, recipient, self._base_url)


def _tried(work: Callable[[], T]) -> T | Exception:
    try:
        return work()
    except (StoreError, SQLAlchemyError):  # of the database, so of all of them
        raise
    except Exception as error:  # whatever is wrong with one message concerns no other
        return error


def _steps_of(connection: Connection, message: Leased) -> Sequence[Step]:
    """What the recipient of a reminder was sent of the same ladder."""
    return queries.steps(connection, message, message.occasion.rpartition(".")[0] + ".") if _reminds(message) else ()


def _news_of(connection: Connection, message: Leased) -> Sequence[News]:
    """What else the recipient of news about a day was to be told of days; what asks somebody to act is no news."""
    if not message.params.get(DAYS) or message.template in ASKING:
        return ()
    return [each for each in queries.news(connection, message) if each.template not in ASKING]


def _require_newest(message: Leased, news: Sequence[News]) -> None:
    """A day that has been changed again, as the recipient is told or was told, is not told any more."""
    later = [each for each in news if each.occurrence > message.occurrence and each.status != "cancelled"]
    told_later = {name for each in later for name in each.params[DAYS]}
    if later and told_later.issuperset(message.params[DAYS]):
        days = max(later, key=lambda each: each.occurrence).params[DAYS]
        raise Overtaken("mail_day_overtaken", days=", ".join(sorted(set(days.values()))))


def _with_days(message: Leased, dossier: Dossier, news: Sequence[News]) -> Leased:
    """News about a day, with the day that holds by now, as its calendar entry has it, and what it makes up for."""
    days = message.params.get(DAYS)
    if not days or message.template in ASKING:
        return message
    due = {clock.name: clock.due_on.isoformat() for clock in dossier.deadlines}
    changed = {DAYS: {name: due.get(name, day) for name, day in days.items()}, "earlier": _earlier(message, news)}
    return message._replace(params={**message.params, **changed})


def _earlier(message: Leased, news: Sequence[News]) -> list[dict[str, str | None]]:
    """The changes of the same deadlines before this one that the recipient has not been told: day, and reason."""
    same = [
        each
        for each in news
        if each.occurrence < message.occurrence and not message.params[DAYS].keys().isdisjoint(each.params[DAYS])
    ]
    known = max((each.occurrence for each in same if each.status in TOLD), default=0)
    return [
        {
            "day": next(day for name, day in each.params[DAYS].items() if name in message.params[DAYS]),
            "grund": entered(each._asdict()).get(REASON),
        }
        for each in same
        if each.occurrence > known
    ]


def _reminds(message: Leased) -> bool:
    return "rung" in message.params


def _require_true(message: Leased, dossier: Dossier, steps: Sequence[Step]) -> None:
    """What waited (an outage, a hold) must not ask for what is done, or accuse somebody who has acted meanwhile.

    Nor must it tell of an end that was taken back.
    """
    then = dossier.case.lifecycle.states.get(dossier.event.get("target", ""))
    if then is not None and then.final and dossier.moved > message.occurrence:
        raise Overtaken("mail_end_taken_back", state=then.label.de)
    if message.template in ASKING and _closed_since(dossier):
        state = dossier.case.lifecycle.states[dossier.case.row["state"]].label
        raise Overtaken("mail_request_overtaken", state=state.de)
    if not _reminds(message):
        _require_asked_still(message, dossier)
        return
    due_on, known = message.params["due_on"], {"deadline": message.params["label_de"]}
    clock = _clock_of(message, dossier)
    if clock is not None and clock.status == "paused":
        raise NotNow("mail_deadline_paused", due_on=clock.due_on.isoformat(), **known)
    if clock is None or (clock.due_on.isoformat() != due_on and not _is_passed_over(message, clock)):
        raise Overtaken("mail_overtaken", due_on=due_on, **known)
    later = [step.params["rung"] for step in steps if step.id > message.id and step.status != "cancelled"]
    if later:  # told together with it, as what was missed
        raise Overtaken("mail_step_overtaken", rung=message.params["rung"], later=max(later), **known)


def _require_asked_still(message: Leased, dossier: Dossier) -> None:
    """A request made anew, or whose case has gone on to somebody else, asks nobody; newer news replace the older."""
    if message.template in _OF_NOW and dossier.newest > message.occurrence:
        raise Overtaken("mail_news_overtaken")
    if message.template not in ASKING:
        return
    states = dossier.case.lifecycle.states
    then, now = states.get(dossier.event.get("target", "")), states[dossier.case.row["state"]]
    has_moved = then is not None and dossier.moved > message.occurrence
    elsewhere = has_moved and then is not None and then.owner != now.owner
    if dossier.newest > message.occurrence or elsewhere or (has_moved and message.template in _OF_ITS_STATE):
        raise Overtaken("mail_request_gone_on", state=now.label.de)


def _require_untold(connection: Connection, message: Leased, dossier: Dossier) -> None:
    """What the last of several children tells is told by the end of the case above as well, to the same recipient."""
    template = _TOLD_WITH.get(message.template)
    above = [known.row["id"] for known in dossier.ancestors]
    if template and queries.is_told_above(connection, message, above, template):
        raise Overtaken("mail_told_with_it", template=template)


def _require_last_of_session(connection: Connection, message: Leased) -> None:
    """The files of a session say how it stands when they are written: a later mail brings them, and says why.

    Likewise what is said of the session of a question.
    """
    of_sessions = message.attach in OF_SESSIONS and queries.is_told_later(connection, message, attached=OF_SESSIONS)
    of_questions = message.template in _OF_ITS_SESSION and queries.is_told_later(
        connection, message, templates=_OF_ITS_SESSION
    )
    if of_sessions or of_questions:
        raise Overtaken("mail_news_overtaken")


def _require_appointment(connection: Connection, message: Leased, appoints: Callable[[str], bool | None]) -> None:
    """An appointment that a later mail takes back is not announced before it: both would say how things stand now."""
    brings = appoints(message.template)
    if brings is None:
        return
    if any(appoints(later) == (not brings) for later in queries.templates_told_later(connection, message)):
        raise Overtaken("mail_news_overtaken")


def _clock_of(message: Leased, dossier: Dossier) -> DeadlineView | None:
    """The deadline of which a reminder speaks, if it still stands; of each name there is one at a time."""
    return next((clock for clock in dossier.deadlines if clock.name == message.params.get("deadline")), None)


def _is_passed_over(message: Leased, clock: DeadlineView) -> bool:
    """Whether the day has moved so that this step counts as told, though this recipient has not been told it."""
    told = {step.get("rung") for step in clock.ladder[: clock.told]}
    return message.occasion.startswith(f"{clock.name}#{clock.occurrence}.") and message.params["rung"] in told


def _of_today(message: Leased, dossier: Dossier, steps: Sequence[Step]) -> Leased:
    """The message; a reminder with the day on which its deadline is due by now, and with the steps it makes up for."""
    clock = _clock_of(message, dossier)
    if clock is None:
        return message
    due_on = message.params["due_on"]
    untold = (step for step in steps if step.id < message.id and step.status not in TOLD)
    missed = {*message.params["missed"], *(step.params["rung"] for step in untold if step.params["due_on"] == due_on)}
    changed = {"due_on": clock.due_on.isoformat(), "missed": sorted(missed - {message.params["rung"]})}
    return message._replace(params={**message.params, **changed})


def _closed_since(dossier: Dossier) -> bool:
    """Whether the case was closed by something later than what caused the message."""
    then = dossier.case.lifecycle.states.get(dossier.event.get("target", ""))
    return dossier.case.row["closed_at"] is not None and not (then is not None and then.final)
