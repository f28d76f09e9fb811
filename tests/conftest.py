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
    """Collect garbage less often, and not among the thousands of tests: a sixth of the CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
