"""From live results to terms. What comes out is compared with statsmodels' own prediction before it is kept."""

import re
from typing import Any

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_statsmodels.predictor import TermsPredictor
from fairlead_statsmodels.terms import Factor, Levels, Saved, Term

_LINKS = {
    "OLS": "Identity", "WLS": "Identity", "GLS": "Identity", "GLSAR": "Identity", "RLM": "Identity",
    "QuantReg": "Identity", "Logit": "Logit", "Probit": "Probit", "Poisson": "Log", "MNLogit": "Softmax",
}  # fmt: skip
_TWO = ("Logit", "Probit")
_CONSTANTS = ("const", "Intercept")
_FACTOR = re.compile(r"(?:C\()?(?P<column>.+?)\)?\[T\.(?P<level>.*)\]")
_ELSE = "Register it with adapter='python', in a class of your own with predict(table)."


def saved_of(results: Any) -> Saved:
    """The model's terms. Raises: UnreadableArtifactError when they do not say what statsmodels predicts."""
    import statsmodels

    model = results.model
    kind, link = type(model).__name__, _link(model)
    if getattr(model, "exog", None) is None:
        raise UnreadableArtifactError("The results have lost their data (remove_data); register them before.")
    for given in ("offset", "exposure"):
        if np.any(getattr(model, given, None)):
            raise UnreadableArtifactError(f"The {kind} was fitted with {given}, which rows do not bring along. {_ELSE}")
    names, columns = [str(each) for each in model.exog_names], _columns(model)
    constants = _constants(model, names, bool(columns))
    if not columns:
        columns = {name: model.exog[:, at] for at, name in enumerate(names) if name not in constants}
    weights = np.asarray(results.params, dtype=np.float64).reshape(len(names), -1)
    terms = tuple(
        Term(factors=() if name in constants else _factors(name, columns), coefficients=tuple(row))
        for name, row in zip(names, weights.tolist(), strict=True)
    )
    used = {factor.column for term in terms for factor in term.factors}
    inputs = tuple(name for name in columns if name in used)
    categories = {factor.column for term in terms for factor in term.factors if factor.level is not None}
    saved = Saved(
        statsmodels=statsmodels.__version__, model=kind, link=link, inputs=inputs, terms=terms,
        classes=_classes(model, kind), named=_named(model),
        levels={name: _levels(name, columns[name]) for name in sorted(categories)},
    )  # fmt: skip
    _require_equal(saved, {name: _typed(columns[name]) for name in inputs}, results)
    return saved


def _link(model: Any) -> Any:
    kind = type(model).__name__
    link = type(model.family.link).__name__ if kind == "GLM" else _LINKS.get(kind)
    if link not in {*_LINKS.values(), "CLogLog", "LogLog", "Cauchy", "Sqrt", "InversePower", "InverseSquared"}:
        raise UnreadableArtifactError(f"A {kind} with the link {link} cannot be saved as terms. {_ELSE}")
    return link


def _named(model: Any) -> bool:
    return hasattr(model, "formula") or hasattr(model.data.orig_exog, "columns")


def _columns(model: Any) -> dict[str, Any]:
    # A formula's columns are those of its frame, without the rows that had something missing.
    if hasattr(model, "formula"):
        frame = model.data.frame
        dropped = getattr(model.data, "missing_row_idx", None)
        kept = frame.drop(frame.index[dropped]) if dropped is not None and len(dropped) else frame
        return {str(name): kept[name].to_numpy() for name in kept.columns}
    exog = model.data.orig_exog
    if not hasattr(exog, "columns"):
        return {}
    return {str(name): exog[name].to_numpy() for name in exog.columns if str(name) not in _CONSTANTS}


def _constants(model: Any, names: list[str], named: bool) -> set[str]:
    place = model.data.const_idx
    one = place is not None and not named and bool(np.all(model.exog[:, place] == 1.0))
    return {name for at, name in enumerate(names) if (named and name in _CONSTANTS) or (one and at == place)}


def _factors(name: str, columns: dict[str, Any]) -> tuple[Factor, ...]:
    if name in columns:
        return (Factor(column=name),)
    factors = []
    for part in re.split(r":(?![^\[]*\])", name):
        level = _FACTOR.fullmatch(part)
        if part in columns:
            factors.append(Factor(column=part))
        elif level is not None and level["column"] in columns:
            factors.append(Factor(column=level["column"], level=level["level"]))
        else:
            raise UnreadableArtifactError(
                f"The term {name} is computed by the formula; terms are columns, levels of categories and products of"
                f" them. Put the computed column into the data, or: {_ELSE}"
            )
    return tuple(factors)


def _typed(values: Any) -> Any:
    if values.dtype.kind in "fiub":
        return values
    return np.array(values.tolist(), dtype=object)


def _levels(name: str, values: Any) -> Levels:
    kind = {"b": "truth", "i": "whole", "u": "whole", "O": "text"}.get(_typed(values).dtype.kind)
    known = sorted({str(each) for each in values.tolist()})
    if kind is None:
        raise UnreadableArtifactError(f"The category {name} has fractions as levels. {_ELSE}")
    return Levels(kind=kind, known=tuple(known))  # type: ignore[arg-type]  # one of the three


def _classes(model: Any, kind: str) -> tuple[str, ...]:
    if kind == "MNLogit":
        names = model._ynames_map
        return tuple(str(names[place]) for place in range(len(names)))
    binomial = kind == "GLM" and type(model.family).__name__ == "Binomial"
    return ("0", "1") if kind in _TWO or binomial else ()


def _require_equal(saved: Saved, table: dict[str, Any], results: Any) -> None:
    found = TermsPredictor(saved).predict(table)
    ours = np.column_stack([values for name, values in found.items() if name != "label"])
    theirs = np.asarray(results.predict(), dtype=np.float64).reshape(len(ours), -1)
    if ours.shape != theirs.shape or not np.allclose(ours, theirs, rtol=1e-6, atol=1e-9, equal_nan=True):
        raise UnreadableArtifactError(f"The terms do not give what {saved.model} predicts. {_ELSE}")
