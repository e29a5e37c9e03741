"""What happens in the background: messages leave, what comes back is read, what is old goes."""
