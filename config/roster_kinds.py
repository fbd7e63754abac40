"""The kinds of master data; apart from the rest, for the command line must know them before anything else is loaded."""

from typing import Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["term", "organization", "person", "membership"]

#: In the order in which they are written: what is referred to comes first.
KINDS: tuple[Kind, ...] = get_args(Kind)
