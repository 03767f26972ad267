"""What differs from run to run, seen in the code of a page: random numbers without a seed, clocks, random names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

# Made from a seed, or from whatever the system gives if there is none.
_SEEDED = frozenset(
    [
        *(f"numpy.random.{name}" for name in ("default_rng", "RandomState", "SeedSequence", "MT19937", "PCG64")),
        *("numpy.random.PCG64DXSM", "numpy.random.Philox", "numpy.random.SFC64", "random.Random"),
    ]
)
_CLOCKS = frozenset(
    [
        *(f"time.{name}" for name in ("time", "time_ns", "monotonic", "perf_counter", "process_time", "localtime")),
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        *("datetime.date.today", "pandas.Timestamp.now", "pandas.Timestamp.today", "time.gmtime", "time.ctime"),
    ]
)
_NAMES = frozenset(("uuid.uuid1", "uuid.uuid4", "os.urandom", "random.SystemRandom"))


def varying(trees: Iterable[ast.Module]) -> Iterator[tuple[ast.Module, int, str]]:
    """Tree, line and name of every call whose result is another one each time.

    Parameters
    ----------
    trees : the cells of one page, in order; what one imports the others know

    Notes
    -----
    NumPy's functions with a state of their own (``numpy.random.normal``) are the linter's to tell.
    """
    trees = list(trees)
    known: dict[str, str] = {}
    for tree in trees:
        for node in ast.walk(tree):
            known |= _bound(node)
    calls = [(tree, node, _name(node.func, known)) for tree in trees for node in ast.walk(tree) if _is_call(node)]
    state_is_set = any(name == "random.seed" and _has_seed(node) for _, node, name in calls)
    for tree, node, name in calls:
        if _varies(node, name, state_is_set):
            yield tree, node.lineno, name or f".{node.func.attr}"  # only a method may have no name of its own


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call)


def _bound(node: ast.AST) -> dict[str, str]:
    """Names that an import gives, with what they stand for."""
    if isinstance(node, ast.Import):
        return {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return {}


def _name(node: ast.expr, known: dict[str, str]) -> str:
    """Full name of what is called, ``numpy.random.default_rng``; empty if it is not reached through an import."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute) and (of := _name(node.value, known)):
        return f"{of}.{node.attr}"
    return ""


def _varies(node: ast.Call, name: str, state_is_set: bool) -> bool:
    if name in _SEEDED:
        return not _has_seed(node)
    if name in _NAMES or name.startswith("secrets."):
        return True
    if name in _CLOCKS:  # a time that is given is put into words, not asked for
        return not (node.args and name in ("time.localtime", "time.gmtime", "time.ctime"))
    if name.startswith("random.") and name.count(".") == 1:
        return not _has_seed(node) if name == "random.seed" else not state_is_set
    return not name and isinstance(node.func, ast.Attribute) and _draws(node.func.attr, node)


def _draws(method: str, node: ast.Call) -> bool:
    """Whether a method of SciPy's distributions or of a frame draws at random and is given no state."""
    given = {keyword.arg for keyword in node.keywords}
    if None in given or "random_state" in given:
        return False
    counted = len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and type(node.args[0].value) is int
    return method == "rvs" or (method == "sample" and bool(given & {"n", "frac"} or counted))


def _has_seed(node: ast.Call) -> bool:
    """Whether a call is given something other than None; what is given by name or as ``*seeds`` counts."""
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in values)
