"""What runs beside the actors in a worker process; one middleware a module."""
