"""Split custody of sealing keys, re-opening elsewhere, countersigning, destruction: the parts that need no office."""
