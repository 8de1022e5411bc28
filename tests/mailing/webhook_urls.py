"""The addresses of an installation whose mail provider reports by HTTP."""

from django.urls import include, path

from config.urls import urlpatterns as usual

urlpatterns = [*usual, path("mail/webhooks/", include("anymail.urls"))]
