"""The collector's side: holds what was answered, sealed, never by whom."""
