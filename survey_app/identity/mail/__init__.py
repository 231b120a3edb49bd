"""Invitations and reminders by e-mail: planned for all alike, queued, sent, bounced; deleted with the addresses."""
