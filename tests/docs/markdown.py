"""What tests read out of the documents: code blocks with the comments before them, links, headings, generated tables."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CAPABILITIES = ROOT / "docs" / "capabilities.md"
PAGES = (README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK = re.compile(r"(?P<comment><!-- [^\n]*? -->\n+)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]+\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block. `comment` is the HTML comment right before it, without its marks; `line` is where the block begins."""

    page: Path
    line: int
    language: str
    text: str
    comment: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, *languages: str) -> list[Block]:
    """In the page's order; of these languages, or all."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(page, _line(text, match.end("comment") if match["comment"] else match.start()), match["language"], match["text"],
              (match["comment"] or "").strip().removeprefix("<!--").removesuffix("-->").strip())
        for match in _BLOCK.finditer(text)
    ]  # fmt: skip
    return [block for block in found if not languages or block.language in languages]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _CODE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    return [match["target"] for match in _LINK.finditer(prose(page))]


def anchors(page: Path) -> set[str]:
    """The anchors that code hosts make of headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def between(page: Path, name: str) -> str:
    """What stands between `<!-- name:begin ... -->` and `<!-- name:end -->`."""
    match = _generated(name).search(page.read_text(encoding="utf-8"))
    assert match is not None, f"{page.name} has no table {name}"
    return match["table"].strip()


def replaced(text: str, name: str, table: str) -> str:
    """The page's text with another table between those marks."""
    return _generated(name).sub(lambda match: f"{match['begin']}\n\n{table}\n\n{match['end']}", text)


def _generated(name: str) -> "re.Pattern[str]":
    return re.compile(rf"(?P<begin><!-- {name}:begin[^>]*-->)(?P<table>.*?)(?P<end><!-- {name}:end -->)", re.DOTALL)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
