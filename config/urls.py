"""Every address of Mayak. Names are `<app>:<view>`."""

from allauth.account import views as account_views
from django.conf import settings
from django.urls import include, path, register_converter
from django.views.i18n import set_language

from config import views
from config.converters import Base36Converter

register_converter(Base36Converter, "base36")

urlpatterns = [
    path("", include("programme.urls")),
    path("company/health/", views.health, name="health"),
    path("company/health/warning/", views.health_warning, name="health_warning"),
    path("company/", include("company.urls")),
    path("mail/", include("mailing.urls")),
    path("clients/", include("clients.urls")),
    path("touchpoints/", include("touchpoints.urls")),
    path("surveys/", include("surveys.urls")),
    path("value/", include("metrics.urls")),
    path("leavers/", include("churn.urls")),
    path("api/v1/", include("config.api_urls")),
    path("login/", account_views.login, name="account_login"),
    path("login/closed/", account_views.account_inactive, name="account_inactive"),
    path("logout/", account_views.logout, name="account_logout"),
    path("password/change/", account_views.password_change, name="account_change_password"),
    path("password/reset/", account_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", account_views.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account_views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("password/reset/key/<base36:uidb36>-<key>/", account_views.password_reset_from_key, name="account_reset_password_from_key"),
    path("password/confirm/", account_views.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("readyz", views.readyz, name="readyz"),
    path("language/", set_language, name="set_language"),
]

if "WEBHOOK_SECRET" in settings.ANYMAIL:
    urlpatterns.append(path("mail/webhooks/", include("anymail.urls")))
handler500 = views.server_error
