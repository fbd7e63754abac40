"""A text in German (the source language) and English, side by side."""

from typing import Literal, NamedTuple, TypeAlias

Lang: TypeAlias = Literal["de", "en"]
LANGS: tuple[Lang, ...] = ("de", "en")


class Text(NamedTuple):
    """One text in both languages; German is what the law and the log speak."""

    de: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The text in `lang`."""
        return self.en if lang == "en" else self.de
