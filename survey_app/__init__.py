"""The two sides of an anonymous survey: who may respond, and what was responded."""
