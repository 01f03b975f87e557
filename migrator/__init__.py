"""Migrator: moves a whole Prefect workspace, and proves that it arrived."""

__version__ = "0.1.0"
