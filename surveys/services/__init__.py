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
from surveys.services.planning import plan_due_waves, revisit_skipped
from surveys.services.plans import PlanDraft, ReminderDraft, SurveyDraft, WaveDraft
from surveys.services.questionnaires import Wording, default_questionnaire, save_questionnaire, standard_wording, wording_in_force
from surveys.services.reminders import send_due_reminders
from surveys.services.repeating import (
    ask_after_purchases,
    create_survey,
    delete_survey,
    make_due_waves,
    pause_survey,
    resume_survey,
    update_survey,
)
from surveys.services.rolling import coming_wave, ensure_rolling_wave
from surveys.services.rules import save_survey_settings
from surveys.services.tags import TagTakenError, delete_tag, merge_tags, rename_tag, tag_answer, untag_answer
from surveys.services.themes import add_word, assign_themes, delete_theme, save_theme, start_dictionary
from surveys.services.waves import (
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
    "PlanDraft",
    "PressAgainError",
    "ReminderDraft",
    "Submission",
    "SurveyDraft",
    "TagTakenError",
    "WaveClosedError",
    "WaveDraft",
    "Wording",
    "add_word",
    "ask_after_purchases",
    "assign_themes",
    "close_due_waves",
    "close_wave",
    "coming_wave",
    "count_post",
    "create_always_survey",
    "create_door",
    "create_survey",
    "create_wave",
    "default_questionnaire",
    "delete_survey",
    "delete_tag",
    "delete_theme",
    "delete_wave",
    "ensure_rolling_wave",
    "forget_posts",
    "make_action",
    "make_due_waves",
    "make_referral",
    "mark_opened",
    "merge_tags",
    "open_door",
    "pause_letters",
    "pause_survey",
    "plan_due_waves",
    "record_door_answer",
    "record_personal_answer",
    "record_public_answer",
    "rename_tag",
    "resume_letters",
    "resume_survey",
    "revisit_skipped",
    "save_questionnaire",
    "save_survey_settings",
    "save_theme",
    "send_due_reminders",
    "send_test_letter",
    "sort_comment",
    "standard_wording",
    "start_dictionary",
    "start_wave",
    "tag_answer",
    "untag_answer",
    "update_door",
    "update_survey",
    "update_wave",
    "wording_in_force",
]
