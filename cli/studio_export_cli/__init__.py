"""The `studio-export` command: what a person or a cron job runs. The Lambda imports none of it.

cli ─► a module for each command ─► session ─► destination, bootstrap
"""
