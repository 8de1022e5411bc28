"""The outbox: waves of messages, claimed delivery, suppression. Knows addresses, not surveys."""
