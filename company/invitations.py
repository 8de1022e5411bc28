"""The link by which a new person sets their password: it works once, for as long as PASSWORD_RESET_TIMEOUT says."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from company.models import Company, User


def password_link(user: User) -> str:
    """Return the full address of the page where the person sets a password."""
    key = default_token_generator.make_token(user)
    return str(settings.BASE_URL) + reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


def send_password_link(*, user: User, company: Company) -> None:
    """Mail the link to the person, in the language of whoever sends it."""
    context = {"user": user, "company": company, "link": password_link(user), "days": settings.PASSWORD_RESET_TIMEOUT // 86400}
    subject = _("Mayak of %(company)s: your password") % {"company": company.name}
    send_mail(" ".join(subject.split()), render_to_string("company/email/password_link.txt", context), None, [user.email])
