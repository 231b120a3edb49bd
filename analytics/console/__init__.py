"""The agency's console: rounds, campaigns and keys in the browser, for officers and custodians."""
