"""Pictures: checked by their bytes, stored under the data directory."""

from kefu.bootstrap.container import Container
from kefu.conversations.models import Upload
from kefu.core.errors import DomainError, Invalid
from kefu.customers import service as customers

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


def store_picture(parts: Container, customer_id: str, data: bytes) -> str:
    """Store a picture and return its id."""
    if len(data) > parts.settings.upload_max_bytes:
        most = parts.settings.upload_max_bytes // 1_000_000
        raise DomainError("upload_too_large", "图片太大", f"请上传不超过 {most} MB 的图片。", status=413)
    kind = media_type(data)
    if kind is None:
        raise Invalid("upload_not_a_picture", "这不是图片", "支持 JPG、PNG、GIF 和 WebP。")
    with parts.database.write() as session:
        customer = customers.get(session, customer_id)
        upload = Upload(customer_id=customer.id, media_type=kind, size=len(data))
        session.add(upload)
        session.flush()
        path = parts.settings.data_dir / "uploads" / upload.id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return upload.id
