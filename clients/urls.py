"""Addresses of this app's pages."""

from django.urls import path

from clients.views import bills, clients, imports, incidents, reminders, rightness, rollups

app_name = "clients"
urlpatterns = [
    path("", clients.client_list, name="client_list"),
    path("export/<str:kind>/", clients.client_export, name="client_export"),
    path("new/", clients.client_create, name="client_create"),
    path("bands/", clients.value_bands, name="value_bands"),
    path("<int:pk>/", clients.client_detail, name="client_detail"),
    path("<int:pk>/edit/", clients.client_edit, name="client_edit"),
    path("<int:pk>/purchases/new/", clients.purchase_create, name="purchase_create"),
    path("right/", rightness.right_list, name="right_list"),
    path("right/export.xlsx", rightness.right_export, name="right_export"),
    path("right/count/", rightness.right_count, name="right_count"),
    path("right/weights/", rightness.right_weights, name="right_weights"),
    path("<int:pk>/right/", rightness.right_panel, name="right_panel"),
    path("<int:pk>/marks/", rightness.client_marks, name="client_marks"),
    path("marks/<int:pk>/back/", rightness.mark_take_back, name="mark_take_back"),
    path("<int:pk>/bills/", bills.client_bills, name="client_bills"),
    path("bills/<int:pk>/delete/", bills.bill_delete, name="bill_delete"),
    path("bills/load/", bills.bill_import, name="bill_import"),
    path("<int:pk>/incidents/", incidents.incident_panel, name="incident_panel"),
    path("<int:pk>/incidents/new/", incidents.incident_create, name="incident_create"),
    path("incidents/<int:pk>/settle/", incidents.incident_settle, name="incident_settle"),
    path("reminders/", reminders.reminder_list, name="reminder_list"),
    path("reminders/new/", reminders.reminder_create, name="reminder_create"),
    path("reminders/draft/", reminders.reminder_draft, name="reminder_draft"),
    path("reminders/<int:pk>/", reminders.reminder_detail, name="reminder_detail"),
    path("reminders/<int:pk>/edit/", reminders.reminder_edit, name="reminder_edit"),
    path("reminders/<int:pk>/preview/", reminders.reminder_preview, name="reminder_preview"),
    path("reminders/<int:pk>/switch/", reminders.reminder_switch, name="reminder_switch"),
    path("reminders/<int:pk>/test/", reminders.reminder_test, name="reminder_test"),
    path("rollups/warning/", rollups.rollup_warning, name="rollup_warning"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_create, name="import_create"),
    path("imports/example.csv", imports.import_example, name="import_example"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/columns/", imports.import_mapping, name="import_mapping"),
    path("imports/<int:pk>/reading/", imports.import_reading, name="import_reading"),
    path("imports/<int:pk>/load/", imports.import_load, name="import_load"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/refused.csv", imports.import_problems, name="import_problems"),
]
