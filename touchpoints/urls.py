"""Addresses of this app's pages."""

from django.urls import path

from touchpoints.views import actions, audits, guests, photos, points, walk, words

app_name = "touchpoints"
urlpatterns = [
    path("", points.touchpoint_map, name="map"),
    path("catalogue/", points.catalogue, name="catalogue"),
    path("words/", words.map_settings, name="map_settings"),
    path("points/new/", points.touchpoint_create, name="touchpoint_create"),
    path("points/<int:pk>/", points.touchpoint_detail, name="touchpoint_detail"),
    path("points/<int:pk>/edit/", points.touchpoint_edit, name="touchpoint_edit"),
    path("points/<int:pk>/archive/", points.touchpoint_archive, name="touchpoint_archive"),
    path("points/<int:pk>/move/", points.touchpoint_move, name="touchpoint_move"),
    path("audits/", audits.audit_list, name="audit_list"),
    path("audits/new/", audits.audit_create, name="audit_create"),
    path("audits/<int:pk>/", audits.audit_detail, name="audit_detail"),
    path("audits/<int:pk>/start/", audits.audit_start, name="audit_start"),
    path("audits/<int:pk>/walk/", walk.audit_walk, name="audit_walk"),
    path("audits/<int:pk>/points/<int:point_pk>/", walk.mark_save, name="mark_save"),
    path("audits/<int:pk>/finish/", audits.audit_finish, name="audit_finish"),
    path("audits/<int:pk>/cancel/", audits.audit_cancel, name="audit_cancel"),
    path("actions/", actions.action_list, name="action_list"),
    path("actions/new/", actions.action_create, name="action_create"),
    path("actions/<int:pk>/", actions.action_detail, name="action_detail"),
    path("actions/<int:pk>/edit/", actions.action_edit, name="action_edit"),
    path("actions/<int:pk>/start/", actions.action_start, name="action_start"),
    path("actions/<int:pk>/done/", actions.action_done, name="action_done"),
    path("actions/<int:pk>/drop/", actions.action_drop, name="action_drop"),
    path("actions/<int:pk>/reopen/", actions.action_reopen, name="action_reopen"),
    path("walk-worker.js", walk.walk_worker, name="walk_worker"),
    path("g/<str:token>/", guests.guest_walk, name="guest_walk"),
    path("g/<str:token>/walk/", guests.guest_step, name="guest_step"),
    path("g/<str:token>/points/<int:point_pk>/", guests.guest_mark, name="guest_mark"),
    path("g/<str:token>/photos/<uuid:key>/", guests.guest_photo, name="guest_photo"),
    path("g/<str:token>/finish/", guests.guest_finish, name="guest_finish"),
    path("photos/mark/<uuid:key>/", photos.mark_photo, name="mark_photo"),
    path("photos/<str:kind>/<int:pk>/", photos.photo, name="photo"),
]
