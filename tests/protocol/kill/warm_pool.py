from collections.abc import Mapping

from tests.protocol.kill.process_factory import HandlerProcess, ProcessFactory


class WarmPool:
    """The warm process of a life, and a spare that is starting."""

    def __init__(self, factory: ProcessFactory, environment: Mapping[str, str]) -> None:
        self._factory, self._environment = factory, environment
        self._warm: HandlerProcess | None = None
        self._spare = factory.fork(environment)

    def warm(self) -> HandlerProcess:
        if self._warm is None or self._warm.killed:
            self.dismiss()
            self._warm = self.another()
        return self._warm

    def another(self) -> HandlerProcess:
        """Return a new process; the caller must reap it."""
        process, self._spare = self._spare, self._factory.fork(self._environment)
        process.await_ready()
        return process

    def dismiss(self) -> None:
        """End the warm process."""
        if self._warm:
            self._warm.reap()
            self._warm = None

    def end(self) -> None:
        self.dismiss()
        self._spare.reap()
