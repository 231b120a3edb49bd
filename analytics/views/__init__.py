"""Pages of the agency's application."""
