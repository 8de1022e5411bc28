"""Who may open the programme's pages."""

MATRIX: dict[str, tuple[str, str]] = {
    "programme:overview": ("staff", "GET"),
    "programme:nav_counts": ("staff", "GET"),
    "programme:own_company": ("owner", "GET,POST"),
}
