"""Every change of the firm: its profile, its word for a Client, branches, people and their access."""

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from common.images import Logo
from common.tokens import new_token, token_hash
from company.enums import Role
from company.formulas.morphology import word_forms_of
from company.formulas.respeaking import words_before
from company.formulas.words import WordForms, capital
from company.models import ApiToken, Branch, Company, User
from company.queries import active_owners, branch_is_used

log = logging.getLogger(__name__)
# By its beginning a token is known for one wherever it turns up.
TOKEN_START, HINT = "mayak_", 4
PROFILE = ("name", "tagline", "currency", "time_zone", "brand_color", "requires_second_factor")
USE_IS_FRESH = dt.timedelta(minutes=1)


class RefusedError(ValueError):
    """The change would break a rule of the firm; the text says which and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def require_owner(actor: User) -> None:
    """Stop anybody but an owner."""
    if not actor.has_role(Role.OWNER):
        raise PermissionDenied


@transaction.atomic
def save_company(*, company: Company, actor: User, logo: Logo | None = None, removes_logo: bool = False) -> None:
    """Save the profile of the firm; its word for a Client, changed on another page, is left alone."""
    require_owner(actor)
    values = {name: getattr(company, name) for name in PROFILE}
    saved, _is_new = Company.objects.update_or_create(pk=company.pk, defaults=values)
    if logo or removes_logo:
        replace_logo(saved, logo)


def replace_logo(company: Company, logo: Logo | None) -> None:
    """Put another logo, or none, in place of the old one, whose file goes when the transaction is through.

    Its name cannot be guessed and is another each time, so that whoever keeps the picture takes the new one.
    """
    old, storage = company.logo.name, company.logo.storage
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    company.logo.name = ""
    if logo:
        company.logo.save(f"{uuid.uuid4().hex}.png", logo, save=False)
    company.save(update_fields=["logo"])


@transaction.atomic
def choose_word(*, word: str, english: str = "", english_plural: str = "", actor: User) -> WordForms:
    """Choose the word for a Client, derive all its forms and keep them."""
    require_owner(actor)
    forms = word_forms_of(word, english, english_plural)
    speak(forms)
    return forms


@transaction.atomic
def save_word_forms(*, forms: Mapping[str, Mapping[str, str]], actor: User) -> None:
    """Keep forms the owner has corrected by hand, each with a capital letter."""
    require_owner(actor)
    kept = {language: {key: capital(form.strip()) for key, form in words.items()} for language, words in forms.items()}
    speak(kept)


def speak(forms: WordForms) -> None:
    """Put a word in force and remember the one before it, which saved texts still say."""
    company = Company.objects.select_for_update().get()
    company.former_words = words_before(company.former_words, company.word_forms, forms)
    company.word_forms = forms
    company.save(update_fields=["word_forms", "former_words"])


@transaction.atomic
def add_branch(*, name: str, actor: User) -> Branch:
    """Open a branch, last in order."""
    require_owner(actor)
    last = Branch.objects.aggregate(last=Max("position"))["last"]
    return Branch.objects.create(name=name, position=0 if last is None else last + 1)


@transaction.atomic
def rename_branch(*, branch: Branch, name: str, actor: User) -> None:
    """Give the branch another name."""
    require_owner(actor)
    Branch.objects.filter(pk=branch.pk).update(name=name)


@transaction.atomic
def move_branch(*, branch: Branch, step: int, actor: User) -> None:
    """Move the branch one place up (-1) or down (1); at the ends nothing happens."""
    require_owner(actor)
    order = list(Branch.objects.select_for_update().order_by("position", "name"))
    place = order.index(branch)
    order.insert(min(max(place + step, 0), len(order) - 1), order.pop(place))
    for position, item in enumerate(order):
        item.position = position
    Branch.objects.bulk_update(order, ["position"])


@transaction.atomic
def delete_branch(*, branch: Branch, actor: User) -> None:
    """Delete a branch nothing refers to."""
    require_owner(actor)
    if branch_is_used(branch):
        raise RefusedError(_("People or data belong to this branch, so it stays. Rename it if the name is out of date."))
    Branch.objects.filter(pk=branch.pk).delete()


@transaction.atomic
def invite_user(*, user: User, actor: User) -> User:
    """Make an account without a password: it is set by a link that works once."""
    require_owner(actor)
    user.email = user.email.strip().lower()
    user.set_unusable_password()
    user.save()
    log.info("user %s made by user %s", user.pk, actor.pk)
    return user


@transaction.atomic
def change_user(*, user: User, actor: User) -> None:
    """Save an account; a changed role ends its sessions."""
    require_owner(actor)
    before = User.objects.select_for_update().get(pk=user.pk)
    if before.role != user.role:
        refuse_to_lose_an_owner(user=before, actor=actor)
        user.session_epoch = before.session_epoch + 1
        log.info("user %s became %s by user %s", user.pk, user.role, actor.pk)
    # Only what the form asks: an account closed or a password set meanwhile stays as it is.
    user.save(update_fields=["name", "email", "role", "position", "seniority", "branch", "session_epoch"])


@transaction.atomic
def close_account(*, user: User, actor: User) -> None:
    """Take away the right to sign in and end the sessions."""
    require_owner(actor)
    refuse_to_lose_an_owner(user=user, actor=actor)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False, session_epoch=F("session_epoch") + 1):
        log.info("user %s closed by user %s", user.pk, actor.pk)


@transaction.atomic
def open_account(*, user: User, actor: User) -> None:
    """Give the right to sign in back."""
    require_owner(actor)
    User.objects.filter(pk=user.pk, is_active=False).update(is_active=True)


@transaction.atomic
def reset_second_factor(*, user: User, actor: User | None) -> bool:
    """Take away every second factor of somebody who lost theirs, and end their sessions; no actor: from the server's own console."""
    if actor:
        require_owner(actor)
    removed, _rows = Authenticator.objects.filter(user_id=user.pk).delete()
    if removed:
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
        log.info("second factor of user %s removed by user %s", user.pk, actor.pk if actor else "-")
    return bool(removed)


def refuse_to_lose_an_owner(*, user: User, actor: User) -> None:
    """Stop owners from shutting themselves out and the firm from losing its last owner."""
    owners = list(active_owners().select_for_update().values_list("pk", flat=True))
    if user.pk == actor.pk:
        raise RefusedError(_("Your own role and access are changed by another owner."))
    if owners == [user.pk]:
        raise RefusedError(_("This is the only owner. Make somebody else an owner first."))


@transaction.atomic
def rename_self(*, name: str, actor: User) -> None:
    """Change one's own name."""
    User.objects.filter(pk=actor.pk).update(name=name)


@transaction.atomic
def create_token(*, name: str, scopes: Sequence[str], expires_at: dt.datetime | None, actor: User) -> tuple[ApiToken, str]:
    """Make a token for another system; return it with its secret, which nobody can read again."""
    require_owner(actor)
    secret = TOKEN_START + new_token()
    token = ApiToken.objects.create(
        name=name, token_hash=token_hash(secret), hint=secret[-HINT:], scopes=list(scopes), expires_at=expires_at, created_by=actor
    )
    log.info("API token %s made by user %s", token.pk, actor.pk)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User, now: dt.datetime) -> bool:
    """Make a token worthless from this moment on; False when it was already."""
    require_owner(actor)
    is_done = bool(ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now))
    if is_done:
        log.info("API token %s revoked by user %s", token.pk, actor.pk)
    return is_done


def note_token_use(*, token: ApiToken, now: dt.datetime) -> bool:
    """Write down when a token was used last, at most once a minute."""
    is_old = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_FRESH)
    return bool(ApiToken.objects.filter(is_old, pk=token.pk).update(last_used_at=now))
