"""The most likely parameters of a model, with their standard errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from metrics.formulas.buying.histories import Array

Params = Mapping[str, float]
# Of the parameters: the sum of log-likelihoods of all Clients and its gradient.
Likelihood = Callable[[Array], tuple[float, Array]]
STEP = 1e-4
FARTHEST = 14.0
SLOPE_LEFT = 1e-4


class NoFitError(ValueError):
    """The data do not say which parameters are the most likely."""


@dataclass(frozen=True)
class Fit:
    """Parameters with their standard errors; an error is None where the data do not settle the parameter."""

    params: dict[str, float]
    errors: dict[str, float | None]
    log_likelihood: float


def maximise(likelihood: Likelihood, names: Sequence[str], start: Array, clients: float) -> Fit:
    """Climb to the top of the likelihood in logarithms of the parameters, which keeps them positive and of one scale."""

    def down(logs: Array) -> tuple[float, Array]:
        params = np.exp(logs)
        value, gradient = likelihood(params)
        return -value / clients, -gradient * params / clients

    found = minimize(down, np.log(start), jac=True, method="L-BFGS-B", bounds=[(-FARTHEST, FARTHEST)] * len(names), options=OPTIONS)
    logs, slope = found.x, down(found.x)[1]
    if not np.isfinite(found.fun) or np.abs(slope).max() > SLOPE_LEFT:
        raise NoFitError("The climb did not reach a top")
    params = np.exp(logs)
    return Fit(
        params=dict(zip(names, map(float, params), strict=True)),
        errors=dict(zip(names, errors_of(lambda point: down(point)[1], logs, clients), strict=True)),
        log_likelihood=float(-found.fun * clients),
    )


OPTIONS = {"maxiter": 500, "maxcor": 20, "ftol": 1e-14, "gtol": 1e-8}


def errors_of(slope: Callable[[Array], Array], logs: Array, clients: float) -> list[float | None]:
    """Return the standard errors from the curvature at the top, which is the difference of the slopes on both sides."""
    steps = np.eye(logs.size) * STEP
    curve = np.array([(slope(logs + step) - slope(logs - step)) / (2 * STEP) for step in steps])
    curve = (curve + curve.T) / 2 * clients
    if np.linalg.eigvalsh(curve).min() <= 0:
        return [None] * logs.size
    errors = np.exp(logs) * np.sqrt(np.diag(np.linalg.inv(curve)))
    return [float(error) if np.isfinite(error) else None for error in errors]
