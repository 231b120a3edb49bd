"""The attacker: linear programs over everything that is published, to see what it gives away."""
