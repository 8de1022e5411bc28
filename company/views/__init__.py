"""Pages about the firm itself."""

from company.views.employee_import import employee_import
from company.views.employees import (
    employee_add,
    employee_edit,
    employee_export,
    employee_leave,
    employee_list,
    employee_return,
)
from company.views.people import (
    people,
    user_add,
    user_close,
    user_edit,
    user_mail_link,
    user_open,
    user_reset_factor,
)
from company.views.public import brand_css, csrf_failure, logo
from company.views.settings import (
    branch_add,
    branch_delete,
    branch_list,
    branch_move,
    branch_rename,
    gallery,
    profile,
    second_factor,
    settings,
    word,
    word_forms,
)
from company.views.tokens import token_create, token_list, token_revoke

__all__ = [
    "branch_add",
    "branch_delete",
    "branch_list",
    "branch_move",
    "branch_rename",
    "brand_css",
    "csrf_failure",
    "employee_add",
    "employee_edit",
    "employee_export",
    "employee_import",
    "employee_leave",
    "employee_list",
    "employee_return",
    "gallery",
    "logo",
    "people",
    "profile",
    "second_factor",
    "settings",
    "token_create",
    "token_list",
    "token_revoke",
    "user_add",
    "user_close",
    "user_edit",
    "user_mail_link",
    "user_open",
    "user_reset_factor",
    "word",
    "word_forms",
]
