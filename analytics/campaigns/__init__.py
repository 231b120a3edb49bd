"""Rounds and campaigns: the agency's steps from draft to certified."""
