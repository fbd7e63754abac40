"""Made-up records with which layouts are tried out: of a signed answer with everything, and of one nobody knows."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from .chain import ChainRow, ShownVersion
from .view import Interim, Known, Signed

_DAY = date(2024, 2, 20)
_AT = datetime(2024, 2, 14, 9, 20, tzinfo=ZoneInfo("Europe/Berlin"))


def known_samples() -> tuple[Known, ...]:
    """One with everything, one bare."""
    interim = Interim("Rückfrage an die Partnerstadt läuft", "2024-02-16", _DAY)
    chain = (
        ChainRow(
            "41 Kultur", "mitzeichnung", _DAY, "Kemal Beispiel", None, _AT, "mitgezeichnet", remark="Ohne Bedenken."
        ),
        ChainRow("48 Bildung", "gesehen", None, None, None, None, "vorgelegt", open=True, depth=1),
    )
    stops = ({"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme"},)
    full = Known(
        public=True,
        today=_DAY,
        own_number=True,
        text="Die Gespräche beginnen im Herbst.",
        signed=Signed("Erika Muster", "Bürgermeisterin", "Hans Beispiel", _DAY),
        interim=interim,
        chain=chain,
        versions=(
            ShownVersion("2", "0" * 64, "entwurf-2.docx", "Petra Muster"),
            ShownVersion("1", "1" * 64, reason="Tippfehler"),
        ),
        consultations=stops,
    )
    return full, Known(public=False, today=_DAY, interim=Interim("", "", _DAY))
