"""Pictures that either side sends: told by their bytes, stored once, read only by the two sides."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from kefu.conversations.models import Upload
from kefu.core.errors import DomainError, Invalid, NotFound

# The first bytes of what we accept; a renamed program has others.
MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def media_type(data: bytes) -> str | None:
    """Return the kind of picture, None when it is none."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)


def too_large(limit: int) -> DomainError:
    """Return the refusal of a picture of more than ``limit`` bytes."""
    return DomainError(
        "upload_too_large", "图片太大", f"请上传不超过 {limit / 1_000_000:g} MB 的图片。", status=413
    )


@dataclass(frozen=True)
class Pictures:
    """The pictures under one directory, none larger than ``limit`` bytes."""

    directory: Path
    limit: int

    def store(self, session: Session, customer_id: str, data: bytes, staff_id: str | None = None) -> str:
        """Store a picture of a customer's conversation and return its id.

        The id follows from owner and bytes: sending again after a lost answer is the same picture.
        """
        if len(data) > self.limit:
            raise too_large(self.limit)
        kind = media_type(data)
        if kind is None:
            raise Invalid("upload_not_a_picture", "这不是图片", "支持 JPG、PNG、GIF 和 WebP。")
        upload_id = hashlib.sha256(customer_id.encode() + data).hexdigest()[:32]
        if session.get(Upload, upload_id) is None:
            self.directory.mkdir(parents=True, exist_ok=True)
            (self.directory / upload_id).write_bytes(data)
            session.add(
                Upload(
                    id=upload_id, customer_id=customer_id, staff_id=staff_id, media_type=kind, size=len(data)
                )
            )
            session.flush()
        return upload_id

    def find(self, session: Session, upload_id: str, customer_id: str | None = None) -> tuple[Path, str]:
        """Return file and media type; for a ``customer_id`` only what belongs to their conversations."""
        upload = session.get(Upload, upload_id)
        if upload is None or (customer_id is not None and upload.customer_id != customer_id):
            raise NotFound("upload_not_found", "没有这张图片", "请重新上传。")
        return self.directory / upload.id, upload.media_type
