"""FIQL, the vendor's filter language: `name==Dev*;description==*eu*`, `name==A,name==B`, parentheses.

A semicolon is AND and binds tighter than a comma, which is OR. Values are compared with case; `*` stands for any text.
"""

import re
from collections.abc import Callable, Collection
from typing import TypeAlias

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import VendorError, bad_request

Matcher: TypeAlias = Callable[[Document], bool]

# ASSUMED: == and != are the only operators; disproved by an answer to =gt= or another one.
_COMPARISON = re.compile(r"([A-Za-z][A-Za-z0-9_.]*)(==|!=)([^;,()'\"]+)")
_MAX_DEPTH = 20


def parse(text: str, selectors: Collection[str]) -> Matcher:
    """400 for what cannot be parsed, and for a selector that is not one of these."""
    # ASSUMED: so, as the statuses of these lists name no 400; disproved by another answer to a broken query.
    parser = _Parser(text, selectors)
    matcher = parser.alternatives(0)
    if not parser.at_end:
        raise parser.broken()
    return matcher


class _Parser:
    def __init__(self, text: str, selectors: Collection[str]) -> None:
        self._text = text
        self._selectors = selectors
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._text)

    def broken(self) -> VendorError:
        return bad_request(f"The query cannot be parsed at position {self._at}")

    def alternatives(self, depth: int) -> Matcher:
        parts = [self._conjunction(depth)]
        while self._take(","):
            parts.append(self._conjunction(depth))
        return lambda document: any(part(document) for part in parts)

    def _conjunction(self, depth: int) -> Matcher:
        parts = [self._operand(depth)]
        while self._take(";"):
            parts.append(self._operand(depth))
        return lambda document: all(part(document) for part in parts)

    def _operand(self, depth: int) -> Matcher:
        if self._take("("):
            if depth == _MAX_DEPTH:
                raise self.broken()
            inner = self.alternatives(depth + 1)
            if not self._take(")"):
                raise self.broken()
            return inner
        found = _COMPARISON.match(self._text, self._at)
        if found is None:
            raise self.broken()
        selector, operator, value = found.groups()
        if selector not in self._selectors:
            raise bad_request(f"Unknown selector: {selector}")
        self._at = found.end()
        pattern = re.compile(".*".join(re.escape(part) for part in value.split("*")), re.DOTALL)
        wanted = operator == "=="
        return lambda document: (pattern.fullmatch(_value(document, selector)) is not None) is wanted

    def _take(self, character: str) -> bool:
        if self._text.startswith(character, self._at):
            self._at += 1
            return True
        return False


def _value(document: Document, selector: str) -> str:
    """As text; "" for what is absent."""
    found: object = document
    for name in selector.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)
