"""The agency's side: opens, counts, protects, publishes."""
