"""The engine on a real Valkey."""

import pytest

pytest.register_assert_rewrite(*(f"{__name__}.{module}" for module in ("bench", "kahn", "simulation")))
