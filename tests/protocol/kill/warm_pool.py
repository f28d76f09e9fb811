from collections.abc import Mapping

from tests.protocol.kill.process_factory import HandlerProcess, ProcessFactory


class WarmPool:
    """The warm process of a life, and one that makes itself ready to take its place."""

    def __init__(self, nursery: ProcessFactory, environment: Mapping[str, str]) -> None:
        self._nursery, self._environment = nursery, environment
        self._warm: HandlerProcess | None = None
        self._spare = nursery.fork(environment)

    def warm(self) -> HandlerProcess:
        if self._warm is None or self._warm.killed:
            self.dismiss()
            self._warm = self.another()
        return self._warm

    def another(self) -> HandlerProcess:
        """A new process, which the caller buries."""
        process, self._spare = self._spare, self._nursery.fork(self._environment)
        process.await_ready()
        return process

    def dismiss(self) -> None:
        """End the warm process, or bury it if it was killed."""
        if self._warm:
            self._warm.bury()
            self._warm = None

    def end(self) -> None:
        self.dismiss()
        self._spare.bury()
