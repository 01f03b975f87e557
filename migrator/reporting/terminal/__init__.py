"""What is shown on a terminal: a plan, a run while it goes on, what became of it, how two sides compare."""
