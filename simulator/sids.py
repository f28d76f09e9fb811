"""Sids: two letters and 32 hex digits, determined by a seed."""

import hashlib


def sid(prefix: str, seed: str, number: int) -> str:
    digest = hashlib.md5(f"{seed}/{prefix}/{number}".encode(), usedforsecurity=False)
    return prefix + digest.hexdigest()
