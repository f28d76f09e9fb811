"""The directories and files that a person names: refuse what cannot have been meant, or used."""

import errno
import os
import re
import stat
import unicodedata
from pathlib import Path

from studio_export.errors import AccessDeniedError, ConfigurationError

DATASET = "a directory or s3://BUCKET/PREFIX"

# `s3:/x`, `gs://x`, `C:\x`: a path library or a person meant another kind of place.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|s3//", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:[\\/]", re.IGNORECASE)
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}  # controls and formats, such as a line end or U+200B
_REFUSED = {
    errno.EACCES: "Fix its permissions",
    errno.EPERM: "Fix its permissions",
    errno.EROFS: "Mount it for writing",
    errno.ENOSPC: "Free some space",
    errno.EDQUOT: "Raise the quota, or free some space",
}


def parse_path(option: str, text: str, expected: str) -> Path:
    """Return the path that `text` is; `option` and what it expects are for the message.

    Raises:
        ConfigurationError: it is empty, or something other than a path.
    """
    if fault := _fault(text):
        raise ConfigurationError(f"{option} {text!r} {fault}. Give {expected}.")
    return Path(text)


def _fault(text: str) -> str:
    if not text.strip():
        return "is empty"
    if text != text.strip():
        return "begins or ends with white space"
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        return "contains an invisible character"
    if text[0] in "~$":
        return f"begins with {text[0]}, which the shell did not expand"
    if _SCHEME.match(text) and not (os.name == "nt" and _DRIVE.match(text)):
        return "begins with a scheme, and is not s3:// (a path with a colon begins with ./)"
    return ""


def check_directory(option: str, path: Path) -> None:
    """Check that the path is a directory, or that one can be made there.

    Raises:
        ConfigurationError: it is a file, below one, too long, or a link that leads nowhere.
        AccessDeniedError: a directory on the way to it may not be entered.
    """
    mode, existing = _nearest(option, path)
    if not stat.S_ISDIR(mode):
        where = "is a file" if existing == path.absolute() else f"is below the file {existing}"
        raise ConfigurationError(f"{option} {path} {where}. Give another directory.")


def check_file(option: str, path: Path) -> None:
    """Check that the path is a file, or that one can be made there; it raises as above."""
    mode, existing = _nearest(option, path)
    is_path = existing == path.absolute()
    if stat.S_ISDIR(mode) is is_path:
        where = "is a directory" if is_path else f"is below the file {existing}"
        raise ConfigurationError(f"{option} {path} {where}. Give a file.")


def _nearest(option: str, path: Path) -> tuple[int, Path]:
    """Return the mode and the path of what exists: the path itself, or the nearest above it."""
    try:
        absolute = path.absolute()  # it raises if the working directory was removed
        for each in (absolute, *absolute.parents):
            try:
                return each.stat().st_mode, each
            except (FileNotFoundError, NotADirectoryError):
                if each.is_symlink():
                    raise ConfigurationError(
                        f"{option} {path} cannot be used: the link {each} leads nowhere."
                        " Mount what it leads to, or give another path."
                    ) from None
    except OSError as error:
        raise translated(error, f"{option} {path}") from error
    raise ConfigurationError(f"{option} {path} cannot be used: it has no root directory.")


def translated(error: OSError, place: str = "") -> ConfigurationError | AccessDeniedError:
    """Return the error of a file that the command itself uses; no repetition helps.

    `place` replaces the name of the file in the message.
    """
    name = place or (os.fsdecode(error.filename) if error.filename else "a file")
    message = f"cannot use {name}: {error.strerror or type(error).__name__}."
    if error.errno in _REFUSED:
        return AccessDeniedError(f"{message} {_REFUSED[error.errno]}.")
    return ConfigurationError(f"{message} Give another path.")
