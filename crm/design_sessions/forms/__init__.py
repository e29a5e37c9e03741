"""What is asked of whoever plans a session, invites people and notes who came."""
