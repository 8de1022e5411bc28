"""Pages of surveys: for respondents and for the company."""

from surveys.views.answers import answer, answer_opened, answer_thanks, public_answer, public_thanks
from surveys.views.comments import client_panel, comment_action, comment_list
from surveys.views.results import wave_detail, wave_export, wave_links
from surveys.views.rules import settings
from surveys.views.waves import (
    answer_preview,
    audience_count,
    letter_preview,
    questionnaire,
    wave_close,
    wave_create,
    wave_delete,
    wave_edit,
    wave_list,
    wave_pause,
    wave_preview,
    wave_resume,
    wave_start,
    wave_test,
)

__all__ = [
    "answer",
    "answer_opened",
    "answer_preview",
    "answer_thanks",
    "audience_count",
    "client_panel",
    "comment_action",
    "comment_list",
    "letter_preview",
    "public_answer",
    "public_thanks",
    "questionnaire",
    "settings",
    "wave_close",
    "wave_create",
    "wave_delete",
    "wave_detail",
    "wave_edit",
    "wave_export",
    "wave_links",
    "wave_list",
    "wave_pause",
    "wave_preview",
    "wave_resume",
    "wave_start",
    "wave_test",
]
