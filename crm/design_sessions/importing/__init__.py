"""Attendance lists from elsewhere: what their words mean, whom they are about, what is noted."""
