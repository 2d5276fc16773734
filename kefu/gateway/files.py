"""Files that people sent, given out so that a browser can do nothing with them but show them."""

from pathlib import Path

from fastapi.responses import FileResponse


def picture_response(path: Path, media_type: str) -> FileResponse:
    """Return a stored picture; its id names its bytes, so a browser may keep it."""
    headers = {
        "Cache-Control": "private, max-age=604800, immutable",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return FileResponse(path, media_type=media_type, headers=headers)
