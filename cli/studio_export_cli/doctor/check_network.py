"""Check what the surroundings decide: which certificates are trusted, and which proxy is used."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from studio_export.env_values import Environment
from studio_export_cli.doctor.check import Check, fail, ok, warn

# Variables of other programs, which do not change whom the requests to Twilio trust.
_OTHER_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")


def check_network(env: Environment) -> Iterator[Check]:
    yield _twilio_certificates(env)
    if bundle := env.get("AWS_CA_BUNDLE"):
        yield _bundle("AWS", "AWS_CA_BUNDLE", bundle)
    yield _proxy(env)


def _twilio_certificates(env: Environment) -> Check:
    """Check the certificates for Twilio: OpenSSL reads SSL_CERT_FILE, or its default paths."""
    if bundle := env.get("SSL_CERT_FILE"):
        return _bundle("Twilio", "SSL_CERT_FILE", bundle)
    paths = ssl.get_default_verify_paths()
    place = paths.cafile or paths.capath or "no file"
    message = f"Twilio: {place} has the trusted certificates"
    if other := next((name for name in _OTHER_BUNDLES if env.get(name)), None):
        remedy = f"If a proxy of your company opens TLS, set SSL_CERT_FILE={env[other]} too."
        return warn("trust", f"{message}; {other} is not used for Twilio", remedy)
    return ok("trust", f"{message}; SSL_CERT_FILE replaces it")


def _bundle(service: str, variable: str, text: str) -> Check:
    try:
        ssl.create_default_context(cafile=text)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror or "it has no certificate"
        remedy = "Give a file of certificates in the PEM format."
        return fail("trust", f"{service}: {variable} {Path(text)} cannot be read: {why}", remedy)
    return ok("trust", f"{service}: {text} has the trusted certificates ({variable})")


def _proxy(env: Environment) -> Check:
    if url := env.get("TWILIO_PROXY"):
        parts = urlsplit(url)  # its name and password are not printed
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        return ok("proxy", f"requests to Twilio go through {host} (TWILIO_PROXY or --proxy)")
    if other := next((name for name in _PROXIES if env.get(name)), None):
        remedy = "If this network has no other way out, set TWILIO_PROXY or give --proxy."
        return warn("proxy", f"{other} is set, and is not used for Twilio; AWS uses it", remedy)
    return ok("proxy", "no proxy is used; TWILIO_PROXY or --proxy would name one")
