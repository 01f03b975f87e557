"""The Valkey and the worker processes of the laptop: what stands in for a cluster."""
