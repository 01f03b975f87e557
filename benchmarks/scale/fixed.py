"""A real worker process that does not adapt: it has as many requests in flight as MIGRATOR_CONCURRENCY says.

It takes part in the budget as any other does, and goes by all that the budget says but how much may be in flight.
"""

import sys
from dataclasses import replace

# First, for it sets what dramatiq reads when it is imported.
from workers.__main__ import main  # isort: skip

from migrator.engine.budget import Budget, Report
from migrator.engine.scripts import Share
from migrator.model.bounds import UNBOUNDED, Bounds
from workers import participation


class Fixed(Budget):
    """A budget whose window is the limit."""

    async def share(self, report: Report, bounds: Bounds = UNBOUNDED) -> Share:
        """All that the limit allows."""
        return replace(await super().share(report, bounds), window=self.limit, due=self.limit)


if __name__ == "__main__":
    participation.Budget = Fixed  # type: ignore[attr-defined]
    sys.exit(main())
