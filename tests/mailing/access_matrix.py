"""Who may open what of this app: least role and the methods the page accepts."""

MATRIX: dict[str, tuple[str, str]] = {
    "mailing:message_list": ("manager", "GET"),
    "mailing:message_detail": ("manager", "GET"),
    "mailing:message_preview": ("manager", "GET"),
    "mailing:message_again": ("manager", "POST"),
    "mailing:wave_pause": ("manager", "POST"),
    "mailing:wave_resume": ("manager", "POST"),
    "mailing:wave_cancel": ("manager", "POST"),
    "mailing:account_resume": ("manager", "POST"),
    "mailing:go": ("public", "GET,POST"),
    "mailing:template_edit": ("manager", "GET,POST"),
    "mailing:template_list": ("manager", "GET"),
    "mailing:template_preview": ("manager", "GET,POST"),
    "mailing:template_reset": ("manager", "POST"),
    "mailing:template_restore": ("manager", "POST"),
    "mailing:template_test": ("manager", "POST"),
    "mailing:unsubscribe": ("public", "GET,POST"),
}
