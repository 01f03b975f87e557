"""Silence: whether a server answers, as far as one process knows."""

import time

#: Consecutive requests without an answer after which the server counts as silent.
SILENT_AFTER = 3
#: Seconds between two requests that find out whether a silent server answers again.
PROBE_EVERY = 1.0


class Silence:
    """What this process has heard of a server, and what others have told it.

    Attributes:
        told: Whether the server is silent to all processes, and one of them finds out whether it is back.
    """

    def __init__(self) -> None:
        self.told = False
        self._unanswered = 0
        self._at = 0.0
        self._heard = 0

    @property
    def noticed(self) -> bool:
        """Whether this process gets no answers, whoever else does."""
        return self._unanswered >= SILENT_AFTER

    @property
    def may_be_asked(self) -> bool:
        """Whether it is time for another request that finds out."""
        return time.monotonic() - self._at >= PROBE_EVERY

    def answered(self) -> bool:
        """The server has answered; returns whether that is news."""
        news = self.noticed or self.told
        self._unanswered, self._heard = 0, 1
        return news

    def unanswered(self) -> None:
        """The server has not answered."""
        self._unanswered += 1
        self._at = time.monotonic()
        if self.noticed or self.told:
            self._heard = -1

    def tell(self, *, silent: bool) -> None:
        """All processes together know better."""
        if self.told and not silent:
            self._unanswered = 0
        self.told = silent

    def take(self) -> int:
        """1 if the server has answered since the last time, -1 if it answers nothing, 0 if neither is known."""
        heard, self._heard = self._heard, 0
        return heard
