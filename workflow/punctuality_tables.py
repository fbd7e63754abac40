"""The report on punctuality as tables of values, for every face that shows one. Pure."""

from collections.abc import Callable
from typing import NamedTuple

from ..config.rules import BASIS_LABELS
from ..config.text import Lang
from ..notifications.sheets import Cell
from .console import day_text
from .punctuality import Figures, Report, Step, band_labels, basis_label
from .wording import say


class Sheet(NamedTuple):
    """A table: what it is called, its titles, and its rows."""

    name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def title(report: Report, lang: Lang) -> str:
    """What the report is called."""
    by = report.wanted.by
    return say("punctuality_title", lang, town=report.town) + (f" – {say(f'punctuality_by_{by}', lang)}" if by else "")


def about(report: Report, lang: Lang) -> str:
    """Which cases it counts, and as of which day."""
    since, until = (day_text(day, lang) if day else "…" for day in (report.wanted.since, report.wanted.until))
    both = report.wanted.since or report.wanted.until
    period = say("punctuality_period", lang, since=since, until=until) if both else say("punctuality_ever", lang)
    public = say("punctuality_public", lang) if report.wanted.public else ""
    return " ".join(filter(None, (period, say("punctuality_day", lang, day=day_text(report.day, lang)), public)))


def bases(report: Report, lang: Lang) -> str:
    """What stands behind the due days that were missed: nobody is called unlawful who broke a courtesy."""
    found = (f"{basis_label(name).in_(lang)}: {number}" for name, number in report.total.bases.items())
    return say("punctuality_bases", lang, bases="; ".join(found) or "–")


def lines(report: Report) -> tuple[Figures, ...]:
    """All groups, and all together."""
    return (*report.groups, report.total)


def percent(share: float | None) -> float | None:
    """A share as a number of percent."""
    return None if share is None else round(100 * share, 1)


def shown(value: Cell, lang: Lang) -> str:
    """A value as people of the language write it."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if lang == "de" else f"{value:g}"
    return str(value)


def main_sheet(report: Report, lang: Lang) -> Sheet:
    """How many were in time, and after how many days."""
    columns: dict[str, Callable[[Figures], Cell]] = {
        "done": lambda one: one.done,
        "in_time": lambda one: one.in_time,
        "late": lambda one: one.late,
        "overdue": lambda one: one.overdue,
        "share": lambda one: percent(one.share),
        "median": lambda one: one.median_days,
        "p90": lambda one: one.p90_days,
    }
    return _sheet(report, "punctuality_main", columns, lang)


def late_sheet(report: Report, lang: Lang) -> Sheet:
    """By how many days what was late was late."""
    titles = (say("punctuality_group", lang), *(label.in_(lang) for label in band_labels(report.late_bands)))
    rows: tuple[tuple[Cell, ...], ...] = tuple((one.label.in_(lang), *one.bands) for one in lines(report))
    return Sheet(say("punctuality_late_days", lang), titles, rows)


def way_sheet(report: Report, lang: Lang) -> Sheet:
    """What is open, what ended otherwise, extensions and hand-backs."""
    columns: dict[str, Callable[[Figures], Cell]] = {
        "open": lambda one: one.open,
        "dropped": lambda one: one.dropped,
        "extended": lambda one: one.extended,
        "extensions": lambda one: one.extensions,
    }
    if not report.wanted.public:
        columns |= {"handed_back": lambda one: one.handed_back, "hand_backs": lambda one: one.hand_backs}
    return _sheet(report, "punctuality_way", columns, lang)


def step_sheet(report: Report, lang: Lang) -> Sheet:
    """The mean days in each state."""
    steps = _steps(report)
    titles = (say("punctuality_group", lang), *_step_names(steps, lang))
    rows = tuple((one.label.in_(lang), *_means(one, steps)) for one in lines(report))
    return Sheet(say("punctuality_steps", lang), titles, rows if steps else ())


def whole_sheet(report: Report, lang: Lang) -> Sheet:
    """All figures in one table, for a spreadsheet."""
    parts = (main_sheet(report, lang), late_sheet(report, lang), way_sheet(report, lang), step_sheet(report, lang))
    late, steps = say("punctuality_late", lang), say("punctuality_steps", lang)
    names = [
        *parts[0].titles,
        *(f"{late}: {name}" for name in parts[1].titles[1:]),
        *parts[2].titles[1:],
        *(basis.in_(lang) for basis in BASIS_LABELS.values()),
        *(f"{steps}: {name}" for name in parts[3].titles[1:]),
    ]
    rows: list[tuple[Cell, ...]] = []
    for number, one in enumerate(lines(report)):
        behind = (one.bases.get(name, 0) for name in BASIS_LABELS)
        step: tuple[Cell, ...] = parts[3].rows[number][1:] if parts[3].rows else ()
        rows.append((*parts[0].rows[number], *parts[1].rows[number][1:], *parts[2].rows[number][1:], *behind, *step))
    key = say("punctuality_key", lang)
    keyed = tuple((one.key, *row) for one, row in zip(lines(report), rows, strict=True))
    return Sheet(title(report, lang), (key, *names), keyed)


def _sheet(report: Report, name: str, columns: dict[str, Callable[[Figures], Cell]], lang: Lang) -> Sheet:
    titles = (say("punctuality_group", lang), *(say(f"punctuality_{column}", lang) for column in columns))
    rows = tuple((one.label.in_(lang), *(value(one) for value in columns.values())) for one in lines(report))
    return Sheet(say(name, lang), titles, rows)


def _steps(report: Report) -> list[Step]:
    """The steps that occur, each once; those of all together have them all."""
    return list(report.total.steps)


def _step_names(steps: list[Step], lang: Lang) -> list[str]:
    """Each with its kind where there are several."""
    if len({step.kind for step in steps}) == 1:
        return [step.label.in_(lang) for step in steps]
    return [f"{step.kind_label.in_(lang)}: {step.label.in_(lang)}" for step in steps]


def _means(one: Figures, steps: list[Step]) -> list[Cell]:
    means = {(step.kind, step.state): step.mean_days for step in one.steps}
    return [means.get((step.kind, step.state)) for step in steps]
