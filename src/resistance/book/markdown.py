"""What stands on a page, each thing with its line: cells, roles, directives, headings.

The text is parsed by MyST's own markdown-it parser, set up with the book's own options, so that a fence, a comment or
a role is here exactly what it is when the page is rendered. One thing is added to it: each role notes where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

CELL = "code-cell"
# Directives whose content MyST does not read as prose. A fence with a bare language is code as well.
LITERAL = frozenset(
    (
        *("code-cell", "code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "doctest", "testcode"),
        *("math", "raw", "raw-cell", "eval-rst", "mermaid", "graphviz", "include", "csv-table", "toctree"),
        *("bibliography", "footbibliography", "tableofcontents", "in-brief"),
    )
)
_DISPLAYED = ("math_block", "math_block_label", "amsmath")
_NAME = re.compile(r"\{([^\s}]+)\}\s*(.*)")
_OPTION = re.compile(r"\s*:([\w-]+):\s*(.*)")
_TICKS = re.compile(r"\{[^}]+\}(`+)")


@dataclass(frozen=True, slots=True)
class Role:
    """``{name}`text```: the line on which it begins; ``text`` keeps its line breaks."""

    line: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Directive:
    """A fence with ``{name} argument``: line of its fence, options, content, and the content's first line."""

    line: int
    name: str
    argument: str
    options: Mapping[str, str]
    content: str
    first: int

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of its content that are not blank, each with its number and without spaces around it."""
        for number, text in enumerate(self.content.split("\n"), start=self.first):
            if text.strip():
                yield number, text.strip()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading outside all blocks."""

    line: int
    level: int
    title: str


@dataclass
class Parts:
    """What stands on a page, in the page's order; ``cells`` are the code cells that are executed."""

    cells: list[Directive] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    prose: list[tuple[int, str]] = field(default_factory=list)  # lines of text as they stand; one sentence a line
    odd_fences: list[tuple[int, str]] = field(default_factory=list)  # lines that look like a fence and are none
    html: list[tuple[int, str]] = field(default_factory=list)  # what Markdown hands on as HTML, with its line
    formulas: list[tuple[int, str, bool]] = field(default_factory=list)  # line, TeX, whether in a paragraph of its own
    included: list[tuple[int, str]] = field(default_factory=list)  # files of {include} and {literalinclude}


def parse(text: str, root: Path, first_line: int = 1) -> Parts:
    """Parts of a page or of a text on one.

    Parameters
    ----------
    text : without front matter
    root : folder of the project, whose ``_config.yml`` names the extensions of Markdown that the book uses
    first_line : number of the line on which the text begins
    """
    parts = Parts()
    _read(_parser(_options(root / "_config.yml")), text, first_line - 1, parts, top=True)
    for things in (parts.roles, parts.directives):
        things.sort(key=lambda thing: thing.line)
    return parts


def roles_in(text: str, root: Path, line: int) -> list[Role]:
    """Roles in a text such as a caption that stands on one line or in one string beginning there."""
    parts = Parts()
    for token in _parser(_options(root / "_config.yml")).parseInline(text):
        parts.roles += _roles(token, line - 1)
    return parts.roles


def _options(config: Path) -> tuple[tuple[str, Any], ...]:
    """MyST's options in the book's configuration, as a key; what is wrong there is said elsewhere."""
    return _options_in(config.read_bytes() if config.is_file() else b"")


@lru_cache(maxsize=4)
def _options_in(config: bytes) -> tuple[tuple[str, Any], ...]:
    try:
        content = yaml.safe_load(config.decode("utf-8"))
        given = {**content.get("parse", {}), **content.get("sphinx", {}).get("config", {})}
    except (yaml.YAMLError, ValueError, AttributeError, TypeError):
        return ()
    found = {str(k).removeprefix("myst_"): v for k, v in given.items() if str(k).startswith("myst_")}
    return tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in found.items() if not isinstance(v, dict))


@lru_cache(maxsize=4)
def _parser(options: tuple[tuple[str, Any], ...]) -> MarkdownIt:
    """MyST's parser; imported here, for a command that reads no page does not pay for it."""
    from markdown_it.renderer import RendererHTML
    from mdit_py_plugins.myst_role.index import myst_role
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    try:
        config = MdParserConfig(**{k: set(v) if k == "enable_extensions" else v for k, v in options})
    except (TypeError, ValueError):  # the build names the option that is wrong
        config = MdParserConfig()
    parser = create_md_parser(config, RendererHTML)

    def located(state: Any, silent: bool) -> bool:
        start = state.pos
        found = myst_role(state, silent)
        if found and not silent:
            state.tokens[-1].meta |= {"start": start, "source": state.src[start : state.pos]}
        return found

    parser.inline.ruler.at("myst_role", located)
    return parser


def _read(parser: MarkdownIt, text: str, before: int, parts: Parts, top: bool = False) -> None:
    """Add what stands in ``text``, which ``before`` lines precede; ``top`` where nothing is around it."""
    depth, heading = 0, None
    for token in parser.parse(text):
        depth += token.nesting
        if token.type in _DISPLAYED:
            parts.formulas.append((token.map[0] + before + 1, token.content, True))
        elif token.type == "html_block":
            parts.html.append((token.map[0] + before + 1, token.content))
        if token.type == "heading_open":
            heading = (token.map[0] + before + 1, int(token.tag[1]), depth == 1 and top)
        elif token.type == "inline":
            parts.roles += _roles(token, before)
            _read_inline(token, before, parts)
            if heading:
                line, level, counts = heading
                parts.headings += [Heading(line, level, _plain(token))] if counts else []
                heading = None
            else:
                first = token.map[0] + before + 1 if token.map else 0
                parts.prose += [(first + i, line) for i, line in enumerate(token.content.split("\n"))]
            parts.odd_fences += [
                (token.map[0] + before + 1 + i, line)
                for i, line in enumerate(token.content.split("\n"))
                if re.match(r"`{3,}[^`]", line)
            ]
        elif token.type in ("fence", "colon_fence"):
            _read_fence(parser, token, before, parts, top and depth == 0)


def _read_fence(parser: MarkdownIt, token: Token, before: int, parts: Parts, top: bool) -> None:
    line = token.map[0] + before + 1
    named = _NAME.fullmatch(token.info.strip())
    if named is None:
        if token.type == "colon_fence":  # a division: its content is prose
            _read(parser, token.content, line, parts)
        return
    name, argument = named.groups()
    options, content, skipped = _split_options(token.content)
    found = Directive(line, name, argument, options, content, line + 1 + skipped)
    if name == CELL and top and token.type == "fence":
        code = content.lstrip("\n")  # the blank line after the options is no code
        first = found.first + len(content) - len(code)
        parts.cells.append(Directive(line, name, argument, options, code, first))
        return
    parts.directives.append(found)
    if name == "math":
        parts.formulas.append((found.first, "\n".join(filter(None, (argument, content))), True))
    elif name in ("include", "literalinclude") and argument:
        parts.included.append((line, argument))
    for text, at in ((argument, line), (options.get("caption", ""), line)):
        if name not in LITERAL and "{" in text:
            parts.roles += [role for t in parser.parseInline(text) for role in _roles(t, at - 1)]
    if name not in LITERAL:
        _read(parser, content, found.first - 1, parts)


def _split_options(content: str) -> tuple[dict[str, str], str, int]:
    """Options of a directive (between ``---`` lines, or lines ``:name: value``), its content, and the lines before."""
    lines = content.removesuffix("\n").split("\n")
    if lines[0].strip() == "---" and "---" in (rest := [line.strip() for line in lines[1:]]):
        end = rest.index("---") + 1
        pairs = [line.partition(":")[::2] for line in lines[1:end]]
        options = {name.strip(): value.strip() for name, value in pairs}
        count = end + 1
    else:
        count = next((i for i, line in enumerate(lines) if not _OPTION.match(line)), len(lines))
        options = dict(match.groups() for line in lines[:count] if (match := _OPTION.match(line)))
    return options, "\n".join(lines[count:]), count


def _roles(token: Token, before: int) -> Iterator[Role]:
    """Roles of an inline token."""
    first = (token.map[0] if token.map else 0) + before + 1
    for child in token.children or []:
        if child.type == "myst_role" and "start" in child.meta:
            source = child.meta["source"]
            ticks = len(_TICKS.match(source)[1])
            text = source[_TICKS.match(source).end() : len(source) - ticks]
            yield Role(first + token.content.count("\n", 0, child.meta["start"]), child.meta["name"], text)


def _read_inline(token: Token, before: int, parts: Parts) -> None:
    """HTML and formulas within a paragraph, each with its line."""
    first, at = (token.map[0] if token.map else 0) + before + 1, 0
    for child in token.children or []:
        if child.type not in ("html_inline", "math_inline", "math_inline_double", "math_single"):
            continue
        at = max(at, token.content.find(child.content, at))
        line = first + token.content.count("\n", 0, at)
        if child.type == "html_inline":
            parts.html.append((line, child.content))
        else:
            parts.formulas.append((line, child.content, child.type == "math_inline_double"))
        at += len(child.content)


def _plain(token: Token) -> str:
    """Text of a heading as it stands, without its markup."""
    return "".join(child.content for child in token.children or []).strip()
