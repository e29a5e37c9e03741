"""What a network is and what can be said of it: no database, no request, no clock."""
