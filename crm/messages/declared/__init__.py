"""What messages say of themselves to the rest of the house."""
