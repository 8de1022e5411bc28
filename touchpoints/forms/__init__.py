"""What people type about the map, audits and actions."""

from common.picture_fields import PHOTO_PROBLEMS, PHOTO_TYPES, PhotoField
from touchpoints.forms.actions import (
    ActionFilterForm,
    ActionForm,
    CommentForm,
    DoneForm,
    DropForm,
    HandOverForm,
    MoveForm,
    PostponeForm,
    default_due,
)
from touchpoints.forms.audits import ColleagueAuditForm, GuestAuditForm, OpenAuditForm
from touchpoints.forms.codes import ClientNoteForm, ClientRatingForm, CodesForm, SheetForm
from touchpoints.forms.fields import FilterForm, MoneyField, colleagues, day_input
from touchpoints.forms.marks import TOO_MANY, MarkForm
from touchpoints.forms.points import CatalogueForm, MapFilterForm, PlaceForm, TouchpointForm
from touchpoints.forms.rounds import CompareForm, MatrixForm, RoundFilterForm, RoundForm, first_plan
from touchpoints.forms.standards import StandardFilterForm, StandardForm, StandardsForm, StartForm
from touchpoints.forms.tables import AuditImportForm, MapImportForm
from touchpoints.forms.words import MapSettingsForm

__all__ = [
    "PHOTO_PROBLEMS",
    "PHOTO_TYPES",
    "TOO_MANY",
    "ActionFilterForm",
    "ActionForm",
    "AuditImportForm",
    "CatalogueForm",
    "ClientNoteForm",
    "ClientRatingForm",
    "CodesForm",
    "ColleagueAuditForm",
    "CommentForm",
    "CompareForm",
    "DoneForm",
    "DropForm",
    "FilterForm",
    "GuestAuditForm",
    "HandOverForm",
    "MapFilterForm",
    "MapImportForm",
    "MapSettingsForm",
    "MarkForm",
    "MatrixForm",
    "MoneyField",
    "MoveForm",
    "OpenAuditForm",
    "PhotoField",
    "PlaceForm",
    "PostponeForm",
    "RoundFilterForm",
    "RoundForm",
    "SheetForm",
    "StandardFilterForm",
    "StandardForm",
    "StandardsForm",
    "StartForm",
    "TouchpointForm",
    "colleagues",
    "day_input",
    "default_due",
    "first_plan",
]
