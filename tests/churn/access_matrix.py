"""Who may open what of this app: least role and the methods the page accepts."""

MATRIX: dict[str, tuple[str, str]] = {
    "churn:queue": ("staff", "GET"),
    "churn:leaver": ("staff", "GET,POST"),
    "churn:save_draft": ("staff", "POST"),
    "churn:reassign": ("manager", "POST"),
    "churn:allow_exception": ("owner", "POST"),
    "churn:find_now": ("manager", "POST"),
    "churn:queue_old": ("manager", "POST"),
    "churn:client_panel": ("staff", "GET"),
    "churn:mark_left": ("manager", "POST"),
    "churn:action_panel": ("staff", "GET"),
    "churn:action_reasons": ("manager", "POST"),
    "churn:action_call_back": ("manager", "POST"),
    "churn:reasons": ("manager", "GET"),
    "churn:reason_list": ("manager", "GET"),
    "churn:link_reason": ("manager", "GET,POST"),
    "churn:add_reason": ("manager", "POST"),
    "churn:edit_reason": ("manager", "POST"),
    "churn:script": ("staff", "GET"),
    "churn:edit_script": ("manager", "GET,POST"),
}
