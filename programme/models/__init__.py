"""Tables of the programme: what a company does for its Clients without a budget."""

from programme.models.beacon import BeaconRound, BeaconSettings, BeaconVariant, BeaconVersion, BeaconWelcome
from programme.models.books import Book, BookReading
from programme.models.manners import MannersAck, MannersVersion
from programme.models.path import ToolCare, ToolEvidence
from programme.models.playbooks import Playbook, PlaybookUse, PlaybookVersion
from programme.models.praise import ColleaguePage, MonthPick, Praise, PraiseCode, Remark
from programme.models.privacy import Erasure
from programme.models.requests import PersonRequest, PrivacySettings
from programme.models.sellers import SellerKit
from programme.models.wording import WordingDocument, WordingRun

__all__ = [
    "BeaconRound",
    "BeaconSettings",
    "BeaconVariant",
    "BeaconVersion",
    "BeaconWelcome",
    "Book",
    "BookReading",
    "ColleaguePage",
    "Erasure",
    "MannersAck",
    "MannersVersion",
    "MonthPick",
    "PersonRequest",
    "Playbook",
    "PlaybookUse",
    "PlaybookVersion",
    "Praise",
    "PraiseCode",
    "PrivacySettings",
    "Remark",
    "SellerKit",
    "ToolCare",
    "ToolEvidence",
    "WordingDocument",
    "WordingRun",
]
