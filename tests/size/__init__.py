"""A run of a million nodes that do nothing: `make size`."""
