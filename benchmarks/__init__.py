"""What the program itself costs, measured in turn with what else would do the same: `make bench`."""
