"""Mathematics of Clients: numbers in, numbers out."""
