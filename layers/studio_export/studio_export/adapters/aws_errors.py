"""Translate botocore's exceptions to the errors of this project."""

from http import HTTPStatus

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from studio_export.errors import AccessDeniedError, UnavailableError

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
    "UnrecognizedClientException",
}
_NO_IDENTITY = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def translated(
    error: ClientError | BotoCoreError,
    action: str,
    resource: str,
    unavailable: type[UnavailableError] = UnavailableError,
) -> AccessDeniedError | UnavailableError:
    """Return `AccessDeniedError` for a refusal, else an `unavailable`."""
    message = " ".join(f"{action} on {resource} failed: {error}".split())
    if isinstance(error, ClientError):
        refused = code_of(error) in _REFUSALS or status_of(error) == HTTPStatus.FORBIDDEN
    else:
        refused = isinstance(error, _NO_IDENTITY)
    return AccessDeniedError(message) if refused else unavailable(message)
