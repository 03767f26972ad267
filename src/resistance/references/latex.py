"""LaTeX to Unicode and back, and the folding under which titles and names are compared."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

_MARKUP = re.compile(r"[\\$~`]|''|--")
# The full decoder takes milliseconds a title, and nearly all markup is one of these: decoded piece by piece, cached.
_PIECE = re.compile(
    r"""\\["'`^~=.]\s*(?:\{\\?[A-Za-z]\}|\\?[A-Za-z])"""  # accents: \"{o}, \'e, \'{\i}
    r"""|\\[cvukHdbrt](?:\s*\{[A-Za-z]{1,2}\}|\s+[A-Za-z])"""  # \c{c}, \v s
    r"""|\\(?:ss|[oOlLij]|ae|AE|oe|OE|aa|AA)(?![A-Za-z])\s?(?:\{\})?"""  # letters of their own
    r"""|\\[%&#_]|---?|~|``|''"""
)
_LONE = re.compile(r"(?<!\\)([%&#])")
_MATH = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_DOLLAR = re.compile(r"(?<!\\)\$")
_RAISED = re.compile(r"([\^_])\s*(?:\{([^{}]*)\}|([^\s{\\]))")
_TEXT_RAISED = re.compile(r"\\text(super|sub)script\s*\{([^{}]*)\}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_RAISED_TAG = re.compile(r"<(su[pb])>([^<>]*)</\1>")
_STYLE_TAG = re.compile(r"</?(?:i|b|em|strong|sup|sub|scp?|span|italic|bold)>")
# Macros whose text is their argument, and a link, whose text is its second: the decoder drops the first kind.
_BOX = re.compile(
    r"\\(?:[mhf]box|text(?:normal|up|md|lf|sf|tt|greek)|uppercase|protect|relax|nolinkurl|nocase)(?![A-Za-z])\s*(?=\{|\\)"
)
_QUOTED = re.compile(r"\\(?:enquote|mkbibquote)\s*\{([^{}]*)\}")
_LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*(?=\{)")
_SORT_ONLY = re.compile(r"\\noopsort\s*\{[^{}]*\}\s*")
# Switches of the font and hints for a line's end, of which the text says nothing.
_FONTS = re.compile(
    r"\\(?:it|em|bf|sc|rm|tt|sl|sf|normalfont|small|boldmath|allowbreak|nobreakdash|linebreak|xspace)(?![A-Za-z])\s?"
)
_MACRO = re.compile(r"\\([A-Za-z]+)")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_SUPERSCRIPTS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
# Letters that do not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ß": "ss"}
)
_ESCAPES = {c: f"\\{c}" for c in "%&#_${}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
# By their Unicode names: GREEK SMALL LETTER BETA.
_GREEK = str.maketrans(
    {c: unicodedata.name(c).split()[-1].lower() for c in "αβγδεζηθικμνξοπρςστυφχψω"} | {"λ": "lambda", "ϕ": "phi"}
)


_SYMBOLS = (
    {"textless": "<", "textgreater": ">", "textbar": "|", "copyright": "©", "BibTeX": "BibTeX", "TeX": "TeX"}
    | {"LaTeX": "LaTeX", "slash": "/", "degree": "°", "textquotedbl": '"'}
    | {
        # Greek in text, as reference managers write it: \\textalpha, \\textDelta.
        f"text{unicodedata.name(c).split()[-1].lower() if c.islower() else unicodedata.name(c).split()[-1].title()}": c
        for c in "αβγδεζηθικμνξοπρστυφχψωΓΔΘΞΠΣΦΨΩ"
    }
    | {"textlambda": "λ", "textLambda": "Λ"}
)


def _decoder() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    symbols = [MacroTextSpec(name, simplify_repl=text) for name, text in _SYMBOLS.items()]
    own = [MacroTextSpec("url", simplify_repl="%s"), *symbols]
    context.add_context_category("resistance", prepend=True, macros=own)
    return LatexNodes2Text(latex_context=context, math_mode="text", strict_latex_spaces=True)


_DECODER = _decoder()


def unknown_macros(latex: str) -> list[str]:
    """Macros in a BibTeX value that :func:`to_unicode` does not know, with their backslash: it would lose them."""
    known = _DECODER.latex_context
    plain = _without_layout(_TEXT_RAISED.sub("", _PIECE.sub("", latex)))
    names = dict.fromkeys(_MACRO.findall(plain))
    return [f"\\{name}" for name in names if known.get_macro_spec(name) in _NOTHING_KNOWN]


_NOTHING_KNOWN = (None, _DECODER.latex_context.unknown_macro_spec)


@lru_cache(maxsize=65536)
def to_unicode(latex: str) -> str:
    """Plain text of a BibTeX value: TeX accents, symbols and simple mathematics as Unicode, no braces.

    Parameters
    ----------
    latex : value without its enclosing braces or quotes, ``@string`` names already replaced
    """
    if not _MARKUP.search(latex):
        return _styled(_plain(latex))
    latex = _without_layout(latex)
    simpler = _PIECE.sub(lambda m: _piece(m[0]), latex)
    if "\\" not in simpler and "$" not in simpler:
        return _styled(_plain(simpler))
    # BibTeX gives % and & no meaning; the decoder would take the first for a comment and the second for a column.
    prepared = _TEXT_RAISED.sub(lambda m: _raise("^" if m[1] == "super" else "_", m[2]), _LONE.sub(r"\\\1", latex))
    if len(_DOLLAR.findall(prepared)) % 2:
        prepared = _DOLLAR.sub(r"\\$", prepared)
    prepared = _MATH.sub(lambda m: f"${_RAISED.sub(lambda r: _raise(r[1], r[2] or r[3] or ''), m[1])}$", prepared)
    try:
        text = _DECODER.latex_to_text(prepared)
    except Exception:  # the decoder's own error classes are many; any of them means: not LaTeX after all
        text = re.sub(r"\\(?=\W)|[{}]", "", latex)
    return _styled(" ".join(text.split()))


def _without_layout(latex: str) -> str:
    """TeX without what only sets, sorts or links its text; the macros for quotation marks are the marks themselves."""
    return _QUOTED.sub("“\\1”", _FONTS.sub("", _SORT_ONLY.sub("", _LINK.sub("", _BOX.sub("", latex)))))


def _styled(text: str) -> str:
    """Text without the HTML by which registries and reference managers set superscripts and italics."""
    if "<" not in text:
        return text
    raised = _RAISED_TAG.sub(lambda m: _raise("^" if m[1] == "sup" else "_", m[2]), text)
    return _STYLE_TAG.sub("", raised)


@lru_cache(maxsize=4096)
def _piece(latex: str) -> str:
    if latex[0] == "\\" and latex[1] in "%&#_":
        return latex[1]
    return _DECODER.latex_to_text(latex.strip()).replace("\xa0", " ")


def _plain(latex: str) -> str:
    return " ".join(latex.replace("{", "").replace("}", "").split())


def _raise(mark: str, text: str) -> str:
    """Superscript or subscript in Unicode where all of it can be, else the text itself."""
    table = _SUPERSCRIPTS if mark == "^" else _SUBSCRIPTS
    raised = text.translate(table)
    return raised if all(ord(c) in table for c in text) else text


def verbatim(latex: str) -> str:
    """An identifier or address as it is meant: without braces, and without the backslash before ``_ % & # ~ $``."""
    return re.sub(r"\\([_%&#~$])", r"\1", latex).replace("{", "").replace("}", "").strip()


def escape(text: str) -> str:
    """Unicode text as a BibTeX value: the characters with a meaning in TeX escaped, everything else as it is."""
    return "".join(_ESCAPES.get(c, c) for c in text)


def without_tags(text: str) -> str:
    """Text of a registry's title: HTML tags removed, character references resolved, spaces collapsed."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """``text`` for comparison: no tags, accents, case or punctuation; Greek letters by name; words by single spaces."""
    if not text.isascii() or "<" in text or "&" in text:
        text = unicodedata.normalize("NFKD", without_tags(text).casefold()).casefold()
        text = "".join(c for c in text if not unicodedata.combining(c)).translate(_LETTERS).translate(_GREEK)
    return _NOT_ALPHANUMERIC.sub(" ", text.lower()).strip()


def compact(text: str) -> str:
    """:func:`fold` without spaces, so that ``non-small`` and ``nonsmall`` agree."""
    return fold(text).replace(" ", "")
