"""Addresses of this app's pages."""

from django.urls import path

from mailing import views

app_name = "mailing"
urlpatterns = [
    path("", views.message_list, name="message_list"),
    path("<int:pk>/", views.message_detail, name="message_detail"),
    path("<int:pk>/preview/", views.message_preview, name="message_preview"),
    path("<int:pk>/again/", views.message_again, name="message_again"),
    path("templates/", views.template_list, name="template_list"),
    path("templates/<int:pk>/restore/", views.template_restore, name="template_restore"),
    path("templates/<str:kind>/<str:locale>/", views.template_edit, name="template_edit"),
    path("templates/<str:kind>/<str:locale>/preview/", views.template_preview, name="template_preview"),
    path("templates/<str:kind>/<str:locale>/test/", views.template_test, name="template_test"),
    path("templates/<str:kind>/<str:locale>/reset/", views.template_reset, name="template_reset"),
    path("waves/<int:pk>/pause/", views.wave_pause, name="wave_pause"),
    path("waves/<int:pk>/resume/", views.wave_resume, name="wave_resume"),
    path("waves/<int:pk>/cancel/", views.wave_cancel, name="wave_cancel"),
    path("dead/", views.dead_list, name="dead_list"),
    path("dead/again/", views.dead_again, name="dead_again"),
    path("dead/letters.<str:file_format>", views.dead_export, name="dead_export"),
    path("domain/", views.domain, name="domain"),
    path("rules/", views.rules, name="rules"),
    path("accounts/<int:pk>/confirm/", views.account_confirm, name="account_confirm"),
    path("accounts/<int:pk>/resume/", views.account_resume, name="account_resume"),
    path("go/<str:token>/", views.go, name="go"),
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
