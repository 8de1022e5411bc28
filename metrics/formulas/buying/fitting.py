"""The most likely parameters of a model, with their standard errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from metrics.formulas.buying.histories import Array, Histories, roughly

Params = Mapping[str, float]
# Of the parameters: the sum of log-likelihoods of all Clients and its gradient.
Likelihood = Callable[[Array], tuple[float, Array]]
STEP = 1e-5
FARTHEST = 14.0
SLOPE_LEFT = 1e-4
MANY_ROWS = 50_000
SETTLED = 1.0
"""The largest variance of the logarithm of a parameter that counts as known."""


class NoFitError(ValueError):
    """The data do not say which parameters are the most likely."""


@dataclass(frozen=True)
class Fit:
    """Parameters with their standard errors; an error is None where the data do not settle the parameter.

    `covariance` is that of the logarithms of the parameters, in their order; None when the data do not settle it.
    """

    params: dict[str, float]
    errors: dict[str, float | None]
    log_likelihood: float
    covariance: list[list[float]] | None = None


# Of the logarithms of the parameters: the likelihood turned over, for a mean Client, and its slope.
Descent = Callable[[Array], tuple[float, Array]]


@dataclass(frozen=True)
class Top:
    """Where a climb ended: the logarithms of the parameters, the slope left there and the likelihood of a mean Client."""

    logs: Array
    slope: Array
    value: float


def fit_to(known: Histories, likelihood_of: Callable[[Histories], Likelihood], names: Sequence[str], start: Array) -> Fit:
    """Fit to many rows by climbing on rough histories first, which leaves few steps on the exact ones; to few rows at once."""
    likelihood = likelihood_of(known)
    if known.age.size > MANY_ROWS:
        try:
            rough = roughly(known)
            return polished(likelihood, maximise(likelihood_of(rough), names, start, rough.clients), known.clients)
        except NoFitError:
            pass
    return maximise(likelihood, names, start, known.clients)


def maximise(likelihood: Likelihood, names: Sequence[str], start: Array, clients: float) -> Fit:
    """Climb to the top of the likelihood in logarithms of the parameters, which keeps them positive and of one scale."""
    down = descent_of(likelihood, clients)
    found = minimize(down, np.log(start), jac=True, method="L-BFGS-B", bounds=[(-FARTHEST, FARTHEST)] * len(names), options=OPTIONS)
    return fit_at(Top(found.x, down(found.x)[1], -found.fun), down, names, clients)


def polished(likelihood: Likelihood, rough: Fit, clients: float) -> Fit:
    """Climb from a rough fit, in steps measured by its curvature: a few of them reach the top."""
    if rough.covariance is None or np.diag(rough.covariance).max() > SETTLED:
        raise NoFitError("The rough fit does not settle the parameters")
    down, start = descent_of(likelihood, clients), np.log(list(rough.params.values()))
    stride = np.linalg.cholesky(np.array(rough.covariance) * clients)

    def strides_down(strides: Array) -> tuple[float, Array]:
        value, slope = down(start + stride @ strides)
        return value, stride.T @ slope

    found = minimize(strides_down, np.zeros(start.size), jac=True, method="L-BFGS-B", options=OPTIONS | {"ftol": 1e-13})
    top = Top(start + stride @ found.x, np.linalg.solve(stride.T, found.jac), -found.fun)
    return fit_at(top, down, list(rough.params), clients)


def descent_of(likelihood: Likelihood, clients: float) -> Descent:
    """Turn a likelihood over, for minimisers go down."""

    def down(logs: Array) -> tuple[float, Array]:
        params = np.exp(logs)
        value, gradient = likelihood(params)
        return -value / clients, -gradient * params / clients

    return down


def fit_at(top: Top, down: Descent, names: Sequence[str], clients: float) -> Fit:
    """Return the fit with its errors; `NoFitError` when this is no top."""
    if not np.isfinite(top.value) or np.abs(top.slope).max() > SLOPE_LEFT:
        raise NoFitError("The climb did not reach a top")
    params = np.exp(top.logs)
    covariance = covariance_of(lambda point: down(point)[1], top, clients)
    return Fit(
        params=dict(zip(names, map(float, params), strict=True)),
        errors=dict(zip(names, errors_of(params, covariance), strict=True)),
        log_likelihood=float(top.value * clients),
        covariance=None if covariance is None or not np.isfinite(covariance).all() else covariance.tolist(),
    )


OPTIONS = {"maxiter": 500, "maxcor": 20, "ftol": 1e-14, "gtol": 1e-8}


def covariance_of(slope: Callable[[Array], Array], top: Top, clients: float) -> Array | None:
    """Return how uncertain the logarithms are: the inverse of the curvature, by how the slope changes when one of them grows a little."""
    curve = np.array([(slope(top.logs + step) - top.slope) / STEP for step in np.eye(top.logs.size) * STEP])
    curve = (curve + curve.T) / 2 * clients
    return None if np.linalg.eigvalsh(curve).min() <= 0 else np.linalg.inv(curve)


def errors_of(params: Array, covariance: Array | None) -> list[float | None]:
    """Return the standard errors of the parameters themselves."""
    if covariance is None:
        return [None] * params.size
    errors = params * np.sqrt(np.diag(covariance))
    return [float(error) if np.isfinite(error) else None for error in errors]
