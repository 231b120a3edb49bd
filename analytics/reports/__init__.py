"""Certified figures on paper, as workbooks and as data packages. Everything comes from signed Releases."""
