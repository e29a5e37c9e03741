"""Sessions: planning, invited people, attendance and the balance of the four helixes."""
