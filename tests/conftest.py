pytest_plugins = [
    "tests.server_fixtures",  # real servers, started when a test first asks for one
    "tests.consumers.java",  # says in the head of the report if Spark cannot run
]
