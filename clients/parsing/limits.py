"""How much may be wrong or new in a file of Clients; beyond it the check stops and says so."""

PROBLEM_ROWS = 20_000
"""More refused rows than this mean that the columns are mapped wrongly: the check stops and says so."""
NEW_NAMES = {"branch": 50, "segment": 50, "channel": 200, "responsible": 500, "brought_by": 500}
"""How many new branches and so on one file may bring; more mean that a wrong column was chosen."""
