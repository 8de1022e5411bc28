"""The map of touchpoints, audits of it, and actions: what to fix, by whom, by when."""
