"""Objects in an S3-compatible bucket, for installations of more than one machine; needs the extra `s3` (boto3).

Access keys come from the environment or the machine's role, as boto3 reads them; none stands in our settings.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from atmp_insure.documents.object_store import AbsentObject, require_address
from atmp_insure.kernel.errors import ExternalServiceError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_FOLDER_CHARACTERS = 2
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_TRIES, _CONNECT_SECONDS, _READ_SECONDS = 3, 5, 60


class S3Store:
    """Objects under `ab/ab…` of one bucket; an S3 service itself writes whole objects or nothing."""

    def __init__(self, bucket: str, endpoint: str = "", region: str = "") -> None:
        self._bucket = bucket
        try:
            boto3, configuration = import_module("boto3"), import_module("botocore.config")
            self._errors = import_module("botocore.exceptions")
        except ModuleNotFoundError as error:
            remedy = "Installer le produit avec son extra « s3 », ou vider ce réglage"
            raise InvalidInput.one(
                f"module « {error.name} » absent pour le coffre S3", remedy, place="ATMP_VAULT__BUCKET"
            ) from error
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or None,
            config=configuration.Config(
                retries={"max_attempts": _TRIES, "mode": "standard"},
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
            ),
        )

    def read(self, address: str) -> bytes:
        """The bytes at an address."""
        with self._asked(address):
            answer = self._client.get_object(Bucket=self._bucket, Key=_key(address))
            return cast("bytes", answer["Body"].read())

    def write(self, address: str, content: bytes) -> None:
        """Put bytes at an address."""
        with self._asked(address):
            self._client.put_object(Bucket=self._bucket, Key=_key(address), Body=content)

    def exists(self, address: str) -> bool:
        """Whether an object lies at an address."""
        return self.written_at(address) is not None

    def delete(self, address: str) -> None:
        """Remove the object at an address."""
        with self._asked(address):
            self._client.delete_object(Bucket=self._bucket, Key=_key(address))

    def written_at(self, address: str) -> datetime | None:
        """When the object was written."""
        try:
            with self._asked(address):
                return cast(
                    "datetime", self._client.head_object(Bucket=self._bucket, Key=_key(address))["LastModified"]
                )
        except AbsentObject:
            return None

    def list_addresses(self) -> Iterator[str]:
        """Every object that lies where its name says."""
        with self._asked(""):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                for found in page.get("Contents", ()):
                    address = found["Key"].rpartition("/")[2]
                    try:
                        if found["Key"] == _key(address):
                            yield address
                    except ValueError:
                        continue  # not one of ours

    def clear_drafts(self, before: datetime) -> int:
        """Nothing to remove: the service keeps its drafts to itself."""
        return 0

    @contextmanager
    def _asked(self, address: str) -> Iterator[None]:
        """Tell apart an absent object from a service that does not answer."""
        try:
            yield
        except self._errors.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _ABSENT:
                raise AbsentObject(f"Objet {address[:12]}… absent du coffre.") from error
            raise _unreachable(code) from error
        except self._errors.BotoCoreError as error:
            raise _unreachable(type(error).__name__) from error


def _key(address: str) -> str:
    return f"{require_address(address)[:_FOLDER_CHARACTERS]}/{address}"


def _unreachable(reason: str) -> ExternalServiceError:
    return ExternalServiceError(
        f"Coffre S3 injoignable ({reason}). Vérifier ATMP_VAULT__BUCKET, ATMP_VAULT__ENDPOINT et les droits d'accès."
    )
