"""What of the network is asked for, and what is kept of that."""
