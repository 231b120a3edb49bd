"""A whole round rehearsed on three hosts with everything that goes wrong in one; `python -m rehearsal`."""
