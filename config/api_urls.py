"""Addresses for other systems, version 1: what is here keeps its meaning."""

from django.urls import path

from churn import api as churn_api
from metrics import api as metrics_api
from programme import api as programme_api
from surveys import api

app_name = "api"
urlpatterns = [
    path("answers/", api.answer_create, name="answer_create"),
    path("channel-months/", metrics_api.channel_months, name="channel_months"),
    path("client-sources/", programme_api.client_source, name="client_source"),
    path("leavers/", churn_api.leaver_create, name="leaver_create"),
    path("leavers/<int:pk>/caller/", churn_api.leaver_caller, name="leaver_caller"),
]
