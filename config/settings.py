"""Settings of Mayak: one file, everything that differs between machines comes from the environment.

`.env.example` lists every variable. With nothing set, the embedded servers of `config/embedded.py` are used.
"""

from datetime import timedelta
from pathlib import Path

import environ
from bootstrap_wrapper import get_bootstrap_dir
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import production, reports, state

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = state.VAR_DIR

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or state.secret_key()
# Keys of before: what was sealed under them still opens, sessions and links go on.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")

# An app may import only apps above it in this list: tests/test_architecture.py holds it.
LOCAL_APPS = [
    "common",
    "company",
    "mailing",
    "clients",
    "touchpoints",
    "surveys",
    "metrics",
    "churn",
    "programme",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "lucide",
    "template_partials",
    "config",
    *LOCAL_APPS,
]

MIDDLEWARE = [
    "config.middleware.PermissionsMiddleware",
    "config.middleware.AliveMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "company.middleware.CompanyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "company.context_processors.company",
            ],
            "builtins": [
                "common.templatetags.mayak",
                "touchpoints.templatetags.ratings",
                "lucide.templatetags.lucide",
                "template_partials.templatetags.partials",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default=state.read_url(state.DATABASE_URL_FILE, "postgres:///mayak")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default=state.read_url(state.REDIS_URL_FILE, "redis://127.0.0.1:6379/0"))
# In the database, not in Redis: sessions, limits and charts must survive the loss of Redis.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # with the usual 300, new charts would push out the counters of failed logins
    },
}

AUTH_USER_MODEL = "company.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "programme:overview"
ACCOUNT_ADAPTER = "company.allauth_adapter.ClosedAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=15).total_seconds())
MFA_ADAPTER = "company.allauth_adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
# Wrong passwords: ten a minute from an address, five in five minutes for an account from all devices it has not been used on;
# a device it has been used on has five of its own (company/devices.py).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}

USE_I18N = True
USE_TZ = True
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_dir()), ("font", VAR_DIR / "font")]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
# JSON for other systems, known by a token alone. What an address does not allow by a scope of its own is refused.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["company.api.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["company.api.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "company.api_errors.error_response",
    "URL_FORMAT_OVERRIDE": None,
}
HTTPS = BASE_URL.startswith("https://")
production.refuse_unsafe(base_url=BASE_URL, debug=DEBUG, allowed_hosts=ALLOWED_HOSTS, secret_key=SECRET_KEY)
# Owners and managers sign in with a second factor; the owner may waive it on the page of the company. Without TLS, on a machine of
# one's own and in the tests, nobody is asked unless this is set.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=HTTPS)
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
DEVICE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "company.views.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else all visitors share the proxy's address, and one who guesses passwords shuts everybody out

# EMAIL_URL names the SMTP server; without it letters become files in var/mail.
EMAIL_URL = env.str("EMAIL_URL", default="")
MAIL_FOLDER = VAR_DIR / "mail"
# Where reports of undelivered letters and unsubscribing letters arrive, and how the mailbox is read: imaps://user:password@host/INBOX,
# or file:///folder where the mail server leaves .eml files.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_URL = env.str("BOUNCE_URL", default="")
# Mail providers report here what became of letters; without the secret (name:password) the address does not exist.
ANYMAIL = {
    name: value
    for name, value in env.ENVIRON.items()
    if name.endswith(("_WEBHOOK_SIGNING_KEY", "_WEBHOOK_KEY", "_WEBHOOK_VERIFICATION_KEY"))
}
if WEBHOOK_SECRET := env.str("ANYMAIL_WEBHOOK_SECRET", default=""):
    ANYMAIL["WEBHOOK_SECRET"] = WEBHOOK_SECRET
DNS_SERVER = env.str("DNS_SERVER", default="")  # host:port for check_mail_domain; empty: the system's
# The number of the last claim, outside the database: a restored database is found out by it before it sends anything twice.
MAIL_FENCE = Path(env.str("MAIL_FENCE", default=str(VAR_DIR / "run" / "mail_fence.json")))
# Private keys of anonymous staff surveys, in both folders at once; never among the backups of the database.
BALLOT_KEY_FOLDERS = env.list("BALLOT_KEY_FOLDERS", default=[str(VAR_DIR / "ballot_keys"), str(VAR_DIR / "ballot_keys_copy")])
# Archives of `manage.py backup`; best on another disk, and copied off this machine.
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", default=str(VAR_DIR / "backups")))
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="mayak@localhost")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_FOLDER

# A task is only a hint that something is due (reliability: early ack, no retry, no result).
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "retry_on_timeout": False,
    "max_retries": 0,
    "visibility_timeout": 3600,
    "global_keyprefix": "mayak.",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_TASK_TIME_LIMIT = 3600
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "run" / "beat")
CELERY_BEAT_SCHEDULE = {
    "drain-outbox": {"task": "mailing.tasks.drain_outbox", "schedule": 5.0, "options": {"expires": 60}},
    "read-bounces": {"task": "mailing.tasks.read_bounces", "schedule": 300.0, "options": {"expires": 300}},
    "check-domain": {"task": "mailing.tasks.check_domain", "schedule": 86400.0, "options": {"expires": 3600}},
    "run-due-imports": {"task": "clients.tasks.run_due_imports", "schedule": 5.0, "options": {"expires": 60}},
    "advance-waves": {"task": "surveys.tasks.advance_waves", "schedule": 30.0, "options": {"expires": 60}},
    "advance-staff-waves": {"task": "surveys.tasks.advance_staff_waves", "schedule": 30.0, "options": {"expires": 60}},
    "find-themes": {"task": "surveys.tasks.find_themes", "schedule": 10.0, "options": {"expires": 60}},
    "plan-waves": {"task": "surveys.tasks.plan_waves", "schedule": 5.0, "options": {"expires": 60}},
    "revisit-skipped": {"task": "surveys.tasks.revisit_skipped", "schedule": 21600.0, "options": {"expires": 3600}},
    "close-the-loop": {"task": "surveys.tasks.close_the_loop", "schedule": 30.0, "options": {"expires": 60}},
    "check-tally": {"task": "surveys.tasks.check_tally", "schedule": 86400.0, "options": {"expires": 3600}},
    "load-past-answers": {"task": "surveys.tasks.load_past_answers", "schedule": 5.0, "options": {"expires": 60}},
    "check-rollups": {"task": "clients.tasks.check_rollups", "schedule": 86400.0, "options": {"expires": 3600}},
    "fold-cohort-cells": {"task": "clients.tasks.fold_cohort_cells", "schedule": 3600.0, "options": {"expires": 3600}},
    "count-right-scores": {"task": "clients.tasks.count_right_scores", "schedule": 86400.0, "options": {"expires": 3600}},
    "send-visit-reminders": {"task": "clients.tasks.send_visit_reminders", "schedule": 3600.0, "options": {"expires": 3600}},
    "check-standings": {"task": "touchpoints.tasks.check_standings", "schedule": 86400.0, "options": {"expires": 3600}},
    "remind-of-audits": {"task": "touchpoints.tasks.remind_of_audits", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-visitors": {"task": "touchpoints.tasks.forget_visitors", "schedule": 3600.0, "options": {"expires": 3600}},
    "find-leavers": {"task": "churn.tasks.find_leavers", "schedule": 3600.0, "options": {"expires": 3600}},
    "keep-constraint": {"task": "metrics.tasks.keep_constraint", "schedule": 3600.0, "options": {"expires": 3600}},
    "score-clients": {"task": "metrics.tasks.score_clients", "schedule": 3600.0, "options": {"expires": 3600}},
    "take-due-looks": {"task": "metrics.tasks.take_due_looks", "schedule": 3600.0, "options": {"expires": 3600}},
    "count-warnings": {"task": "churn.tasks.count_warnings", "schedule": 86400.0, "options": {"expires": 3600}},
    "judge-detectors": {"task": "churn.tasks.judge_detectors", "schedule": 86400.0, "options": {"expires": 3600}},
    "gather-queue": {"task": "churn.tasks.gather_queue", "schedule": 86400.0, "options": {"expires": 3600}},
    "prepare-pulse": {"task": "programme.tasks.prepare_pulse", "schedule": 3600.0, "options": {"expires": 3600}},
    "remind-action-owners": {"task": "touchpoints.tasks.remind_owners", "schedule": 3600.0, "options": {"expires": 3600}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"secrets": {"()": "config.logs.SecretsFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        # SQL with its values, whatever the level: with it an answer would stand beside the link it came by.
        "django.db.backends": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
DEFAULT_EXCEPTION_REPORTER = "config.errors.QuietReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.errors.QuietFilter"
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    reports.start_reports(SENTRY_DSN)
