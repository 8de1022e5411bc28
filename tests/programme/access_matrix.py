"""Who may open the programme's pages."""

MATRIX: dict[str, tuple[str, str]] = {
    "programme:overview": ("staff", "GET"),
    "programme:nav_counts": ("staff", "GET"),
    "programme:perception_gap": ("manager", "GET"),
    "programme:gap_action": ("manager", "POST"),
    "programme:point_voice": ("manager", "GET"),
    "programme:own_company": ("owner", "GET,POST"),
}
