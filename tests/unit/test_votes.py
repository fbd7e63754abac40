"""Votes are counted by the rules that are in force on the day of the session."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.helpers.desk import RULES, TOWN, Desk
from vorgang.config.rule_limits import Majority
from vorgang.config.text import Text
from vorgang.states.step import Step

VOTED = """\
id = "sache"
version = 1
label = "Sache"
record = "paper"
initial = "neu"

[deadline.befassung]
label = "Befassung"
rule = "zwei_wochen"
starts = ["anlegen"]
stops = ["beschliessen"]

[state.neu]
label = "neu"
owner = "geschaeftsstelle"

[state.beschlossen]
label = "beschlossen"
public = "beschlossen"
final = true

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle"]
ask = { betreff = "text", gremium = "body", sitzung = "date" }

[event.beschliessen]
label = "beschließen"
from = ["neu"]
to = "beschlossen"
by = ["geschaeftsstelle"]
ask = { ja = "number", nein = "number" }
needs = ["carried(beschluss, gremium, sitzung, ja, nein)"]
"""
STRICT = replace(RULES, majorities={"beschluss": Majority(Fraction(2, 3), "abgegebene", Text("GO", "GO"))})


@pytest.mark.parametrize(("session", "carried"), [("2023-12-20", False), ("2024-01-05", True)])
def test_a_majority_is_that_of_the_rules_on_the_day_of_the_session(session: str, carried: bool) -> None:
    """Until the end of the year two thirds were needed; the result is entered afterwards, under the rules of today."""
    desk = Desk(VOTED)
    desk.town = replace(TOWN, rules_on=lambda day: STRICT if day < date(2024, 1, 1) else RULES)
    assert isinstance(desk.open(data={"betreff": "Sache", "gremium": "rat", "sitzung": session}), Step)
    assert isinstance(desk.fire("beschliessen", ja=3, nein=2), Step) == carried
