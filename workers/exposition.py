"""Exposition: the metrics of one process over HTTP, for who asks. docs/decisions/0016 says why each has a port."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EADDRINUSE
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import start_http_server

from workers.metrics import REGISTRY

#: Processes of one machine that find a port of their own.
PORTS = 64

log = structlog.get_logger()


@contextmanager
def metrics_served(host: str, port: int | None) -> Iterator[int | None]:
    """Metrics on the first free port from one on, as long as the context lasts; yields the port.

    Nobody's work waits for it: where none is free, the log says so.
    """
    server = _begun(host, port) if port is not None else None
    try:
        yield server.server_port if server else None
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()


def _begun(host: str, first: int) -> WSGIServer | None:
    for port in range(first, min(first + PORTS, 65536)):
        try:
            server, _ = start_http_server(port, host, REGISTRY)
        except OSError as error:
            if error.errno == EADDRINUSE:
                continue
            log.warning("metrics are not served", host=host, port=port, why=error.strerror)
            return None
        log.info("metrics are served", host=host, port=port)
        return server
    log.warning("metrics are not served", host=host, port=first, why=f"{PORTS} ports are taken")
    return None
