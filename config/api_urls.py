"""Addresses for other systems, version 1: what is here keeps its meaning."""

from django.urls import path

from surveys import api

app_name = "api"
urlpatterns = [
    path("answers/", api.answer_create, name="answer_create"),
]
