"""Formulas of the pages: TeX to MathML, in one place for the check and for the page."""

from __future__ import annotations

import re
from functools import lru_cache

_BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")
# The converter sets a macro that it does not know as an identifier of that name.
_UNKNOWN = re.compile(r"<m[io]>\s*(\\[A-Za-z]+)")


class FormulaError(ValueError):
    """A formula that cannot be shown as it is meant."""


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool) -> str:
    """MathML of a formula.

    Parameters
    ----------
    latex : the formula without its dollar signs
    display : whether it stands in a paragraph of its own

    Raises
    ------
    FormulaError
        If it cannot be converted, or holds a macro that would be printed by its name.
    """
    if (open_braces := _balance(latex)) != 0:
        what = "is not closed" if open_braces > 0 else "closes nothing"
        raise FormulaError(f"the formula cannot be rendered: a brace {what}")
    from latex2mathml.converter import convert  # a command that reads no page does not pay for it

    try:
        # The library knows align, not aligned, and leaves a bare ampersand as it is.
        known = latex.strip().replace("{aligned}", "{align*}")
        markup = _BARE_AMPERSAND.sub("&amp;", convert(known, display="block" if display else "inline"))
    except Exception as error:  # the library's errors are many; each means that the formula is wrong
        raise FormulaError(f"the formula cannot be rendered: {str(error) or type(error).__name__}") from error
    if unknown := dict.fromkeys(_UNKNOWN.findall(markup)):
        raise FormulaError(f"the formula holds {', '.join(unknown)}, which would be printed by name")
    return markup


def _balance(latex: str) -> int:
    """Braces that are open at the end, or -1 where one closes nothing; the converter passes over both."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", latex.replace("\\\\", "")):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return -1
    return depth


def set_in_lines(latex: str) -> str:
    """A display formula of several lines, with the environment around it that aligns them where it has none."""
    if "\\\\" in latex and "\\begin" not in latex:
        return f"\\begin{{align*}}{latex}\\end{{align*}}"
    return latex
