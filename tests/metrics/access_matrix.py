"""Least role and methods of every page of this app."""

MATRIX: dict[str, tuple[str, str]] = {
    "metrics:ltv": ("staff", "GET"),
    "metrics:ltv_result": ("staff", "POST"),
    "metrics:ltv_save": ("manager", "POST"),
    "metrics:pool": ("manager", "GET"),
    "metrics:pool_panel": ("manager", "GET"),
    "metrics:constraint": ("manager", "GET"),
    "metrics:constraint_panel": ("manager", "GET"),
    "metrics:model_panel": ("manager", "GET"),
    "metrics:lost_calls_panel": ("manager", "GET"),
}
