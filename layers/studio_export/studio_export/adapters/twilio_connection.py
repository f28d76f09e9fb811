"""Connect to Twilio, perhaps through a proxy, and say why a connection failed for good."""

import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import urllib3
from urllib3.exceptions import NameResolutionError, ProxyError
from urllib3.util import make_headers, parse_url

from studio_export.errors import EndpointError

_DEFAULT_HOST = "studio.twilio.com"


def connect(
    base_url: str, concurrency: int, ca_certs: str | None, proxy: str | None
) -> urllib3.HTTPConnectionPool:
    """Return the pool of the base URL's host: its connections are the only ones."""
    options: dict[str, Any] = {"maxsize": concurrency, "retries": False}
    if not base_url.startswith("https"):
        return urllib3.connection_from_url(base_url, **options)
    options |= {"cert_reqs": "CERT_REQUIRED", "ca_certs": ca_certs}
    if not proxy:
        return urllib3.connection_from_url(base_url, **options)
    at = parse_url(proxy)
    manager = urllib3.ProxyManager(
        at._replace(auth=None).url,
        proxy_headers=make_headers(proxy_basic_auth=unquote(at.auth)) if at.auth else None,
        **options,
    )
    return manager.connection_from_url(base_url)


def certificate_fault(error: BaseException) -> str | None:
    """Return why a certificate was refused; None for any other error."""
    for each in _causes(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return each.verify_message or each.reason or "it cannot be verified"
    return None


def final_obstacle(error: Exception, host: str) -> EndpointError | None:
    """Return the error for a failure that no retry removes; None if one may."""
    if fault := certificate_fault(error):
        return EndpointError(
            f"the certificate of {host} is not trusted: {fault}. If a proxy of your network opens"
            " TLS, set SSL_CERT_FILE to a bundle (PEM) that has the proxy's authority."
        )
    # The status is in the text alone: "Tunnel connection failed: 407 Proxy Authentication Required"
    if any(isinstance(each, OSError) and " 407 " in str(each) for each in _causes(error)):
        return EndpointError(
            "the proxy refuses the credentials in TWILIO_PROXY: HTTP 407. Correct them."
        )
    return None


def likely_obstacle(error: Exception, host: str) -> EndpointError | None:
    """Return the error to raise if the last retry fails in this way, too.

    Twilio's own name can fail while a network is down, which a later run survives. A name that the
    settings made is more likely wrong.
    """
    causes = list(_causes(error))
    if not any(isinstance(each, NameResolutionError) for each in causes):
        return None
    if any(isinstance(each, ProxyError) for each in causes):
        return EndpointError(
            "the name of the proxy in TWILIO_PROXY cannot be resolved. Correct it."
        )
    if host == _DEFAULT_HOST:
        return None
    return EndpointError(
        f"the name {host} cannot be resolved. Correct TWILIO_EDGE and TWILIO_REGION, or"
        " STUDIO_BASE_URL."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all that it was raised for, in the several ways of urllib3."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        wrapped = (getattr(each, "reason", None), getattr(each, "original_error", None))
        following = (each.__cause__, *each.args, *wrapped)
        waiting += [other for other in following if isinstance(other, BaseException)]
