"""Addresses of this app's pages."""

from django.urls import path

from churn import views
from churn.views import return_letters, returns, warnings

app_name = "churn"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<int:pk>/", views.leaver, name="leaver"),
    path("<int:pk>/draft/", views.save_draft, name="save_draft"),
    path("<int:pk>/caller/", views.reassign, name="reassign"),
    path("<int:pk>/exception/", views.allow_exception, name="allow_exception"),
    path("find/", views.find_now, name="find_now"),
    path("find/old/", views.queue_old, name="queue_old"),
    path("client/<int:pk>/", views.client_panel, name="client_panel"),
    path("client/<int:pk>/left/", views.mark_left, name="mark_left"),
    path("actions/<int:pk>/", views.action_panel, name="action_panel"),
    path("actions/<int:pk>/reasons/", views.action_reasons, name="action_reasons"),
    path("actions/<int:pk>/calls/", views.action_call_back, name="action_call_back"),
    path("reasons/", views.reasons, name="reasons"),
    path("reasons/tree/", views.reason_list, name="reason_list"),
    path("reasons/tree/add/", views.add_reason, name="add_reason"),
    path("reasons/tree/<int:pk>/", views.edit_reason, name="edit_reason"),
    path("reasons/tree/<int:pk>/link/", views.link_reason, name="link_reason"),
    path("reasons/tree/<int:pk>/archive/", views.archive_reason, name="archive_reason"),
    path("reasons/tree/<int:pk>/shift/", views.shift_reason, name="shift_reason"),
    path("reasons/tree/<int:pk>/merge/", views.merge_reason, name="merge_reason"),
    path("reasons/tree/history/", views.reason_history, name="reason_history"),
    path("reasons/tree/history/<int:pk>/undo/", views.undo_merge, name="undo_merge"),
    path("returns/", returns.return_list, name="return_list"),
    path("returns/add/", returns.return_create, name="return_create"),
    path("returns/<int:pk>/", returns.return_detail, name="return_detail"),
    path("returns/<int:pk>/change/", returns.return_change, name="return_change"),
    path("returns/<int:pk>/start/", returns.return_start, name="return_start"),
    path("returns/<int:pk>/close/", returns.return_close, name="return_close"),
    path("returns/<int:pk>/send/", return_letters.return_send, name="return_send"),
    path("returns/<int:pk>/letters/", return_letters.return_letters, name="return_letters"),
    path("returns/<int:pk>/posted/", return_letters.return_posted, name="return_posted"),
    path("returns/turns/<int:pk>/", return_letters.return_turn, name="return_turn"),
    path("returns/turns/<int:pk>/look/", return_letters.return_preview, name="return_preview"),
    path("returns/turns/<int:pk>/way/", return_letters.return_way, name="return_way"),
    path("returns/turns/<int:pk>/skip/", return_letters.return_skip, name="return_skip"),
    path("returns/turns/<int:pk>/told/", return_letters.return_told, name="return_told"),
    path("returns/client/<int:pk>/", return_letters.return_panel, name="return_panel"),
    path("warning/", warnings.warning_list, name="warning_list"),
    path("warning/export.xlsx", warnings.warning_export, name="warning_export"),
    path("warning/count/", warnings.warning_count, name="warning_count"),
    path("warning/<int:pk>/talk/", warnings.warning_talk, name="warning_talk"),
    path("script/", views.script, name="script"),
    path("script/edit/", views.edit_script, name="edit_script"),
]
