"""One Prefect workspace over HTTP: its profile, its clients, its pages, its errors."""
