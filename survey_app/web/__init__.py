"""What the three web applications share: headers, errors, languages, database engines, files."""
