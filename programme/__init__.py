"""The owner's overview, the demo company and starting one's own."""
