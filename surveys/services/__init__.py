"""Every write of surveys: wording, waves, answers."""

from surveys.services.answers import (
    AnswerValues,
    PressAgainError,
    Submission,
    WaveClosedError,
    mark_opened,
    record_personal_answer,
    record_public_answer,
)
from surveys.services.comments import make_action, make_referral, sort_comment
from surveys.services.doors import create_always_survey, create_door, open_door, record_door_answer, update_door
from surveys.services.limits import count_post, forget_posts
from surveys.services.questionnaires import Wording, default_questionnaire, save_questionnaire, standard_wording, wording_in_force
from surveys.services.rolling import coming_wave, ensure_rolling_wave
from surveys.services.rules import save_survey_settings
from surveys.services.tags import TagTakenError, delete_tag, merge_tags, rename_tag, tag_answer, untag_answer
from surveys.services.themes import add_word, assign_themes, delete_theme, save_theme, start_dictionary
from surveys.services.waves import (
    WaveDraft,
    close_due_waves,
    close_wave,
    create_wave,
    delete_wave,
    pause_letters,
    resume_letters,
    send_test_letter,
    start_wave,
    update_wave,
)

__all__ = [
    "AnswerValues",
    "PressAgainError",
    "Submission",
    "TagTakenError",
    "WaveClosedError",
    "WaveDraft",
    "Wording",
    "add_word",
    "assign_themes",
    "close_due_waves",
    "close_wave",
    "coming_wave",
    "count_post",
    "create_always_survey",
    "create_door",
    "create_wave",
    "default_questionnaire",
    "delete_tag",
    "delete_theme",
    "delete_wave",
    "ensure_rolling_wave",
    "forget_posts",
    "make_action",
    "make_referral",
    "mark_opened",
    "merge_tags",
    "open_door",
    "pause_letters",
    "record_door_answer",
    "record_personal_answer",
    "record_public_answer",
    "rename_tag",
    "resume_letters",
    "save_questionnaire",
    "save_survey_settings",
    "save_theme",
    "send_test_letter",
    "sort_comment",
    "standard_wording",
    "start_dictionary",
    "start_wave",
    "tag_answer",
    "untag_answer",
    "update_door",
    "update_wave",
    "wording_in_force",
]
