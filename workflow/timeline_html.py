"""An outlook as one HTML page: the picture, and below it the same in tables. No script, nothing from outside."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from ..config.text import Lang
from .case_page import short
from .console import day_text
from .outlook import Happening, Outlook
from .outlook_words import sentence
from .timeline import LONGEST, By, is_open
from .timeline_svg import heading, subtitle, svg
from .wording import clean, say

#: Most rows of a table; the rest is counted.
ROWS = 2_000

_STYLE = """\
@page { size: A4 landscape; margin: 10mm }
body { font: 15px/1.45 'Source Sans 3', 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif; color: #16202c;
  background: #fff; margin: 1.5rem auto; max-width: 1160px; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .2rem } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem }
p { margin: .2rem 0 .8rem; color: #3d4957 } figure { margin: 1rem 0; overflow-x: auto }
figure svg { max-width: 100%; height: auto; display: block }
table { border-collapse: collapse; width: 100%; font-size: .92em }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #c9d1da }
th { border-bottom: 2px solid #5b6b7d } td.n, th.n { text-align: right; white-space: nowrap }
td.d { white-space: nowrap } tr.bad td.k { color: #b3261e; font-weight: 700 }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 10pt } figure { margin: 0; break-after: page }
  figure svg { width: 100%; max-height: 168mm } thead { display: table-header-group } tr { break-inside: avoid }
  h1 { font-size: 15pt } h2 { break-after: avoid } }
"""
_BAD = frozenset({"escalation", "lapse", "undeliverable", "failure"})


def page(outlook: Outlook, by: By, lang: Lang) -> str:
    """The page of `outlook`."""
    title, after = escape(heading(outlook, lang)), "_after" if outlook.played else ""
    body = [
        f'<h1>{title}</h1><p class="lead">{escape(subtitle(outlook, lang))}</p>',
        f"<figure>{svg(outlook, by, lang, titled=False)}</figure>",
        *_section(say("sim_overdue", lang, until=day_text(outlook.until, lang)), _overdue(outlook, lang)),
        *_section(say(f"sim_parties{after}", lang), _parties(outlook, lang)),
        *_section(say(f"pic_table{after}", lang), _happenings(outlook, lang)),
        *_section(say("pic_days", lang), _days(outlook, lang)),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>\n{_STYLE}</style></head>\n<body>\n<main>\n" + "\n".join(body) + "\n</main>\n</body></html>\n"
    )


def _section(title: str, table: Iterable[str]) -> Iterator[str]:
    yield f"<section><h2>{escape(title)}</h2>"
    yield from table
    yield "</section>"


def _overdue(outlook: Outlook, lang: Lang) -> Iterator[str]:
    rows = []
    for clock in outlook.overdue():
        case = outlook.cases[clock.case]
        cells = (_cell(_named(outlook, clock.case, lang)), _cell(clock.label.in_(lang)), _day(clock.due_on, lang))
        days, owner = _number((outlook.until - clock.due_on).days), _cell(case.owner.name if case.owner else "")
        rows.append("".join((*cells, days, owner)))
    yield from _table(("case", "deadline", "due", "days", "owner"), rows, lang)


def _parties(outlook: Outlook, lang: Lang) -> Iterator[str]:
    rows = [
        _cell(f"{party.name} ({party.key})") + _number(counts.get("mail", 0)) + _number(counts.get("escalation", 0))
        for party, counts in outlook.by_party()
    ]
    yield from _table(("party", "mails", "escalations"), rows, lang)


def _happenings(outlook: Outlook, lang: Lang) -> Iterator[str]:
    rows = [_happening(outlook, one, lang) for one in outlook.ahead()]
    yield from _table(("at", "kind", "case", "what"), rows, lang, bad=[one.kind in _BAD for one in outlook.ahead()])


def _happening(outlook: Outlook, one: Happening, lang: Lang) -> str:
    at = f"{day_text(one.at.date(), lang)} {one.at:%H:%M}"
    kind = f'<td class="k">{escape(say(f"hap_{one.kind}", lang))}</td>'
    told = sentence(outlook, one, lang) if is_open(outlook, one) else ", ".join(party.name for party in one.told)
    return f'<td class="d">{at}</td>{kind}{_cell(_named(outlook, one.case, lang))}{_cell(told)}'


def _days(outlook: Outlook, lang: Lang) -> Iterator[str]:
    rows = [
        _day(one.first, lang) + _day(one.last, lang) + _cell(say(f"day_{one.kind}", lang)) + _cell(one.label.in_(lang))
        for one in outlook.shades
    ]
    yield from _table(("from", "until", "kind", "label"), rows, lang)


def _table(titles: Sequence[str], rows: Sequence[str], lang: Lang, *, bad: Sequence[bool] = ()) -> Iterator[str]:
    if not rows:
        yield f"<p>{escape(say('none', lang))}</p>"
        return
    heads = "".join(
        f'<th scope="col"{_NUMBER * (title in _NUMBERS)}>{escape(say(f"col_{title}", lang))}</th>' for title in titles
    )
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for number, row in enumerate(rows[:ROWS]):
        mark = ' class="bad"' if bad and bad[number] else ""
        yield f"<tr{mark}>{row}</tr>"
    yield "</tbody></table>"
    if len(rows) > ROWS:
        yield f"<p>{escape(say('sim_rows_more', lang, count=len(rows) - ROWS))}</p>"


_NUMBERS, _NUMBER = frozenset({"days", "mails", "escalations"}), ' class="n"'


def _named(outlook: Outlook, case: str, lang: Lang) -> str:
    line = outlook.cases[case]
    subject = line.subject if line.public else say("sim_private", lang)
    return f"{line.open_name().in_(lang)}{': ' if subject else ''}{short(subject, LONGEST)}"


def _cell(value: str) -> str:
    return f"<td>{escape(' '.join(clean(value).split())) if value else ''}</td>"


def _number(value: int) -> str:
    return f'<td class="n">{value}</td>'


def _day(value: object, lang: Lang) -> str:
    return f'<td class="d">{day_text(value, lang)}</td>'  # type: ignore[arg-type]  # a day
