"""Surveys: wording, waves, invitations, answers, and the loop from an answer to a kept promise."""

from surveys.models.answers import Answer, AnswerTally, PostWindow, Tag, Theme, ThemeDictionary
from surveys.models.audiences import Contact, SavedAudience
from surveys.models.doors import Door
from surveys.models.interviews import InterviewAttempt
from surveys.models.loop import Case, CaseEvent, Promise, SecondScore, SurveySettings
from surveys.models.past import PastImport
from surveys.models.questionnaires import Questionnaire
from surveys.models.staff import (
    MotiveGuess,
    MotiveRating,
    MotiveStep,
    StaffBallot,
    StaffComment,
    StaffGroup,
    StaffSeat,
    StaffTicket,
    StaffWave,
)
from surveys.models.waves import Invitation, Reminder, Removal, Survey, Wave

__all__ = [
    "Answer",
    "AnswerTally",
    "Case",
    "CaseEvent",
    "Contact",
    "Door",
    "InterviewAttempt",
    "Invitation",
    "MotiveGuess",
    "MotiveRating",
    "MotiveStep",
    "PastImport",
    "PostWindow",
    "Promise",
    "Questionnaire",
    "Reminder",
    "Removal",
    "SavedAudience",
    "SecondScore",
    "StaffBallot",
    "StaffComment",
    "StaffGroup",
    "StaffSeat",
    "StaffTicket",
    "StaffWave",
    "Survey",
    "SurveySettings",
    "Tag",
    "Theme",
    "ThemeDictionary",
    "Wave",
]
