"""Re-deriving public claims from public files: one module for each kind of file, findings as values."""
