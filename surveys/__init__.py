"""NPS surveys: questionnaires, waves, invitations, answer pages and results."""
