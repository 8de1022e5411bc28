"""Writes of the programme."""

from programme.services.sellers import NoAddressError, address_of, save_kit, send_thanks
from programme.services.setting_up import (
    NewCompany,
    NotDemoError,
    NotEmptyError,
    found_company,
    load_demo,
    remove_demo,
    start_own_company,
)

__all__ = [
    "NewCompany",
    "NoAddressError",
    "NotDemoError",
    "NotEmptyError",
    "address_of",
    "found_company",
    "load_demo",
    "remove_demo",
    "save_kit",
    "send_thanks",
    "start_own_company",
]
