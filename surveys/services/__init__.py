"""Every write of surveys: wording, waves, answers."""

from surveys.ballot_keys import KeyNotKeptError
from surveys.links import contact_link, personal_link, second_link, staff_link
from surveys.services.alerts import alert_owner, escalate_late_cases
from surveys.services.answers import (
    AnswerValues,
    PressAgainError,
    Submission,
    WaveClosedError,
    mark_opened,
    record_personal_answer,
    record_public_answer,
)
from surveys.services.ballots import StaffWaveClosedError, TicketUnknownError, TicketUsedError, cast_ballot
from surveys.services.cases import open_case_by_hand, open_due_cases
from surveys.services.casework import CaseClosedError, assign_case, close_case, move_case, note_case, take_case
from surveys.services.comments import make_action, make_referral, sort_comment
from surveys.services.contacts import add_contacts, delete_contact, save_contact
from surveys.services.doors import create_always_survey, create_door, open_door, record_door_answer, update_door, wave_shown
from surveys.services.interviews import AlreadyAnsweredError, ConsentMissingError, record_attempt, record_interview
from surveys.services.launching import TooFewPeopleError, launch_staff_wave
from surveys.services.limits import POSTS_IN_WINDOW, TokenThrottle, count_post, forget_posts
from surveys.services.motives import (
    GroupWithheldError,
    GuessTooLateError,
    make_step,
    seal_guess,
)
from surveys.services.outside import KeyTakenError, OutsideAnswer, record_outside_answer
from surveys.services.past import (
    drop_past_import,
    is_mapped,
    load_due_past_imports,
    map_past_columns,
    quarter_name,
    request_past_load,
    start_past_import,
    undo_past_import,
)
from surveys.services.planning import plan_due_waves, revisit_skipped
from surveys.services.plans import PlanDraft, ReminderDraft, SurveyDraft, WaveDraft
from surveys.services.promises import (
    PromisePlan,
    PromiseWords,
    add_askers,
    change_promise,
    context_of,
    create_promise,
    remove_asker,
    tell_kept_promises,
)
from surveys.services.questionnaires import Wording, default_questionnaire, save_questionnaire, standard_wording, wording_in_force
from surveys.services.reminders import send_due_reminders
from surveys.services.removals import delete_audience, remove_client, restore_client, save_audience
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
from surveys.services.second_scores import CannotAskError, ask_second_score, note_second_score, record_second_score, takes_second_score
from surveys.services.staff_comments import make_staff_action
from surveys.services.staff_letters import plan_staff_letters
from surveys.services.staff_repeating import (
    repeat_staff_wave,
)
from surveys.services.staff_tally import (
    TallyFailedError,
    close_staff_wave,
    destroy_spent_keys,
    give_up_staff_wave,
    tally_due_staff_waves,
    tally_staff_wave,
)
from surveys.services.staff_waves import StaffDraft, create_staff_wave, delete_staff_wave, let_newcomers_wait, update_staff_wave
from surveys.services.tags import TagTakenError, delete_tag, link_tag, merge_tags, rename_tag, tag_answer, tidy_name, untag_answer
from surveys.services.tally import check_tally, count_anew
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
from surveys.staff_codes import code_of

__all__ = [
    "POSTS_IN_WINDOW",
    "AlreadyAnsweredError",
    "AnswerValues",
    "CannotAskError",
    "CaseClosedError",
    "ConsentMissingError",
    "GroupWithheldError",
    "GuessTooLateError",
    "KeyNotKeptError",
    "KeyTakenError",
    "OutsideAnswer",
    "PlanDraft",
    "PressAgainError",
    "PromisePlan",
    "PromiseWords",
    "ReminderDraft",
    "StaffDraft",
    "StaffWaveClosedError",
    "Submission",
    "SurveyDraft",
    "TagTakenError",
    "TallyFailedError",
    "TicketUnknownError",
    "TicketUsedError",
    "TokenThrottle",
    "TooFewPeopleError",
    "WaveClosedError",
    "WaveDraft",
    "Wording",
    "add_askers",
    "add_contacts",
    "add_word",
    "alert_owner",
    "ask_after_purchases",
    "ask_second_score",
    "assign_case",
    "assign_themes",
    "cast_ballot",
    "change_promise",
    "check_tally",
    "close_case",
    "close_due_waves",
    "close_staff_wave",
    "close_wave",
    "code_of",
    "coming_wave",
    "contact_link",
    "context_of",
    "count_anew",
    "count_post",
    "create_always_survey",
    "create_door",
    "create_promise",
    "create_staff_wave",
    "create_survey",
    "create_wave",
    "default_questionnaire",
    "delete_audience",
    "delete_contact",
    "delete_staff_wave",
    "delete_survey",
    "delete_tag",
    "delete_theme",
    "delete_wave",
    "destroy_spent_keys",
    "drop_past_import",
    "ensure_rolling_wave",
    "escalate_late_cases",
    "forget_posts",
    "give_up_staff_wave",
    "is_mapped",
    "launch_staff_wave",
    "let_newcomers_wait",
    "link_tag",
    "load_due_past_imports",
    "make_action",
    "make_due_waves",
    "make_referral",
    "make_staff_action",
    "make_step",
    "map_past_columns",
    "mark_opened",
    "merge_tags",
    "move_case",
    "note_case",
    "note_second_score",
    "open_case_by_hand",
    "open_door",
    "open_due_cases",
    "pause_letters",
    "pause_survey",
    "personal_link",
    "plan_due_waves",
    "plan_staff_letters",
    "quarter_name",
    "record_attempt",
    "record_door_answer",
    "record_interview",
    "record_outside_answer",
    "record_personal_answer",
    "record_public_answer",
    "record_second_score",
    "remove_asker",
    "remove_client",
    "rename_tag",
    "repeat_staff_wave",
    "request_past_load",
    "restore_client",
    "resume_letters",
    "resume_survey",
    "revisit_skipped",
    "save_audience",
    "save_contact",
    "save_questionnaire",
    "save_survey_settings",
    "save_theme",
    "seal_guess",
    "second_link",
    "send_due_reminders",
    "send_test_letter",
    "sort_comment",
    "staff_link",
    "standard_wording",
    "start_dictionary",
    "start_past_import",
    "start_wave",
    "tag_answer",
    "take_case",
    "takes_second_score",
    "tally_due_staff_waves",
    "tally_staff_wave",
    "tell_kept_promises",
    "tidy_name",
    "undo_past_import",
    "untag_answer",
    "update_door",
    "update_staff_wave",
    "update_survey",
    "update_wave",
    "wave_shown",
    "wording_in_force",
]
