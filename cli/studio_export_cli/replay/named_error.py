"""The errors of a function that runs elsewhere, by their names. Pure."""

from studio_export import errors
from studio_export.errors import FlowsFailedError, StudioExportError, UnavailableError


def named_error(kind: str, message: str) -> StudioExportError:
    """Return the error of this name, as the function raised it."""
    ours = getattr(errors, kind, None)
    if isinstance(ours, type) and issubclass(ours, StudioExportError):
        return ours(message) if ours is not errors.ThrottledError else UnavailableError(message)
    return FlowsFailedError(f"{kind}: {message}")
