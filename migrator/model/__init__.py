"""What things are: keys, canonical forms, plans, outcomes. Frozen data, no I/O."""
