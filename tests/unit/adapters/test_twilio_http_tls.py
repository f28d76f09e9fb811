import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.errors import UnavailableError
from studio_export.model import Credentials, Reply
from tests.unit.adapters.scripted_server import ScriptedServer, answer, scripted_server
from tools.devkit.fakes.clock import VirtualClock

CREDENTIALS = StaticCredentials(Credentials("SK0", "s3cret"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its self-signed certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "studio")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "studio.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def server(certificate: Path) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with scripted_server(answer(200, b"{}"), tls=context) as scripted:
        yield scripted


def test_a_certificate_that_nobody_vouches_for_gets_no_credentials(server: ScriptedServer) -> None:
    source = TwilioHttp(server.url, CREDENTIALS, VirtualClock())

    with pytest.raises(UnavailableError, match="SSLError"):
        source.get(server.url + "/v2", 1e6)

    assert server.requests == []


def test_a_certificate_of_a_given_authority_is_trusted(
    server: ScriptedServer, certificate: Path
) -> None:
    source = TwilioHttp(server.url, CREDENTIALS, VirtualClock(), ca_certs=str(certificate))

    assert source.get(server.url + "/v2", 1e6) == Reply(b"{}")


def test_a_certificate_of_another_name_gets_no_credentials(
    server: ScriptedServer, certificate: Path
) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    source = TwilioHttp(url, CREDENTIALS, VirtualClock(), ca_certs=str(certificate))

    with pytest.raises(UnavailableError, match="SSLError"):
        source.get(url + "/v2", 1e6)

    assert server.requests == []
