"""The page in front of the three offices where one machine serves them all."""
