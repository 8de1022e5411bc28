"""Addresses for other systems, version 1: what is here keeps its meaning."""

from django.urls import path

from churn import api as churn_api
from metrics import api as metrics_api
from programme import api as programme_api
from programme import api_lists
from programme.api_lists import by_method
from surveys import api

app_name = "api"
urlpatterns = [
    path("actions/", api_lists.actions, name="actions"),
    path("answers/", by_method(api_lists.answers, api.answer_create), name="answer_create"),
    path("audits/", api_lists.audits, name="audits"),
    path("calls/", api_lists.calls, name="calls"),
    path("channel-months/", metrics_api.channel_months, name="channel_months"),
    path("client-sources/", programme_api.client_source, name="client_source"),
    path("employees/", api_lists.employees, name="employees"),
    path("leavers/", by_method(api_lists.leavers, churn_api.leaver_create), name="leaver_create"),
    path("leavers/<int:pk>/caller/", churn_api.leaver_caller, name="leaver_caller"),
    path("touchpoints/", api_lists.touchpoints, name="touchpoints"),
    path("waves/", api_lists.waves, name="waves"),
]
