"""Addresses of this app's pages."""

from django.urls import path

from metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.ltv, name="ltv"),
    path("result/", views.ltv_result, name="ltv_result"),
    path("save/", views.ltv_save, name="ltv_save"),
    path("pool/", views.pool, name="pool"),
    path("pool/panel/", views.pool_panel, name="pool_panel"),
    path("constraint/", views.constraint, name="constraint"),
    path("constraint/panel/", views.constraint_panel, name="constraint_panel"),
    path("model/panel/", views.model_panel, name="model_panel"),
    path("lost-calls/panel/", views.lost_calls_panel, name="lost_calls_panel"),
]
