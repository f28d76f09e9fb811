pytest_plugins = ["tests.servers.fixtures"]  # real servers, started when a test first asks for one
