"""Two throw-away Prefect servers, and a realistic workspace to fill one of them with."""
