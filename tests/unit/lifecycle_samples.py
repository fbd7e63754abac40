"""Lifecycles to try the checker on: small ones that are sound, and that of another office."""

#: Two open states, two ends, a timer, an event with two ways.
SMALL = """\
id = "aufgabe"
version = 1
label = "Aufgabe"
record = "paper"
initial = "neu"

[deadline.pruefung]
label = "Prüfung"
starts = ["anlegen", "zurueckgeben"]
stops = ["annehmen", "ablehnen"]

[deadline.arbeit]
label = "Arbeit"
starts = ["annehmen"]
stops = ["erledigen", "zurueckgeben"]
expired = "mahnen"

[state.neu]
label = "neu"
owner = "geschaeftsstelle"

[state.in_arbeit]
label = "in Arbeit"
owner = "amt"

[state.erledigt]
label = "erledigt"
final = true
outcome = "agree"

[state.abgelehnt]
label = "abgelehnt"
final = true
outcome = "refuse"

[field.art]
choices = ["gross", "klein"]

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle", "automatik"]
ask = { was = "text", art = "choice?", bis = "date?" }

[event.annehmen]
label = "annehmen"
from = ["neu"]
to = "in_arbeit"
by = ["geschaeftsstelle"]
ask = { amt = "office" }

[event.zurueckgeben]
label = "zurückgeben"
from = ["in_arbeit"]
to = "neu"
by = ["amt"]

[event.mahnen]
label = "mahnen"
from = ["in_arbeit"]
by = ["automatik"]

[[event.erledigen]]
label = "erledigen"
from = ["in_arbeit"]
to = "erledigt"
by = ["amt"]
needs = ["fact(art, gross)"]
do = ["set(stand, fertig)"]
tell = [{ to = "geschaeftsstelle", template = "fertig", attach = "bericht" }]

[[event.erledigen]]
from = ["in_arbeit"]
to = "erledigt"
needs = ["not fact(art, gross)"]

[event.ablehnen]
label = "ablehnen"
from = ["neu"]
to = "abgelehnt"
by = ["geschaeftsstelle"]
"""

#: Opens tasks and waits for them.
PARENT = """\
id = "sammlung"
version = 1
label = "Sammlung"
initial = "offen"

[deadline.arbeit]
label = "Arbeit"
starts = ["anlegen"]
stops = ["abschliessen", "alle_fertig", "eine_abgelehnt"]

[state.offen]
label = "offen"
owner = "leitung"

[state.verteilt]
label = "verteilt"
owner = "leitung"

[state.fertig]
label = "fertig"
final = true

[field.aufgaben]
parts = { was = "text", bis = "date?" }

[event.anlegen]
label = "anlegen"
opens = true
by = ["leitung"]

[event.verteilen]
label = "verteilen"
from = ["offen"]
to = "verteilt"
by = ["leitung"]
ask = { aufgaben = "record*" }

[event.alle_fertig]
label = "alle fertig"
from = ["verteilt"]
to = "fertig"
by = ["automatik"]

[event.eine_abgelehnt]
label = "eine abgelehnt"
from = ["verteilt"]
to = "fertig"
by = ["automatik"]

[event.abschliessen]
label = "abschließen"
from = ["offen", "verteilt"]
to = "fertig"
by = ["leitung"]

[child.aufgabe]
lifecycle = "aufgabe"
opens_on = ["verteilen"]
for_each = "aufgaben"
all_agree = "alle_fertig"
any_refuse = "eine_abgelehnt"
withdrawn_on = ["abschliessen", "eine_abgelehnt"]
withdraw_event = "zuruecknehmen"
"""

#: The same task as a child: its parent may withdraw it.
TASK = (
    SMALL
    + """
[event.zuruecknehmen]
label = "zurücknehmen"
from = ["neu", "in_arbeit"]
to = "abgelehnt"
by = ["automatik"]
"""
)


#: Pause, extension, silence, objection and the hearing of third parties, without any Python.
FREEDOM_OF_INFORMATION = """\
id = "ifg_antrag"
version = 1
label = { de = "Antrag auf Informationszugang", en = "Freedom of information request" }
initial = "eingegangen"

[deadline.bescheid]
label = { de = "Bescheid", en = "decision" }
rule = "ein_monat"
starts = ["erfassen"]
counts_from = "eingang"
pauses = ["praezisierung"]
moves = { verlaengern = "neue_frist" }
stops = ["bewilligen", "ablehnen", "zuruecknehmen"]
expired = "untaetigkeit_melden"

[deadline.rueckmeldung]
label = { de = "Rückmeldung der antragstellenden Person", en = "reply of the applicant" }
rule = "zwei_wochen"
starts = ["praezisierung_erbitten"]
stops = ["praezisieren", "zuruecknehmen"]
expired = "zuruecknehmen"

[deadline.widerspruch]
label = { de = "Widerspruch", en = "objection" }
rule = "ein_monat"
starts = ["bewilligen", "ablehnen"]
stops = ["bestandskraft", "widersprechen"]
expired = "bestandskraft"

[deadline.abhilfe]
label = { de = "Abhilfe", en = "remedy" }
rule = "drei_monate"
starts = ["widersprechen"]
stops = ["abhelfen", "zurueckweisen"]

[state.eingegangen]
label = { de = "eingegangen", en = "received" }
owner = "informationsstelle"

[state.praezisierung]
label = { de = "wartet auf Präzisierung", en = "waiting for details" }
owner = "antragsteller"

[state.beim_dritten]
label = { de = "Beteiligung Dritter", en = "third parties heard" }
owner = "informationsstelle"

[state.beschieden]
label = { de = "beschieden", en = "decided" }
owner = "informationsstelle"

[state.im_widerspruch]
label = { de = "im Widerspruch", en = "under objection" }
owner = "rechtsamt"

[state.abgeschlossen]
label = { de = "abgeschlossen", en = "closed" }
final = true

[event.erfassen]
label = { de = "erfassen", en = "register" }
opens = true
by = ["informationsstelle"]
ask = { antragsteller = "party", gegenstand = "text", eingang = "date", dritte = "party*?" }

[event.praezisierung_erbitten]
label = { de = "um Präzisierung bitten", en = "ask for details" }
from = "eingegangen"
to = "praezisierung"
by = ["informationsstelle"]

[event.praezisieren]
label = { de = "präzisieren", en = "give details" }
from = "praezisierung"
to = "eingegangen"
by = ["antragsteller"]
ask = { gegenstand = "text" }

[event.zuruecknehmen]
label = { de = "zurücknehmen", en = "withdraw" }
from = ["eingegangen", "praezisierung", "beim_dritten"]
to = "abgeschlossen"
by = ["antragsteller", "automatik"]

[event.dritte_anhoeren]
label = { de = "Dritte anhören", en = "hear third parties" }
from = "eingegangen"
to = "beim_dritten"
by = ["informationsstelle"]
needs = ["fact(dritte)"]

[event.dritte_gehoert]
label = { de = "Dritte gehört", en = "third parties heard" }
from = "beim_dritten"
to = "eingegangen"
by = ["automatik"]

[event.verlaengern]
label = { de = "Frist verlängern", en = "extend" }
from = ["eingegangen", "beim_dritten"]
by = ["informationsstelle"]
ask = { neue_frist = "date", grund = "text" }
needs = ["not_before_today(neue_frist)"]

[event.untaetigkeit_melden]
label = { de = "Untätigkeit melden", en = "report inaction" }
from = ["eingegangen", "beim_dritten"]
by = ["automatik"]

[event.bewilligen]
label = { de = "bewilligen", en = "grant" }
from = "eingegangen"
to = "beschieden"
by = ["informationsstelle"]
ask = { gebuehr = "number?", unterlagen = "file*" }

[event.ablehnen]
label = { de = "ablehnen", en = "refuse" }
from = "eingegangen"
to = "beschieden"
by = ["informationsstelle"]
ask = { grund = "text" }

[event.bestandskraft]
label = { de = "bestandskräftig werden", en = "become final" }
from = "beschieden"
to = "abgeschlossen"
by = ["automatik"]

[event.widersprechen]
label = { de = "widersprechen", en = "object" }
from = "beschieden"
to = "im_widerspruch"
by = ["antragsteller"]

[event.abhelfen]
label = { de = "abhelfen", en = "remedy" }
from = "im_widerspruch"
to = "abgeschlossen"
by = ["rechtsamt"]

[event.zurueckweisen]
label = { de = "zurückweisen", en = "dismiss" }
from = "im_widerspruch"
to = "abgeschlossen"
by = ["rechtsamt"]

[child.anhoerung]
lifecycle = "aufgabe"
opens_on = "dritte_anhoeren"
for_each = "dritte"
as = "dritter"
copy = ["gegenstand"]
all_end = "dritte_gehoert"
"""
