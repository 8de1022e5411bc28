"""The firm, its branches, employees and users."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from company.enums import ROLE_RANK, ApiScope, Currency, Role


class Company(models.Model):
    """The one firm this installation serves: a single row with id 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("what it does, in three words"), max_length=120, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices, default=Currency.RUB)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow")
    word_forms = models.JSONField(_("the word for a Client"), default=dict)
    former_words = models.JSONField(_("words for a Client spoken before"), default=list)
    brand_color = models.CharField(_("brand colour"), max_length=7, default="#2F5F8F")
    logo = models.FileField(_("logo"), upload_to="logo/", blank=True)
    is_demo = models.BooleanField(default=False)
    requires_second_factor = models.BooleanField(_("owners and managers sign in with a second factor"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="company_is_single"),
            models.CheckConstraint(condition=~Q(name=""), name="company_has_name"),
            models.CheckConstraint(condition=Q(brand_color__regex=r"^#[0-9A-Fa-f]{6}$"), name="company_brand_color_is_hex"),
        ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A place where the firm meets Clients: a shop, an office, a delivery round."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(_("time zone, if it differs from the company's"), max_length=64, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="branch_has_name")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users whose login is the e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save a user; without a password the account waits for a reset link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who signs in. `seniority` orders callers: 1 is the owner, larger numbers are more junior.

    `session_epoch` grows when the role changes or the account is closed: sessions begun before it die.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.STAFF)
    position = models.CharField(_("position"), max_length=120, blank=True)
    seniority = models.PositiveSmallIntegerField(_("seniority"), default=9)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, verbose_name=_("branch"))
    is_active = models.BooleanField(_("may sign in"), default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        ordering: ClassVar = ["seniority", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=Q(seniority__gte=1), name="user_seniority_from_one"),
            models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def has_role(self, role: Role) -> bool:
        """Say whether the user's role includes the given one."""
        return self.is_active and ROLE_RANK[Role(self.role)] >= ROLE_RANK[role]

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Return what ties a session to the account: a new password or a new epoch ends every session of the user."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("company.models.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def initials(self) -> str:
        """Two letters for the round picture."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class ApiToken(models.Model):
    """A key by which another system speaks to Mayak. It is shown once; only its hash is kept."""

    name = models.CharField(_("what it is for"), max_length=80)
    token_hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8, help_text="The last characters, to tell tokens apart.")
    scopes = ArrayField(models.CharField(max_length=20, choices=ApiScope.choices), verbose_name=_("what it may do"), default=list)
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="api_token_has_name"),
            models.CheckConstraint(condition=Q(scopes__len__gte=1, scopes__contained_by=ApiScope.values), name="api_token_scopes_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Employee(models.Model):
    """Somebody who works here, whether or not they sign in. A Client's responsible person is an employee."""

    name = models.CharField(_("name"), max_length=120)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, verbose_name=_("branch"))
    department = models.CharField(_("department"), max_length=80, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, verbose_name=_("user"))

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="employee_has_name"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(hired_on__isnull=True) | Q(left_on__gte=models.F("hired_on")),
                name="employee_left_after_hired",
            ),
        ]

    def __str__(self) -> str:
        return self.name
