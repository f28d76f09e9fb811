"""Translate botocore's exceptions to the errors of this project."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from botocore.exceptions import (
    CapacityNotAvailableError,
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004  the name is botocore's
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from studio_export.errors import AccessDeniedError, EndpointError, UnavailableError

# Refusals that have another status than 403: the resource, the identity or the region is wrong.
_REFUSALS = {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationHeaderMalformed",
    "DecryptionFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidArn",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "KMS.DisabledException",
    "KMS.KMSInvalidStateException",
    "KMS.NotFoundException",
    "MissingAuthenticationTokenException",
    "NoSuchBucket",
    "PermanentRedirect",
    "ResourceNotFoundException",
    "SignatureDoesNotMatch",
    "StateMachineDoesNotExist",
    "UnrecognizedClientException",
}
# Refusals that the store's owner must lift, under any status.
_UNUSABLE = {
    "EntityTooLarge",
    "InsufficientStorage",
    "InvalidRequest",
    "MethodNotAllowed",
    "MissingContentLength",
    "NotImplemented",
    "QuotaExceeded",
    "StorageFull",
    "XMinioStorageFull",
}
_UNUSABLE_STATUSES = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.INSUFFICIENT_STORAGE,
}
# Codes of status 400 that pass: botocore retries the first ones itself.
_PASSING = {
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
    "BadDigest",
    "IncompleteBody",
    "OperationAborted",
}
_IDENTITY_OPERATIONS = {
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
    "CreateToken",
    "GetRoleCredentials",
    "GetSessionToken",
}
# All that botocore raises for a connection or a broken response. It raises nothing else of its own
# in a call but for the settings and the identity.
_CONNECTION = (
    CapacityNotAvailableError,
    ChecksumError,
    ConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
_NEEDED = ". The store must support If-None-Match and ListObjectsV2: use another one."


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@contextmanager
def aws_call(
    action: str,
    resource: str,
    unavailable: type[UnavailableError] = UnavailableError,
    unusable: type[AccessDeniedError] | None = None,
) -> Iterator[None]:
    """Translate what the block raises; put nothing but a client's call into it.

    Raises:
        AccessDeniedError: as `translated` returns it.
        UnavailableError: as `translated` returns it.
    """
    try:
        yield
    except Exception as error:  # a source of credentials may raise anything
        raise translated(error, action, resource, unavailable, unusable) from error


def translated(
    error: Exception,
    action: str,
    resource: str,
    unavailable: type[UnavailableError] = UnavailableError,
    unusable: type[AccessDeniedError] | None = None,
) -> AccessDeniedError | UnavailableError:
    """Return `AccessDeniedError` for what no retry removes, else an `unavailable`.

    `unusable` is the class for a service that cannot do what is needed; None if the caller can do
    without the call.
    """
    message = one_line(f"{action} on {resource} failed: {error}")
    match error:
        case ClientError():
            return _of_response(error, message, unavailable, unusable)
        case ResponseParserError():
            return unavailable(message)
    if fault := _certificate_fault(error):
        return EndpointError(
            f"{message}. {fault} Set AWS_CA_BUNDLE to a bundle (PEM) that has the authority."
        )
    if isinstance(error, _CONNECTION):
        return unavailable(message)
    return no_identity(error, f"{action} on {resource}")


def no_identity(error: Exception, purpose: str) -> AccessDeniedError:
    """Return the error for credentials that cannot be had, whatever was raised."""
    return AccessDeniedError(
        one_line(
            f"AWS gives no identity for {purpose}: {type(error).__name__}: {error}."
            " Correct the credentials, the profile or the role."
        )
    )


def one_line(text: str) -> str:
    return " ".join(text.split())


def _of_response(
    error: ClientError,
    message: str,
    unavailable: type[UnavailableError],
    unusable: type[AccessDeniedError] | None,
) -> AccessDeniedError | UnavailableError:
    code, status = code_of(error), status_of(error)
    passing = code in _PASSING
    if code in _REFUSALS or status == HTTPStatus.FORBIDDEN:
        return AccessDeniedError(message)
    if error.operation_name in _IDENTITY_OPERATIONS and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return unavailable(message) if passing else AccessDeniedError(message)
    if unusable and not passing and (code in _UNUSABLE or status in _UNUSABLE_STATUSES):
        return unusable(message + (_NEEDED if status == HTTPStatus.NOT_IMPLEMENTED else ""))
    return unavailable(message)


def _certificate_fault(error: Exception) -> str:
    """Return why TLS cannot work at all; empty for any other error."""
    if isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "The certificate is not trusted."
    inner = getattr(error, "kwargs", {}).get("error")  # urllib3's, which has its own cause
    causes = (inner, *getattr(inner, "args", ()))
    if any(isinstance(each, FileNotFoundError | PermissionError) for each in causes):
        return "The bundle of certificates cannot be read."
    return ""
