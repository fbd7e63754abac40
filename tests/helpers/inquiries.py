"""Two hundred made-up inquiries, each with another way to ask the same."""

import itertools
from typing import NamedTuple


class Asked(NamedTuple):
    """An inquiry, and a paraphrase of it."""

    subject: str
    question: str
    again: str


#: A subject, a question and a paraphrase, each about a place.
_THEMES = (
    ("Straßenbeleuchtung {at}", "Wann werden die defekten Laternen {at} ersetzt?", "Austausch kaputter Laternen {at}"),
    ("Zustand des Radwegs {at}", "Wann wird der Belag des Radwegs {at} erneuert?", "Radwegbelag {at} sanieren"),
    ("Spielplatz {at}", "Welche Spielgeräte fehlen {at}?", "Neue Geräte für den Kinderspielplatz {at}"),
    ("Lärmschutz {at}", "Wie laut ist der Verkehr {at} nachts?", "Nächtlicher Verkehrslärm {at}"),
    ("Baumfällungen {at}", "Warum wurden {at} Linden gefällt?", "Gefällte Linden {at}: Ersatzpflanzungen"),
    ("Barrierefreie Haltestelle {at}", "Wann wird die Bushaltestelle {at} umgebaut?", "Umbau der Bushaltestelle {at}"),
    ("Parkplätze {at}", "Wie viele Stellplätze gibt es {at}?", "Anzahl der Parkplätze und Stellplätze {at}"),
    ("Leerstand {at}", "Wie viele Ladenlokale stehen {at} leer?", "Leere Ladenlokale {at}"),
    ("Hochwasserschutz {at}", "Welche Deiche sind {at} geplant?", "Geplanter Deich gegen Hochwasser {at}"),
    ("Öffentliche Toiletten {at}", "Wer reinigt die Toilettenanlage {at}?", "Reinigung der Toiletten {at}"),
    ("Sporthalle {at}", "Wie ist die Auslastung der Turnhalle {at}?", "Belegung und Auslastung der Sporthalle {at}"),
    ("Geschwindigkeitsmessungen {at}", "Wie oft wurde {at} geblitzt?", "Messung der Geschwindigkeit {at}"),
    ("Kindertagesstätte {at}", "Wie viele Kitaplätze fehlen {at}?", "Fehlende Plätze in der Kindertagesstätte {at}"),
    ("Glasfaserausbau {at}", "Wann ist das Netz {at} fertig?", "Ausbau der Glasfaser {at}"),
    ("Müllablagerungen {at}", "Wie oft wurde {at} wilder Müll gemeldet?", "Wilder Müll {at}"),
    ("Ladesäulen {at}", "Wann kommen {at} Ladepunkte für Elektroautos?", "Ladepunkte für E-Autos {at}"),
    ("Schulweg {at}", "Ist {at} ein Zebrastreifen vorgesehen?", "Zebrastreifen für Schulkinder {at}"),
    ("Stadtteilbücherei {at}", "Welche Öffnungszeiten gelten {at} samstags?", "Samstags geöffnete Bücherei {at}"),
    ("Denkmalschutz {at}", "Welche Fassaden stehen {at} unter Schutz?", "Geschützte Fassaden und Denkmäler {at}"),
    ("Wochenmarkt {at}", "Wie hoch sind die Standgebühren {at}?", "Gebühren der Marktstände {at}"),
)
_PLACES = (
    *("am Uferweg", "in der Feldstraße", "am Rosenplatz", "in Neuendorf", "an der Mühlenbrücke"),
    *("im Bergviertel", "am Kanalhafen", "in der Goethestraße", "am Südring", "in Altenbruch"),
)

INQUIRIES = [Asked(*(text.format(at=place) for text in theme)) for theme, place in itertools.product(_THEMES, _PLACES)]
