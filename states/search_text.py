"""Words as search compares them: folded, cut into words, freed of German endings. Pure.

What is indexed and what is asked for goes through the same functions, so that both databases and the ranking in Python
speak of the same words: lower case, ``ß`` as ``ss``, umlauts and other marks taken off, also where they are written
out (``Müller``, ``Muller`` and ``Mueller`` are one word). A word is a run of letters and digits; nothing else is ever
handed to a database, so that no input can be syntax of a query.
"""

import re
import unicodedata
from functools import lru_cache
from typing import TypeAlias

#: Longest word that the list of spellings knows; what is longer is no word of a language.
LONGEST_WORD = 60
#: Shortest part of a word that is looked for inside of others.
SHORTEST_PART = 3

#: Beginning, end and folded form of a word in a text.
Place: TypeAlias = tuple[int, int, str]

_WORD = re.compile(r"[^\W_]+")
#: An umlaut written out; not the sound of two vowels that meet (neue, Bauer, Quelle).
_WRITTEN_OUT = re.compile(r"(?<![aeq])ue")
#: Endings of German words, the longest first; what remains has four letters or more.
_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")
_LEAST = 4


def fold(text: str) -> str:
    """`text` as it is compared."""
    plain = text.casefold()  # ß is ss then
    if not plain.isascii():
        plain = plain.replace("ä", "a").replace("ö", "o").replace("ü", "u")
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain).casefold()
        plain = "".join(one for one in apart if not unicodedata.combining(one))
    return _WRITTEN_OUT.sub("u", plain).replace("ae", "a").replace("oe", "o")


def words(text: str) -> list[str]:
    """The folded words of `text`, in their order."""
    return _WORD.findall(fold(text))


def places(text: str) -> list[Place]:
    """The words of `text` with their places in it, and folded."""
    found = list(_WORD.finditer(text))
    folded = words(text)
    if len(folded) != len(found):  # a sign that is folded to several words, such as ½
        folded = [fold(one[0]) for one in found]
    return [(one.start(), one.end(), word) for one, word in zip(found, folded, strict=True)]


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """A folded word without its ending: ``laternen`` and ``laterne`` are ``latern``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            return word[: -len(ending)]
    return word


_SAY_NOTHING = """
aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes anderm andern anderr
anders
auch auf aus bei bin bis bist da damit dann das dass dasselbe dazu daß dein deine deinem deinen deiner deines dem
demselben den denn denselben der derer derselbe derselben des desselben dessen dich die dies diese dieselbe
dieselben diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einig einige einigem
einigen einiger einiges einmal er es etwas euch euer eure eurem euren eurer eures für gegen gewesen hab habe haben
hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist jede jedem
jeden jeder jedes jene jenem jenen jener jenes jetzt kann kein keine keinem keinen keiner keines können könnte
machen man manche manchem manchen mancher manches mein meine meinem meinen meiner meines mich mir mit muss musste
nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seines selbst sich sie sind so
solche solchem solchen solcher solches soll sollte sondern sonst um und uns unse unsem unsen unser unses unter
unsere unserem unseren viel vom von vor war waren warst was weg weil weiter welche welchem welchen welcher welches
wenn werde werden wie wieder will wir wird wirst wo wollen wollte während würde würden zu zum zur zwar zwischen
über wann warum wieso weshalb wer wen wem wessen wofür wodurch woran womit welch worden wurde wurden sei seien seit
ab je bereits derzeit aktuell gibt geben etwa beim bzw sowie dabei davon daher darauf dafür hierzu ggf inwieweit
inwiefern
"""
#: Words that say nothing of what a text is about; those that PostgreSQL's configuration ``german`` leaves out are all
#: among them, or a question for one would be answered by one database only.
STOP_WORDS = frozenset(map(fold, _SAY_NOTHING.split()))
