"""The price of a Client: saved calculations, fitted models and the scores they give."""

from metrics.models.buying import BuyingModel, ClientScore
from metrics.models.ltv import LtvVersion

__all__ = ["BuyingModel", "ClientScore", "LtvVersion"]
