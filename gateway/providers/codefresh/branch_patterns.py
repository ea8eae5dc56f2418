"""Branches by pattern: `*` stands for any text. Git allows no branch with a `*` in its name, so it means nothing else."""

from collections.abc import Callable, Sequence
from functools import partial

ANY_TEXT = "*"


def has_pattern(branches: Sequence[str] | None) -> bool:
    """Whether one of them stands for more than the branch of that name."""
    return any(ANY_TEXT in branch for branch in branches or ())


def branch_patterns(branches: Sequence[str] | None) -> list[Callable[[str], bool]]:
    """One test for each. Case matters, and no other character is special."""
    return [partial(_fits, branch.split(ANY_TEXT)) for branch in branches or ()]


def _fits(pieces: Sequence[str], text: str) -> bool:
    """Each piece as far left as it goes, the last one at the end: in linear time, whatever a caller sends as a pattern."""
    first, *others = pieces
    if not others:
        return text == first
    *middle, last = others
    if not text.startswith(first) or not text.endswith(last):
        return False
    place, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return place <= end
