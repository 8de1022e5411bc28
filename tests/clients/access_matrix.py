"""Who may open what of this app: least role and the methods the page accepts."""

MATRIX: dict[str, tuple[str, str]] = {
    "clients:client_list": ("manager", "GET"),
    "clients:client_export": ("manager", "GET"),
    "clients:client_create": ("manager", "GET,POST"),
    "clients:client_detail": ("manager", "GET"),
    "clients:client_edit": ("manager", "GET,POST"),
    "clients:purchase_create": ("manager", "GET,POST"),
    "clients:value_bands": ("manager", "GET,POST"),
    "clients:import_list": ("manager", "GET"),
    "clients:import_create": ("manager", "GET,POST"),
    "clients:import_example": ("manager", "GET"),
    "clients:import_detail": ("manager", "GET"),
    "clients:import_progress": ("manager", "GET"),
    "clients:import_mapping": ("manager", "POST"),
    "clients:import_reading": ("manager", "POST"),
    "clients:import_load": ("manager", "POST"),
    "clients:import_undo": ("manager", "POST"),
    "clients:import_problems": ("manager", "GET"),
}
