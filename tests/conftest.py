from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.server_fixtures",  # real servers, started when a test first asks for one
    "tests.consumers.java",  # says in the head of the report if Spark cannot run
]

# No test states how long an example takes, and a busy machine takes long.
settings.register_profile(
    "busy machines", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machines")
