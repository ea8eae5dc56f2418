"""Routing on the raw path: a percent-encoded slash never splits a segment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

from gateway.simulation.messages import Request, Response

__all__ = ["Found", "Request", "Response", "Router", "UnknownRoute", "WrongMethod"]

H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Found(Generic[H]):
    """`template` is the registered text; `params` are percent-decoded once."""

    handler: H
    template: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnknownRoute:
    raw_path: str


@dataclass(frozen=True, slots=True)
class WrongMethod:
    """The path exists, but not with this method."""

    raw_path: str
    allowed: tuple[str, ...]


@dataclass(slots=True)
class _Node(Generic[H]):
    static: "dict[str, _Node[H]]" = field(default_factory=dict)
    capture: "_Node[H] | None" = None
    handlers: dict[str, tuple[H, str, tuple[str, ...]]] = field(default_factory=dict)


class Router(Generic[H]):
    """Templates such as `/organizations/{org}/pipelines/{slug}`; a literal segment outranks a captured one.

    A captured segment is never empty. A trailing slash is a segment of its own, so it is an unknown route unless
    a template has it.
    """

    def __init__(self) -> None:
        self._root: _Node[H] = _Node()

    def add(self, method: str, template: str, handler: H) -> None:
        """Registering the same method and shape twice is a programming error: ValueError."""
        node = self._root
        names: list[str] = []
        for segment in template.lstrip("/").split("/"):
            if segment.startswith("{") and segment.endswith("}"):
                names.append(segment[1:-1])
                if node.capture is None:
                    node.capture = _Node()
                node = node.capture
            else:
                node = node.static.setdefault(segment, _Node())
        if method in node.handlers:
            raise ValueError(f"{method} {template} is registered twice")
        node.handlers[method] = (handler, template, tuple(names))

    def find(self, method: str, raw_path: str) -> Found[H] | UnknownRoute | WrongMethod:
        """`raw_path` is what follows the simulator's base path. HEAD is not derived from GET."""
        hits: list[tuple[_Node[H], tuple[str, ...]]] = []
        self._walk(self._root, raw_path.removeprefix("/").split("/"), 0, (), hits)
        for node, values in hits:
            entry = node.handlers.get(method)
            if entry is not None:
                handler, template, names = entry
                decoded = (unquote(value) if "%" in value else value for value in values)
                return Found(handler, template, dict(zip(names, decoded, strict=True)))
        if hits:
            return WrongMethod(raw_path, tuple(sorted({name for node, _ in hits for name in node.handlers})))
        return UnknownRoute(raw_path)

    def _walk(
        self,
        node: _Node[H],
        segments: list[str],
        index: int,
        values: tuple[str, ...],
        hits: list[tuple[_Node[H], tuple[str, ...]]],
    ) -> None:
        if index == len(segments):
            if node.handlers:
                hits.append((node, values))
            return
        segment = segments[index]
        literal = node.static.get(segment)
        if literal is not None:
            self._walk(literal, segments, index + 1, values, hits)
        if node.capture is not None and segment:
            self._walk(node.capture, segments, index + 1, (*values, segment), hits)
