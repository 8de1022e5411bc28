"""What a Client is worth: the LTV ladder, pool and pipes, the main constraint."""
