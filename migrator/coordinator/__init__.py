"""The coordinator: discovers both workspaces, plans, publishes, and supervises."""
