"""Addresses for other systems, version 1: what is here keeps its meaning."""

from django.urls import path

from churn import api as churn_api
from surveys import api

app_name = "api"
urlpatterns = [
    path("answers/", api.answer_create, name="answer_create"),
    path("leavers/", churn_api.leaver_create, name="leaver_create"),
    path("leavers/<int:pk>/caller/", churn_api.leaver_caller, name="leaver_caller"),
]
