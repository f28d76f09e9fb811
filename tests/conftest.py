from hypothesis import settings

pytest_plugins = [
    "tests.server_fixtures",  # real servers, started on first use
    "tests.consumers.java",  # reports in the header if Spark cannot run
]

# A deadline would measure the load of the machine.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
