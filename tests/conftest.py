"""What all tests start from, however busy the machine and however they were started."""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
# A shell starts what it puts into the background with this signal ignored, and so would every process of the tests be.
signal.signal(signal.SIGINT, signal.default_int_handler)
