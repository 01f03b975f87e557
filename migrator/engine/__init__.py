"""A run on Redis: Kahn's algorithm over nodes and edges, by scripts that are atomic and bounded.

The engine knows nothing of Prefect: nodes, edges, outcomes, sealed bodies.
"""
