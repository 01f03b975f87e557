"""The page: a window onto runs. It reads only, and shows the commands that steer (docs/decisions/0017)."""
