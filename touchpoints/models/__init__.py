"""The map of touchpoints, audits of it, what Clients say there, and actions."""

from touchpoints.models.actions import Action, ActionComment, action_photo_path
from touchpoints.models.audits import Audit, AuditMark, AuditRound, MarkPhoto, audit_photo_path
from touchpoints.models.client_ratings import ClientRating, PointCode
from touchpoints.models.phone import CallTraffic, PhoneCall
from touchpoints.models.points import MapSettings, Standing, Touchpoint, TouchpointQuerySet
from touchpoints.models.standards import Standard, StandardCheck
from touchpoints.models.worksheets import Fear, Guarantee, Hold, Lesson, TalkIdea

__all__ = [
    "Action",
    "ActionComment",
    "Audit",
    "AuditMark",
    "AuditRound",
    "CallTraffic",
    "ClientRating",
    "Fear",
    "Guarantee",
    "Hold",
    "Lesson",
    "MapSettings",
    "MarkPhoto",
    "PhoneCall",
    "PointCode",
    "Standard",
    "StandardCheck",
    "Standing",
    "TalkIdea",
    "Touchpoint",
    "TouchpointQuerySet",
    "action_photo_path",
    "audit_photo_path",
]
