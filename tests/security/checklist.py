"""The forty points of security: what each asks, the tests that hold it, and what is not there. A test keeps the names true."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One point: `tests` are paths of a test or of a file of tests, `missing` says what nobody holds yet."""

    asks: str
    tests: tuple[str, ...] = ()
    missing: str = ""


OWN = "tests/security/test_numbered.py::"
LOGIN = "tests/company/test_login.py::"
SERVICES = "tests/company/test_services.py::"
FACTOR = "tests/company/test_second_factor.py::"
ERASURE = "tests/programme/test_erasure.py::"
PRODUCTION = "tests/config/test_production.py::"

CHECKS: dict[int, Check] = {
    1: Check("the deployment check is clean", ("tests/config/test_settings.py::test_deployment_check_finds_nothing",)),
    2: Check("an unsafe server does not start", (PRODUCTION + "test_unsafe_setting_stops_the_start", PRODUCTION + "test_settings_ask_it")),
    3: Check("HSTS for a year with subdomains", (OWN + "test_03_https_is_kept_for_a_year",), "the API is redirected like pages"),
    4: Check(
        "content policy on every answer", (OWN + "test_04_every_answer_has_the_content_policy",), "/healthz, two letters of text, has none"
    ),
    5: Check("a browser sees no violation", ("tests/e2e/test_every_page.py::test_every_main_page_is_sound_for_every_role",)),
    6: Check(
        "headers for browsers",
        (OWN + "test_06_browsers_are_told_to_be_careful", PRODUCTION + "test_every_answer_forbids_what_pages_do_not_use"),
    ),
    7: Check("cookies bound to the host", ("tests/config/test_settings.py::test_cookies_are_bound_to_the_host_and_https",)),
    8: Check("looking changes nothing", ("tests/test_get_is_safe.py::test_opening_a_page_changes_nothing",)),
    9: Check("CSRF everywhere but on a list", (OWN + "test_09_only_these_addresses_take_posts_from_elsewhere",)),
    10: Check(
        "permission matrix of every address",
        (
            "tests/test_access_matrix.py::test_every_address_is_in_the_matrix_and_no_other",
            "tests/test_access_matrix.py::test_address_answers_each_visitor_by_the_rule",
        ),
        "another tenant's owner does not exist: one installation serves one firm",
    ),
    11: Check(
        "ids of others",
        ("tests/touchpoints/test_access.py",),
        "held page by page; ids are not yet swapped for every address by the resolver",
    ),
    12: Check("fields by role", missing="no snapshot of what each role receives"),
    13: Check("extra fields are ignored", (OWN + "test_13_nobody_gives_themselves_a_role",), "tried on the profile only"),
    14: Check("the last owner stays", (SERVICES + "test_the_last_owner_stays", SERVICES + "test_nobody_changes_their_own_role")),
    15: Check(
        "session keys change",
        (
            OWN + "test_15_session_has_another_key_after_signing_in",
            FACTOR + "test_key_of_the_session_changes_with_the_second_factor",
            SERVICES + "test_session_dies_when_the_role_changes",
        ),
    ),
    16: Check(
        "signing out, a new password and closing end sessions",
        (
            OWN + "test_16_new_password_ends_every_session",
            LOGIN + "test_signing_out_takes_a_post",
            SERVICES + "test_session_dies_when_access_is_closed_and_stays_dead_when_it_opens",
        ),
        "API tokens outlive the account of whoever made them, but for handing over calls",
    ),
    17: Check(
        "idle and absolute time-out",
        (OWN + "test_17_session_ends_after_twelve_hours",),
        "no idle time-out; what a page writes in the session prolongs it",
    ),
    18: Check(
        "asked again before what matters",
        (
            FACTOR + "test_a_file_with_data_asks_an_old_session_again",
            FACTOR + "test_a_token_is_made_after_the_password_is_given_again",
            ERASURE + "test_an_old_session_is_asked_again",
        ),
        "a mail password typed on a page does not exist",
    ),
    19: Check(
        "guessing is limited, nobody is locked out",
        (
            LOGIN + "test_guessing_is_limited",
            LOGIN + "test_stranger_who_guesses_does_not_lock_out_a_device_in_use",
            LOGIN + "test_password_set_by_letter_opens_the_way_while_strangers_guess",
            OWN + "test_19_unknown_address_is_answered_in_the_same_words",
        ),
        "the time of an answer is not measured",
    ),
    20: Check("a forged address resets no limit", (LOGIN + "test_forged_address_does_not_reset_the_limit_behind_a_proxy",)),
    21: Check(
        "second factor",
        (
            FACTOR + "test_password_alone_does_not_sign_in_who_has_an_app",
            FACTOR + "test_recovery_code_signs_in_once",
            FACTOR + "test_who_must_have_a_second_factor_is_led_to_it",
        ),
        "recovery codes are sealed, not hashed; a passkey is not tried in a browser",
    ),
    22: Check(
        "passwords",
        (OWN + "test_22_passwords_are_long_and_no_usual_ones",),
        "no list of breached passwords beyond the twenty thousand usual ones",
    ),
    23: Check(
        "reset link",
        (OWN + "test_23_reset_link_works_once_and_skips_no_second_step",),
        "it lives for three days, not an hour: the same link invites people",
    ),
    24: Check(
        "tokens of links",
        ("tests/common/test_tokens.py::test_token_has_128_random_bits", "tests/common/test_tokens.py::test_what_is_kept_is_a_hash"),
    ),
    25: Check("guessing links", missing="wrong links get the same page, but no limit is tried with ten thousand"),
    26: Check(
        "public posts",
        (
            "tests/surveys/test_answer_pages.py::test_a_million_characters_are_refused_and_kept",
            "tests/surveys/test_answer_pages.py::test_too_many_answers_from_one_address_wait",
            "tests/surveys/test_answer_pages.py::test_a_filled_trap_marks_the_answer",
        ),
        "the size of a body is limited to 2 MiB, not 32 KiB",
    ),
    27: Check("one answer a link", ("tests/surveys/test_services.py::test_fifty_posts_at_once_are_one_answer",)),
    28: Check("no formulas in files", ("tests/common/test_sheets.py::test_a_text_like_a_formula_gets_an_apostrophe",)),
    29: Check(
        "uploads",
        ("tests/clients/test_parsing.py::test_a_hostile_file_is_refused", "tests/common/test_images.py::test_anything_else_is_refused"),
        "the worker that reads them has no memory limit of its own",
    ),
    30: Check(
        "bombs",
        (
            "tests/clients/test_parsing.py::test_an_archive_of_a_thousand_files_is_a_bomb",
            "tests/programme/test_wording_files.py::test_a_bomb_is_not_opened",
        ),
        "time and memory are not measured",
    ),
    31: Check(
        "pictures and downloads",
        (
            "tests/common/test_images.py::test_what_is_appended_to_a_photo_does_not_survive",
            "tests/programme/test_tools.py::test_document_is_a_pdf_sent_as_a_download",
        ),
    ),
    32: Check("webhooks reach no inner address", missing="Mayak sends no webhooks yet"),
    33: Check("webhooks are signed", missing="Mayak sends no webhooks yet"),
    34: Check("mail host typed on a page", missing="the mail server is named in the environment only"),
    35: Check("headers of letters", ("tests/mailing/test_rendering.py::test_a_line_break_in_a_header_is_refused",)),
    36: Check("placeholders only", ("tests/mailing/test_rendering.py::test_only_placeholders_are_filled_and_values_are_not_filled_again",)),
    37: Check(
        "secrets sealed",
        ("tests/common/test_sealing.py::test_what_an_old_key_sealed_opens_while_the_key_is_kept",),
        "the mail password is in the environment, not in the database",
    ),
    38: Check(
        "logs",
        (
            "tests/config/test_logs.py::test_secret_part_of_an_address_is_left_out",
            "tests/config/test_logs.py::test_refused_request_leaves_no_token_in_the_log",
        ),
        "a wrong password is not logged",
    ),
    39: Check(
        "errors tell nothing",
        (
            "tests/company/test_error_pages.py::test_500_needs_neither_request_nor_database",
            "tests/test_odd_requests.py::test_odd_parameters_break_no_page",
        ),
        "schemathesis is not run",
    ),
    40: Check(
        "what we build on",
        ("tests/test_repository.py::test_lock_pins_every_direct_dependency",),
        "pip-audit, bandit, a bill of materials and a list of licences",
    ),
}
