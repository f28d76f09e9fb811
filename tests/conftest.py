import gc

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.scheduling",  # what runs in one worker, and what begins
    "tests.server_fixtures",  # real servers, started on first use
    "tests.consumers.java",  # reports in the header if Spark cannot run
]

# No test states how long an example takes, and a busy machine takes long.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Spare each collection of garbage the thousands of tests: a tenth of the CPU."""
    gc.collect()
    gc.freeze()
