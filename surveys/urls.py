"""Addresses of this app's pages."""

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.wave_list, name="wave_list"),
    path("new/", views.wave_create, name="wave_create"),
    path("audience/", views.audience_count, name="audience_count"),
    path("wording/", views.questionnaire, name="questionnaire"),
    path("rules/", views.settings, name="settings"),
    path("comments/", views.comment_list, name="comment_list"),
    path("comments/<int:pk>/action/", views.comment_action, name="comment_action"),
    path("clients/<int:pk>/", views.client_panel, name="client_panel"),
    path("a/<str:token>/", views.answer, name="answer"),
    path("a/<str:token>/opened/", views.answer_opened, name="answer_opened"),
    path("a/<str:token>/thanks/", views.answer_thanks, name="answer_thanks"),
    path("s/<str:token>/", views.public_answer, name="public_answer"),
    path("s/<str:token>/thanks/<uuid:key>/", views.public_thanks, name="public_thanks"),
    path("<int:pk>/", views.wave_detail, name="wave_detail"),
    path("<int:pk>/edit/", views.wave_edit, name="wave_edit"),
    path("<int:pk>/preview/", views.wave_preview, name="wave_preview"),
    path("<int:pk>/letter/", views.letter_preview, name="letter_preview"),
    path("<int:pk>/answer/", views.answer_preview, name="answer_preview"),
    path("<int:pk>/test/", views.wave_test, name="wave_test"),
    path("<int:pk>/start/", views.wave_start, name="wave_start"),
    path("<int:pk>/pause/", views.wave_pause, name="wave_pause"),
    path("<int:pk>/resume/", views.wave_resume, name="wave_resume"),
    path("<int:pk>/close/", views.wave_close, name="wave_close"),
    path("<int:pk>/delete/", views.wave_delete, name="wave_delete"),
    path("<int:pk>/export/", views.wave_export, name="wave_export"),
    path("<int:pk>/links/", views.wave_links, name="wave_links"),
]
