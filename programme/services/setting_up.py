"""The demo company in, the demo company out, one's own company in its place."""

import datetime as dt
import shutil
from dataclasses import dataclass

import numpy as np
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import translation

from churn.services import ensure_reasons, ensure_script, judge_detectors
from clients.services import ensure_value_bands
from company.enums import Role
from company.formulas.words import WordForms
from company.models import Branch, Company, User
from mailing.services import ensure_quiet_hours
from metrics.services import keep_constraint, score_clients
from programme.demo.attempts import create_attempts
from programme.demo.beacon import create_beacon
from programme.demo.cases import create_cases
from programme.demo.chain import create_chain
from programme.demo.contacts import create_contacts
from programme.demo.customers import create_clients
from programme.demo.doors import create_doors, create_interviews
from programme.demo.firm import create_firm
from programme.demo.leavers import create_leavers, create_returned
from programme.demo.listening import create_waves
from programme.demo.manners import create_manners
from programme.demo.places import create_places
from programme.demo.playbooks import create_playbooks
from programme.demo.price import create_prices
from programme.demo.promises import create_promises
from programme.demo.reach import create_reach
from programme.demo.reminders import create_reminders
from programme.demo.returning import create_returns
from programme.demo.rhythm import create_rhythm
from programme.demo.right import create_rightness
from programme.demo.sellers import create_sellers
from programme.demo.selling import create_selling
from programme.demo.signs import hang_signs
from programme.demo.sorting import sort_comments
from programme.demo.staff import create_staff
from programme.demo.talk import create_referrals
from programme.demo.trials import create_trials
from programme.demo.walks import create_walks
from programme.demo.wording import create_wording
from programme.demo.worksheets import create_worksheets, talk_about_actions, tie_words_to_points

DEMO_PEOPLE = 2900


class NotEmptyError(Exception):
    """The installation has a company already."""


class NotDemoError(Exception):
    """The installation already serves a real company; its rows are not to be removed."""


@dataclass(frozen=True)
class NewCompany:
    """What one's own company starts with."""

    name: str
    branches: tuple[str, ...]
    word_forms: WordForms
    currency: str
    time_zone: str
    owner_name: str
    owner_email: str
    owner_password: str


@transaction.atomic
def load_demo(*, seed: int, now: dt.datetime, people: int = DEMO_PEOPLE) -> None:
    """Fill an empty installation with the demo company; the same seed and day give the same rows."""
    if Company.objects.exists():
        raise NotEmptyError
    random = np.random.default_rng(seed)
    with translation.override("ru"):
        fill(random, now, people)


def fill(random: np.random.Generator, now: dt.datetime, people: int) -> None:
    """Save all of the demo company, oldest things first."""
    create_firm(now.date())
    create_clients(random, now.date(), people)
    create_waves(random, now)
    create_places(now)
    create_walks(now)
    create_prices(now)
    score_clients(today=now.date())
    judge_detectors(today=now.date(), now=now)
    create_leavers(random, now)
    create_returned(random, now)
    create_attempts(now)
    refresh_statistics()
    create_rhythm(now)
    create_interviews(random, now)
    create_doors(random, now)
    create_contacts(random, now)
    sort_comments()
    create_promises(random, now)
    create_cases(now)
    create_reminders(now)
    create_staff(random, now)
    create_reach(random, now)
    create_worksheets(now)
    create_selling(now)
    talk_about_actions(now)
    tie_words_to_points()
    create_returns(now)
    create_rightness(now)
    create_referrals(random)
    create_sellers(now)
    create_chain(random, now)
    create_trials(now, now.date())
    hang_signs(now)
    create_wording(now)
    create_manners(now)
    create_beacon(now)
    create_playbooks(now)
    keep_constraint(today=now.date())


def refresh_statistics() -> None:
    """Tell the database how large the tables have become: the steps to come look things up in them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE surveys_invitation, surveys_answer, mailing_message, clients_clientday, clients_clientsum")


def start_own_company(*, new: NewCompany) -> User:
    """Remove every demo row and file, then set up the company; return its owner."""
    with transaction.atomic():
        remove_demo()
        owner = create_company(new)
    remove_demo_files()
    return owner


@transaction.atomic
def found_company(*, new: NewCompany) -> User:
    """Set up the first company of an empty installation; return its owner."""
    if Company.objects.exists():
        raise NotEmptyError
    return create_company(new)


def remove_demo() -> None:
    """Empty every table of ours, if the company in it is the demo one; anything else is refused."""
    if not Company.objects.select_for_update().filter(is_demo=True).exists():
        raise NotDemoError
    tables = [
        connection.ops.quote_name(model._meta.db_table)
        for app in settings.LOCAL_APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE refuses a table whose checks are still put off
        cursor.execute(f"TRUNCATE {', '.join(tables)}, django_session RESTART IDENTITY CASCADE")


def create_company(new: NewCompany) -> User:
    """Save the company, its branches, its first owner and the lists every page needs."""
    Company.objects.create(name=new.name, currency=new.currency, time_zone=new.time_zone, word_forms=new.word_forms)
    Branch.objects.bulk_create(Branch(name=name, position=position) for position, name in enumerate(new.branches))
    ensure_value_bands()
    ensure_reasons()
    ensure_script()
    ensure_quiet_hours()
    return User.objects.create_user(new.owner_email, new.owner_password, name=new.owner_name, role=Role.OWNER, seniority=1)


def remove_demo_files() -> None:
    """Delete what demo users uploaded and the letters written to files."""
    for folder in default_storage.listdir("")[0] if default_storage.exists("") else []:
        shutil.rmtree(default_storage.path(folder), ignore_errors=True)
    shutil.rmtree(settings.MAIL_FOLDER, ignore_errors=True)
