"""What is said first of all that was measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Headline:
    """One ratio of a contest: of one rival's figure to another's.

    Attributes:
        contest: The contest's title.
        rival: Whom ours is compared with; how its name begins.
        figure: What of them; nothing for the figure that they are compared by.
        ours: Who is ours; nothing for the first one.
    """

    contest: str
    rival: str
    figure: str = ""
    ours: str = ""
