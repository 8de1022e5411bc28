"""The firm: profile, its word for a Client, branches, employees; users, roles and access rules."""
