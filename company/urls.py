"""Addresses of the firm's pages."""

from django.urls import path

from company import views

app_name = "company"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("word/", views.word, name="word"),
    path("word/forms/", views.word_forms, name="word_forms"),
    path("branches/", views.branch_list, name="branch_list"),
    path("branches/add/", views.branch_add, name="branch_add"),
    path("branches/<int:pk>/", views.branch_rename, name="branch_rename"),
    path("branches/<int:pk>/move/", views.branch_move, name="branch_move"),
    path("branches/<int:pk>/delete/", views.branch_delete, name="branch_delete"),
    path("people/", views.people, name="people"),
    path("people/add/", views.user_add, name="user_add"),
    path("people/<int:pk>/", views.user_edit, name="user_edit"),
    path("people/<int:pk>/close/", views.user_close, name="user_close"),
    path("people/<int:pk>/open/", views.user_open, name="user_open"),
    path("people/<int:pk>/link/", views.user_mail_link, name="user_mail_link"),
    path("people/<int:pk>/second-factor/reset/", views.user_reset_factor, name="user_reset_factor"),
    path("employees/", views.employee_list, name="employee_list"),
    path("employees/add/", views.employee_add, name="employee_add"),
    path("employees/import/", views.employee_import, name="employee_import"),
    path("employees/export.xlsx", views.employee_export, name="employee_export"),
    path("employees/<int:pk>/", views.employee_edit, name="employee_edit"),
    path("employees/<int:pk>/leave/", views.employee_leave, name="employee_leave"),
    path("employees/<int:pk>/return/", views.employee_return, name="employee_return"),
    path("tokens/", views.token_list, name="token_list"),
    path("tokens/add/", views.token_create, name="token_create"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("profile/", views.profile, name="profile"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("gallery/", views.gallery, name="gallery"),
    path("brand.css", views.brand_css, name="brand_css"),
    path("logo.png", views.logo, name="logo"),
]
