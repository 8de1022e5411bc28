"""Gamma-Gamma: how much a Client spends on a purchase day.

Money on a day varies around a Client's own mean, means vary between Clients; neither has to do with how often they buy, which is why
the model is not used where the two move together (`correlation`). Source: Fader, Hardie, Lee, "RFM and CLV: Using Iso-Value Curves for
Customer Base Analysis" (2005); Fader, Hardie, "The Gamma-Gamma Model of Monetary Value" (2013).
"""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from scipy.special import gammaln, psi

from metrics.formulas.buying.fitting import Fit, NoFitError, Params, maximise
from metrics.formulas.buying.histories import Array

START = (2.0, 3.0, 2.0)
FEWEST = 2


@dataclass(frozen=True)
class Spending:
    """Clients who came back: on how many days after the first (`repeats`, above 0) and the mean money of such a day (above 0)."""

    repeats: Array
    mean: Array

    def __post_init__(self) -> None:
        """Refuse what the model cannot say anything about."""
        if self.mean.size < FEWEST or not ((self.repeats > 0) & (self.mean > 0)).all():
            raise ValueError("Not the spending of Clients who came back")

    @property
    def correlation(self) -> float:
        """Pearson's correlation of how often and how much; 0 when one of them does not vary."""
        if np.ptp(self.repeats) == 0 or np.ptp(self.mean) == 0:
            return 0.0
        return float(np.corrcoef(self.repeats, self.mean)[0, 1])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the rows in an order of their own."""
        order = np.lexsort((self.mean, self.repeats))
        return sha256(np.stack([self.repeats[order], self.mean[order]]).tobytes()).hexdigest()


class GammaGamma:
    """The model: mean money of a day is Gamma(p, nu), nu varies between Clients as Gamma(q, gamma)."""

    names = ("p", "q", "gamma")

    def fit(self, known: Spending) -> Fit:
        """Find the most likely parameters; money is scaled to its mean meanwhile."""
        if np.ptp(known.mean) == 0:
            raise NoFitError("Everybody spends the same")
        scale = float(known.mean.mean())
        money = known.mean / scale
        repeats, which, counts = np.unique(known.repeats, return_inverse=True, return_counts=True)
        total = known.repeats * money
        logs = np.bincount(which, np.log(money)), np.log(repeats)

        def likelihood(params: Array) -> tuple[float, Array]:
            p, q, gamma = params
            reach = gamma + total
            spread, closeness = np.bincount(which, np.log(reach)), float((1 / reach * (p * known.repeats + q)).sum())
            power = p * repeats
            value = counts * (gammaln(power + q) - gammaln(power) - gammaln(q) + q * np.log(gamma) + power * logs[1])
            value += (power - 1) * logs[0] - (power + q) * spread
            turn = psi(power + q)
            by_p = repeats * (counts * (turn - psi(power) + logs[1]) + logs[0] - spread)
            by_q = counts * (turn - psi(q) + np.log(gamma)) - spread
            return float(value.sum()), np.array([by_p.sum(), by_q.sum(), counts.sum() * q / gamma - closeness])

        found = maximise(likelihood, self.names, np.array(START), known.mean.size)
        return self.unscaled(found, scale, float(np.log(scale)) * known.mean.size)

    def unscaled(self, found: Fit, scale: float, shift: float) -> Fit:
        """Return the fit in the money it was given in; without a mean of new Clients (q not above 1) there is none."""
        if found.params["q"] <= 1:
            raise NoFitError("The mean of a new Client has no bounds")
        error = found.errors["gamma"]
        return Fit(
            params=found.params | {"gamma": found.params["gamma"] * scale},
            errors=found.errors | {"gamma": None if error is None else error * scale},
            log_likelihood=found.log_likelihood - shift,
            covariance=found.covariance,
        )

    def expected(self, params: Params, repeats: Array, mean: Array) -> Array:
        """Return the money to expect on a day of a Client with such a mean on so many days; nothing known counts as nothing."""
        p, q, gamma = (params[name] for name in self.names)
        money: Array = p * (gamma + repeats * mean) / (p * repeats + q - 1)
        return money

    def of_new_client(self, params: Params) -> float:
        """Return the money to expect on a day of a Client of whom nothing is known."""
        return float(self.expected(params, np.zeros(1), np.zeros(1))[0])


GAMMA_GAMMA = GammaGamma()
