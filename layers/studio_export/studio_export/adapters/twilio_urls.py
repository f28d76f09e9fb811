"""Check the URLs of Studio and of the proxy to it. Pure."""

from urllib.parse import urlsplit

from studio_export.errors import ConfigurationError

# Plain HTTP is accepted only to this machine, or to the host of a container.
_PLAIN_HOSTS = ("localhost", "127.0.0.1", "::1", "host.docker.internal")


def parse_base_url(url: str) -> str:
    """Return the origin of `STUDIO_BASE_URL`.

    Raises:
        ConfigurationError: it is not the https URL of a host.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"STUDIO_BASE_URL is not a URL: {error}") from error
    bare = not (parts.username or parts.query or parts.fragment or parts.path.strip("/"))
    if parts.scheme not in {"http", "https"} or not host or not bare:
        raise ConfigurationError(
            "STUDIO_BASE_URL must be https:// and a host, without a path or a query"
        )
    if parts.scheme == "http" and host not in _PLAIN_HOSTS:
        raise ConfigurationError(
            "STUDIO_BASE_URL must be https: http would send the credentials unencrypted"
        )
    return f"{parts.scheme}://{parts.netloc}"


def parse_proxy(text: str) -> str | None:
    """Return `TWILIO_PROXY` as a URL, which may have a user and a password; None if it is empty.

    Raises:
        ConfigurationError: it is not the URL of a proxy. No message quotes it, as it may have a
            password.
    """
    url = text.strip().rstrip("/")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port
    except ValueError:
        usable = None
    if not usable or parts.path or parts.query or parts.fragment:
        raise ConfigurationError(
            "TWILIO_PROXY must be http:// or https://, a host and a port, such as"
            " http://proxy.example.com:3128"
        )
    return url
