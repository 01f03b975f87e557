"""An allowance: requests that one may send until one is given the next. Without a rate there is no end of them."""


class Allowance:
    """The tokens that this process was given out of the rate of all.

    Args:
        limit: Requests in flight at the most; so many tokens are always wanted.

    Attributes:
        waiting: Requests that wait to be sent.
    """

    def __init__(self, limit: int) -> None:
        self.waiting = 0
        self._limit = limit
        self._left: int | None = None
        self._spent = 0
        self._lacking = 0

    @property
    def is_spent(self) -> bool:
        """Whether the next request has to wait."""
        return self._left == 0

    def spend(self) -> None:
        """A request is sent."""
        self._spent += 1
        if self._left is not None:
            self._left -= 1

    def admit(self, jobs: int) -> int:
        """How many of some jobs can begin with what nobody waits for; the others are wanted the next time."""
        if self._left is None:
            return jobs
        admitted = min(jobs, max(0, self._left - self.waiting))
        self._lacking = jobs - admitted
        return admitted

    def hand_back(self) -> tuple[int, int]:
        """What is left, which is given up, and how much is wanted: twice what was sent, and what was lacking.

        No less than could be in flight at once: who was given little so far could not send more.
        """
        unspent, wanted = self._left or 0, max(self._limit, 2 * self._spent + self.waiting + self._lacking)
        self._left, self._spent, self._lacking = self._left and 0, 0, 0
        return unspent, wanted

    def renew(self, tokens: int | None) -> None:
        """Spend these from now on; None: as many as one likes."""
        self._left = tokens
