"""Pages of the staff: signing in, the own account, everybody's accounts, the journal."""
