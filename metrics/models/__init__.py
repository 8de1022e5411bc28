"""The price of a Client and what moves it: calculations, models of buying, monthly figures, experiments, places where it is shown."""

from metrics.models.buying import BuyingModel, ClientScore, ScoreGroup
from metrics.models.chain import ChannelMonth, KeepingMonth
from metrics.models.constraint import ConstraintDay
from metrics.models.growth import SellNote, TalkSettings
from metrics.models.lost import LostMonth
from metrics.models.ltv import LtvVersion
from metrics.models.signs import OfficeScreen, SignPlace, sign_photo_path
from metrics.models.trials import Trial, TrialLook, TrialMember

__all__ = [
    "BuyingModel",
    "ChannelMonth",
    "ClientScore",
    "ConstraintDay",
    "KeepingMonth",
    "LostMonth",
    "LtvVersion",
    "OfficeScreen",
    "ScoreGroup",
    "SellNote",
    "SignPlace",
    "TalkSettings",
    "Trial",
    "TrialLook",
    "TrialMember",
    "sign_photo_path",
]
