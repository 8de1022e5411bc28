"""Who may open what of this app: least role and the methods the page accepts."""

MATRIX: dict[str, tuple[str, str]] = {
    "company:settings": ("owner", "GET,POST"),
    "company:word": ("owner", "GET,POST"),
    "company:word_forms": ("owner", "POST"),
    "company:branch_list": ("owner", "GET"),
    "company:branch_add": ("owner", "POST"),
    "company:branch_rename": ("owner", "GET,POST"),
    "company:branch_move": ("owner", "POST"),
    "company:branch_delete": ("owner", "POST"),
    "company:people": ("owner", "GET"),
    "company:user_add": ("owner", "GET,POST"),
    "company:user_edit": ("owner", "GET,POST"),
    "company:user_close": ("owner", "POST"),
    "company:user_open": ("owner", "POST"),
    "company:user_mail_link": ("owner", "POST"),
    "company:employee_list": ("owner", "GET"),
    "company:employee_add": ("owner", "GET,POST"),
    "company:employee_edit": ("owner", "GET,POST"),
    "company:profile": ("staff", "GET,POST"),
    "company:gallery": ("owner", "GET"),
    "company:brand_css": ("public", "GET"),
}
