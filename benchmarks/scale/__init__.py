"""How the rate of creates grows with worker processes, and how it fits what a destination takes."""
