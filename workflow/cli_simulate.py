"""``vorgang simulate``: play a scenario, or fast-forward a copy of the database, and see what happens by itself."""

import re
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..config.errors import InvalidInputError
from .cli_call import Call, command
from .cli_input import day_given
from .cli_replay import Ending, Place, replay
from .cli_root import app

if TYPE_CHECKING:
    from .outlook import Outlook
    from .scenario_files import Scenario
    from .simulate import Wish

_FORMS = (".svg", ".html")


@command(app, "simulate")
def simulate(  # noqa: PLR0913  # one option per wish
    call: Call,
    scenario: Annotated[str | None, typer.Argument(metavar="FILE|NAME")] = None,
    *,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE")] = None,
    lanes: Annotated[Literal["case", "office"], typer.Option("--lanes", metavar="case|office")] = "case",
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER")] = None,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="FILE")] = None,
    shown: Annotated[int, typer.Option("--limit", "-n", min=0, max=1_000_000, metavar="N")] = 60,
    most: Annotated[int | None, typer.Option("--most", min=1, metavar="N")] = None,
    folder: Annotated[Path | None, typer.Option("--dir", metavar="FOLDER")] = None,
) -> None:
    """Play a scenario, or fast-forward a copy of the database."""
    call.refuse("person")
    day = day_given("--until", until) if until else None
    _require_picture(picture)
    show = Show(call, picture, lanes, shown)
    if scenario is not None:
        call.refuse("body")
        _only("simulate_only_copy", **{"--out": out, "--keep": keep, "--most": most})
        _play(call, scenario, folder, day, show)
    elif day is None:
        raise InvalidInputError("simulate_nothing")
    else:
        _only("simulate_only_scenario", **{"--dir": folder})
        from .simulate import Wish  # noqa: PLC0415  # loads everything

        show.answer(_rehearsed(call, Wish(day, call.body, out, keep, most)), out, keep)


class Show:
    """How an outlook is told: its picture written, and the answer."""

    def __init__(self, call: Call, picture: Path | None, lanes: Literal["case", "office"], shown: int) -> None:
        self._call = call
        self._picture = picture
        self._lanes = lanes
        self._shown = shown

    def answer(self, outlook: "Outlook", out: Path | None, keep: Path | None) -> None:
        """Tell all of it; the mails lie in `out`, the copy in `keep`."""
        from .outlook_page import show_outlook  # noqa: PLC0415  # Rich takes a tenth of a second to import

        places = {"picture": self.draw(outlook), "mails": out, "copy": keep}
        outlook = replace(outlook, elapsed_s=self._call.waited_s)
        answer = {**outlook.document, **places}
        self._call.tell(answer, lambda screen: show_outlook(screen, outlook, places, shown=self._shown))

    def document(self, outlook: "Outlook") -> dict[str, Any]:
        """What a scenario's own answer has besides."""
        return {"outlook": outlook.document, "picture": self.draw(outlook)}

    def page(self, outlook: "Outlook") -> None:
        """What a scenario's own page has besides: its timeline has been told."""
        from .console import Screen  # noqa: PLC0415  # as above
        from .outlook_page import show_outlook  # noqa: PLC0415  # as above

        places = {"picture": self.draw(outlook)}
        show_outlook(Screen(self._call.lang), replace(outlook, elapsed_s=self._call.waited_s), places, shown=0)

    @property
    def wants_picture(self) -> bool:
        """Whether a picture is to be drawn."""
        return self._picture is not None

    def draw(self, outlook: "Outlook") -> Path | None:
        """Write the picture, if one is wanted; where it is."""
        if self._picture is None:
            return None
        from .timeline_html import page  # noqa: PLC0415  # not before it is needed
        from .timeline_svg import svg  # noqa: PLC0415  # as above

        draw = svg if self._picture.suffix.lower() == ".svg" else page
        self._picture.write_text(draw(outlook, self._lanes, self._call.lang), "utf-8")
        return self._picture


def _rehearsed(call: Call, wish: "Wish") -> "Outlook":
    from ..config.clock import SystemClock  # noqa: PLC0415  # as above
    from .outlook_page import progress  # noqa: PLC0415  # as above
    from .simulate import rehearse  # noqa: PLC0415  # as above

    now = SystemClock().now()
    with progress(call.lang, now, wish.until, shown=not call.as_json) as watch:
        return rehearse(call.settings, wish, now, watch)


def _play(call: Call, name: str, folder: Path | None, day: date | None, show: Show) -> None:
    from .scenario_files import load_scenario, shipped_scenario  # noqa: PLC0415  # not before it is needed

    path = Path(name)
    chosen = load_scenario(path) if path.suffix == ".toml" or path.is_file() else shipped_scenario(name)
    place = folder or Path("var/simulate") / re.sub(r"[^A-Za-z0-9_-]+", "-", chosen.id)
    on = call.settings.database_url if "database" in call.typed else None
    ending = Ending(show.document, show.page) if day or show.wants_picture else None
    replay(call, _prolonged(chosen, day), Place(place, on), call.settings, ending=ending)


def _prolonged(scenario: "Scenario", day: date | None) -> "Scenario":
    """The scenario with another end."""
    if day is None:
        return scenario
    end, last = datetime.combine(day, time.max), scenario.last_act
    if end < last:
        raise InvalidInputError("simulate_before_end", last=last.date().isoformat(), until=day.isoformat())
    return replace(scenario, until=end)


def _require_picture(path: Path | None) -> None:
    if path is not None and (path.suffix.lower() not in _FORMS or path.is_dir() or not path.parent.is_dir()):
        raise InvalidInputError("simulate_picture", path=str(path))


def _only(code: str, **given: object) -> None:
    """Options that belong to the other way of simulating."""
    for option, value in given.items():
        if value is not None:
            raise InvalidInputError(code, option=option)
