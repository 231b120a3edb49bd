"""Staff accounts of the agency and signing in."""
