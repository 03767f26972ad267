"""``resistance ensemble …``: a model over many virtual patients, here or on a cluster."""

from __future__ import annotations

import argparse
import ast
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resistance.ensembles.progress import Progress

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended
_BETWEEN = 2.0  # seconds between two lines of progress
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``ensemble`` and its verbs to the command line."""
    parser = subparsers.add_parser("ensemble", help="evaluate a model for many virtual patients, here or on a cluster")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = verbs.add_parser("run", help="any model of the book")
    run.add_argument("model", help="for example dual_therapy.failure")
    run.add_argument(
        "parameters",
        nargs="*",
        metavar="NAME=VALUE",
        help="a number, numbers (1,2,3) for a grid, or a distribution of scipy.stats: 'm=lognorm(2, scale=1e9)'",
    )
    run.add_argument(
        "--by", metavar="OUTPUT", help="summarise the groups of this output apart, or those of each 'point'"
    )
    run.set_defaults(run=_run)
    trial = verbs.add_parser("trial", help="the virtual trial of the page of that name, at any size")
    trial.set_defaults(run=_trial)
    for verb in (run, trial):
        verb.add_argument("--patients", type=_whole, required=True, help="how many; at each point of a grid")
        verb.add_argument("--seed", type=_whole, default=0)
        verb.add_argument(
            "--scheduler",
            default="processes",
            help="'processes' (all cores), 'processes:N', or tcp://host:port of Dask",
        )
        verb.add_argument("--to", type=Path, metavar="DIR", help="folder for finished chunks and results")
        verb.add_argument("--resume", action="store_true", help="go on with the run that the folder holds")
        verb.add_argument("--full", action="store_true", help="keep every patient's results, as Parquet in the folder")
        verb.add_argument("--chunk", type=_whole, help="patients of one task")


def _whole(text: str) -> int:
    """A whole number, which may be written as 1e8 or 100_000_000."""
    try:
        value = float(text)
        if value != int(value) or value < 0:
            raise ValueError
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 0") from None
    return int(text) if text.isdecimal() else int(value)


def _run(arguments: argparse.Namespace) -> int:
    from resistance.ensembles.designs import grid
    from resistance.ensembles.errors import EnsembleError

    try:
        given = dict(parameter(text) for text in arguments.parameters)
        axes = {name: value for name, value in given.items() if isinstance(value, list)}
        others = {name: value for name, value in given.items() if name not in axes}
        parameters = grid(axes, others) if axes else others
    except (EnsembleError, ValueError) as error:
        return _refused(error)
    return _computed(arguments, arguments.model, parameters, arguments.by)


def _trial(arguments: argparse.Namespace) -> int:
    from resistance.ensembles.errors import EnsembleError
    from resistance.ensembles.virtual_trial import outcomes, population

    try:
        parameters = population()
    except (EnsembleError, ValueError, KeyError) as error:
        return _refused(error)
    return _computed(arguments, outcomes, parameters, "arm")


def parameter(text: str) -> tuple[str, Any]:
    """Name and value of ``NAME=VALUE``: a number, a list of numbers, or a frozen distribution of ``scipy.stats``.

    Raises
    ------
    EnsembleError
        If it is none of these.
    """
    from resistance.ensembles.errors import EnsembleError

    name, given, value = text.partition("=")
    if not given or not name.strip().isidentifier():
        raise EnsembleError(f"a parameter is NAME=VALUE, got {text!r}")
    try:
        node = ast.parse(value.strip(), mode="eval").body
        if isinstance(node, ast.Call):
            return name.strip(), _distribution(node)
        found = ast.literal_eval(node)
    except (SyntaxError, ValueError, TypeError) as error:
        raise EnsembleError(f"the value of {text!r} cannot be read: {error}") from None
    if isinstance(found, (tuple, list)) and all(_is_number(part) for part in found):
        return name.strip(), list(found)
    if not _is_number(found):
        raise EnsembleError(f"the value of {text!r} is neither a number nor a list of numbers nor a distribution")
    return name.strip(), found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _distribution(node: ast.Call) -> Any:
    from scipy import stats

    family = getattr(stats, node.func.id, None) if isinstance(node.func, ast.Name) else None
    if not isinstance(family, (stats.rv_continuous, stats.rv_discrete)):
        raise ValueError(f"{ast.unparse(node.func)!r} is no distribution of scipy.stats")
    keywords = {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}
    return family(*(ast.literal_eval(part) for part in node.args), **keywords)


def _computed(arguments: argparse.Namespace, model: Any, parameters: Any, by: str | None) -> int:
    from resistance.ensembles.ensemble import run
    from resistance.ensembles.errors import EnsembleError

    if arguments.full and arguments.to is None:
        return _refused("--full needs --to DIR")
    try:
        result = run(
            model,
            parameters,
            arguments.patients,
            arguments.seed,
            arguments.scheduler,
            by=by,
            full=arguments.full,
            folder=arguments.to,
            resume=arguments.resume,
            chunk=arguments.chunk,
            progress=_Told(),
        )
    except EnsembleError as error:
        return _refused(error, arguments.to)
    except KeyboardInterrupt:
        kept = "; finished chunks are kept, go on with --resume" if arguments.to else ""
        print(f"Interrupted{kept}.", file=sys.stderr)
        return INTERRUPTED
    print(described(result))
    return 0


class _Told:
    """Prints the state of a run, not more often than a reader follows."""

    def __init__(self) -> None:
        self._last = -math.inf

    def __call__(self, state: Progress) -> None:
        if state.seconds - self._last >= _BETWEEN or state.chunks == state.of_chunks:
            self._last = state.seconds
            print(state, file=sys.stderr, flush=True)


def _refused(error: object, folder: Path | None = None) -> int:
    kept = " Finished chunks are kept; go on with --resume." if folder and (folder / "chunks").is_dir() else ""
    print(f"resistance: {error}.{kept}", file=sys.stderr)
    return 1


def described(result: Any) -> str:
    """Summaries of an ensemble as a table, with the model, the size, the seed and the digest above it."""
    about = result.about
    lines = [
        f"{about['model']}, {about['patients']:,} patients, seed {about['seed']}, source {about['source'][:12]}",
        f"digest of all summaries {result.digest}",
        f"{'group':>8} {'output':<20} {'patients':>13} {'mean':>11} {'sd':>11} {'infinite':>9}"
        + "".join(f"{f'{100 * p:g}%':>11}" for p in _QUANTILES),
    ]
    for group, name in sorted(result.summaries, key=lambda key: (key[0] is not None, key[0] or 0, key[1])):
        found = result.summaries[group, name]
        share = (found.count - found.finite) / found.count
        quantiles = "".join(f"{value:>11.4g}" for value in found.quantile(_QUANTILES))
        first = f"{'all' if group is None else group:>8} {name:<20} {found.count:>13,}"
        lines.append(f"{first} {found.mean:>11.4g} {found.sd:>11.4g} {share:>9.3%}{quantiles}")
    return "\n".join(lines)
