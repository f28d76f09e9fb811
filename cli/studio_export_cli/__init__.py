"""The `studio-export` command, for people and cron jobs. The Lambda does not import it.

main -> app -> COMMAND/command.py -> session -> destination, and the library's wiring.
"""
