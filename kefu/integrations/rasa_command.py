"""How Rasa's process is called. Loads nothing heavy: the watcher of the processes uses it."""

from collections.abc import Mapping
from pathlib import Path

from kefu.core.settings import ROOT, Settings

PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
ENCODER_FOLDER = "KEFU_ENCODER_DIR"
"""The variable that ``kb_index.encoders`` reads, named here because importing that loads NumPy."""


def serve_command(
    settings: Settings, model: Path, version: str, port: int, bot_token: str, action_url: str
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Return the arguments and the variables with which a model is served on ``port``."""
    argv = (str(PYTHON), "-m", "bot.server", "--model", str(model), "--port", str(port))
    return argv, {
        "PYTHONPATH": str(ROOT),
        "KEFU_BOT_TOKEN": bot_token,
        "KEFU_BOT_RELEASE": version,
        "KEFU_ACTION_URL": action_url,
        "KEFU_ENCODER": settings.encoder,
        ENCODER_FOLDER: str(settings.encoder_dir),
        "RASA_TELEMETRY_ENABLED": "false",
    }
