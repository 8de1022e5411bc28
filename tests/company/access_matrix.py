"""Who may open what of this app: least role and the methods the page accepts."""

MATRIX: dict[str, tuple[str, str]] = {
    "company:brand_css": ("public", "GET"),
}
