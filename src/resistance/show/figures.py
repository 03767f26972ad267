"""``show_figure``: an Altair chart becomes a picture, a description, its data and its controls, in one call."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pandas as pd

from resistance.book.limits import SHORTEST_ALT
from resistance.show import vega
from resistance.show.output import MIME, Output, check_anchor, check_text
from resistance.show.theme import MODES, WIDTHS, themed

MAX_ROWS = 2_000

_ALTAIR_DEFAULT_VIEW = {"continuousHeight": 300, "continuousWidth": 300}


def show_figure(
    chart: Any,
    *,
    anchor: str,
    caption: str,
    alt: str,
    data: pd.DataFrame,
    units: dict[str, str] | None = None,
    finding: str | None = None,
) -> Output:
    """Show a chart as a numbered figure that is whole without JavaScript and explorable with it.

    Parameters
    ----------
    chart : Altair chart
        Without a fixed width (the house theme draws it wide and narrow, light and dark). Parameters that are bound to
        a range, select, checkbox or radio become controls beside the picture; the picture is drawn at their values.
    anchor : str
        ``fig-…``, unique in the book; the figure's address and the stem of its downloads.
    caption : str
        One or two sentences, MyST inline markup allowed.
    alt : str
        What the picture shows, in words, for a reader who cannot see it; at least 40 characters.
    data : pandas.DataFrame
        The rows behind the picture, at most 2,000: aggregate before they reach the page.
    units : dict, optional
        Unit of each column of ``data`` that has one.
    finding : str, optional
        What the picture shows, in one line above it.

    Returns
    -------
    Output
        Displayed by Jupyter as an SVG, by the site as a figure.

    Raises
    ------
    ValueError
        If the anchor, caption or description is missing or too short, the data are empty or too many, the units name
        a column that is not there, or the chart computes a field anew.
    """
    return compose(chart, anchor=anchor, caption=caption, alt=alt, data=data, units=units, finding=finding)


def compose(
    chart: Any,
    *,
    anchor: str,
    caption: str,
    alt: str,
    data: pd.DataFrame,
    units: dict[str, str] | None = None,
    finding: str | None = None,
    narrow: Any = None,
    more: dict[str, Any] | None = None,
) -> Output:
    """The output of :func:`show_figure` and of the builders, which may have more to say.

    Parameters
    ----------
    chart, anchor, caption, alt, data, units, finding : as of :func:`show_figure`
    narrow : another chart for a narrow window
    more : further entries of the payload, for example what a test of the page drives the figure to
    """
    check_anchor(anchor, "fig-")
    check_text("caption", caption, 10)
    check_text("alt", alt, SHORTEST_ALT)
    if finding is not None:
        check_text("finding", finding, 10)
    frame = _checked_data(data, units or {})
    specs = {"wide": _plain_spec(chart)}
    specs["narrow"] = _plain_spec(narrow) if narrow is not None else specs["wide"]
    controls: list[dict[str, Any]] = []
    for spec in specs.values():
        _refuse_overwritten_fields(spec)
        controls = controls or [_control(param) for param in _bound_params(spec)]
    pictures = {f"{mode}-{width}": _svg(themed(specs[width], mode, width)) for mode in MODES for width in WIDTHS}
    payload = {
        "kind": "figure",
        "anchor": anchor,
        "finding": finding,
        "caption": caption,
        "alt": " ".join(alt.split()),
        "columns": [{"name": str(c), "unit": (units or {}).get(str(c))} for c in frame.columns],
        "rows": frame_rows(frame),
        "spec": specs["wide"],
        "controls": controls,
        "pictures": pictures,
        "sizes": {key: _size(svg) for key, svg in pictures.items()},
    }
    if narrow is not None:
        payload["narrow"] = specs["narrow"]
    payload |= more or {}
    return Output(
        {MIME: payload, "image/svg+xml": pictures["light-wide"], "text/plain": f"[{anchor}] {payload['alt']}"}
    )


def frame_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a data frame as JSON values; missing values are ``None``, dates ISO strings."""
    columns = [[_json_value(v) for v in frame[c]] for c in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _json_value(value: Any) -> Any:
    if value is None or value is pd.NaT or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)


def _checked_data(data: pd.DataFrame, units: dict[str, str]) -> pd.DataFrame:
    if not isinstance(data, pd.DataFrame) or data.empty:
        raise ValueError("data: a data frame with the rows behind the picture is required")
    if len(data) > MAX_ROWS:
        raise ValueError(f"data: {len(data):,} rows; aggregate to at most {MAX_ROWS:,} before they reach the page")
    unknown = sorted(set(units) - {str(c) for c in data.columns})
    if unknown:
        raise ValueError(f"units: {', '.join(unknown)} not among the columns of data")
    return data


def _plain_spec(chart: Any) -> dict[str, Any]:
    """The chart as Vega-Lite JSON with stable names, so that the same chart gives the same bytes."""
    import altair as alt

    with alt.data_transformers.enable("default", consolidate_datasets=False, max_rows=MAX_ROWS):
        spec = chart.to_dict()
    spec.pop("$schema", None)
    # Altair puts its own default theme into every chart; only what the author set on purpose stays.
    config = spec.pop("config", {})
    if config.get("view") == _ALTAIR_DEFAULT_VIEW:
        del config["view"]
    if config:
        spec["config"] = config
    return _stable_names(spec)


def _refuse_overwritten_fields(spec: Any, above: tuple[str, ...] = ()) -> None:
    """Vega computes fields in place: after a slider moves, an earlier step would read what a later one wrote over."""
    if isinstance(spec, list):
        for part in spec:
            _refuse_overwritten_fields(part, above)
    elif isinstance(spec, dict):
        steps = spec.get("transform")
        made = [step["as"] for step in steps if "calculate" in step] if isinstance(steps, list) else []
        names = [*_data_fields(spec["data"]), *made] if "data" in spec else [*above, *made]
        twice = sorted({name for name in made if names.count(name) > 1})
        if twice:
            raise ValueError(f"chart: its transforms compute {', '.join(twice)} anew; give the new field its own name")
        for key, part in spec.items():
            if key not in ("data", "datasets"):
                _refuse_overwritten_fields(part, tuple(names))


def _data_fields(data: Any) -> list[str]:
    """Fields of inline data or of a sequence."""
    if not isinstance(data, dict):
        return []
    if "sequence" in data:
        return [data["sequence"].get("as", "data")]
    values = data.get("values")
    first = values[0] if isinstance(values, list) and values else None
    return list(first) if isinstance(first, dict) else []


def _stable_names(spec: dict[str, Any]) -> dict[str, Any]:
    """Number Altair's running counters (``view_17``, ``param_5``) from one, in order of appearance."""
    text = json.dumps(spec, ensure_ascii=False)
    seen: dict[str, str] = {}

    def rename(match: re.Match[str]) -> str:
        name = match.group(0)
        stem = name.rsplit("_", 1)[0]
        return seen.setdefault(name, f"{stem}_{sum(v.startswith(stem + '_') for v in seen.values()) + 1}")

    return json.loads(re.sub(r"\b(?:view|param|concat)_\d+\b", rename, text))


def _bound_params(spec: Any) -> list[dict[str, Any]]:
    """Take the input bindings out of the spec, in order: the page draws its own, accessible controls for them."""
    found: list[dict[str, Any]] = []
    if isinstance(spec, dict):
        for param in spec.get("params", []):
            bind = param.get("bind")
            if isinstance(bind, dict) and "input" in bind and "value" in param:
                bind = param.pop("bind")
                # A binding's ``name`` is its label; the parameter's is the signal that the control moves.
                label = bind.get("name") or param["name"]
                found.append({**bind, "label": label, "signal": param["name"], "value": param["value"]})
        for key, value in spec.items():
            if key not in ("params", "data", "datasets"):
                found += _bound_params(value)
    elif isinstance(spec, list):
        for value in spec:
            found += _bound_params(value)
    return found


def _control(param: dict[str, Any]) -> dict[str, Any]:
    """What the page needs to draw one control."""
    kind = param["input"]
    label = str(param["label"]).strip().rstrip(":").rstrip()
    control = {"signal": param["signal"], "label": label, "input": kind, "value": param["value"]}
    if kind == "range":
        low, high = float(param.get("min", 0)), float(param.get("max", 100))
        if not low <= float(param["value"]) <= high:
            raise ValueError(f"control {label!r}: its value {param['value']} is not between {low:g} and {high:g}")
        control |= {"min": low, "max": high, "step": float(param.get("step", (high - low) / 100))}
    elif kind in ("select", "radio"):
        options = list(param.get("options", []))
        labels = [str(x) for x in param.get("labels") or options]
        control |= {"options": [{"value": v, "label": t} for v, t in zip(options, labels, strict=True)]}
    elif kind != "checkbox":
        raise ValueError(f"control {label!r}: input {kind!r} is not range, select, radio or checkbox")
    return control


def _svg(spec: dict[str, Any]) -> str:
    return _same_ids(vega.svg(spec))


def _same_ids(svg: str) -> str:
    """Vega counts clips and gradients up from one drawing to the next: number them from one, in order of appearance."""
    seen: dict[str, str] = {}
    return re.sub(r"\b(clip|gradient_|pattern_)\d+", lambda m: seen.setdefault(m[0], f"{m[1]}{len(seen) + 1}"), svg)


def _size(svg: str) -> list[float]:
    match = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not match:
        raise ValueError("the picture has no viewBox")
    return [float(match.group(1)), float(match.group(2))]
