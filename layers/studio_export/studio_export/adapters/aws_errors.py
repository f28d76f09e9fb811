"""What botocore raises, as the errors of this project: one line that says what to mend."""

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

_FORBIDDEN = 403

# Refusals that do not come as 403, or that no retry mends: the resource, the identity, the region.
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
    """`AccessDeniedError` for a refusal, `unavailable` for all else: the call may have had its effect."""
    message = " ".join(f"{action} on {resource} failed: {error}".split())
    if isinstance(error, ClientError):
        refused = code_of(error) in _REFUSALS or status_of(error) == _FORBIDDEN
    else:
        refused = isinstance(error, _NO_IDENTITY)
    return AccessDeniedError(message) if refused else unavailable(message)
