"""Processes that race: forks of one that has no connection, no lock and no thread of the tests."""

from multiprocessing import get_context

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.contract.stores", "tests.contract.checkpoint_tables"])
