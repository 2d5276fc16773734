"""Train the bot: `python -m bot.train --project DIR --out MODEL.tar.gz`.

The project directory holds config.yml, domain.yml, data/ and content/. `KEFU_ENCODER` replaces the encoder that
config.yml names; `KEFU_VECTOR_CACHE` names a file that keeps vectors between trainings.

Progress goes to standard output, one JSON object a line: {"phase": ..., "progress": 0..1}; the last one is
{"phase": "done", "model": PATH, "seconds": ...}.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import yaml

_STEP = re.compile(r"Finished training component '(\w+)'")


def report(phase: str, progress: float, **details: Any) -> None:
    """Print one progress line."""
    line = {"phase": phase, "progress": round(progress, 3), **details}
    print(json.dumps(line, ensure_ascii=False), flush=True)


class _Progress(logging.Handler):
    """Turns the log of finished components and of embedded texts into progress lines that never go back."""

    def __init__(self, components: int) -> None:
        super().__init__(logging.INFO)
        self._components = components
        self._finished = 0
        self._embedded = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        finished = _STEP.search(record.getMessage())
        if finished:
            self._finished += 1
        elif not hasattr(record, "embedded"):
            return
        self._embedded = getattr(record, "embedded", self._embedded)
        share = min(self._finished / self._components, 1.0)
        component = finished[1] if finished else "SentenceEmbeddingFeaturizer"
        report("train", 0.05 + 0.45 * share + 0.45 * self._embedded, component=component)


def train(project: Path, out: Path) -> Path:
    """Train the project's model and write it to `out` (.tar.gz); returns its path.

    The working directory becomes the project, which is what components read their content from. Rasa's own
    cache is not used: it does not see that a content file has changed.
    """
    import rasa.model_training
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    os.chdir(project)
    _check_that_all_is_read(Path("data"))
    _check_stories()
    config = _config(os.environ.get("KEFU_ENCODER"))
    progress = _Progress(len(config["pipeline"]) + len(config["policies"]))
    for name in ("rasa.engine.training.hooks", "bot.components.sentence_embedding"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.addHandler(progress)
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as config_file:
        yaml.safe_dump(config, config_file, allow_unicode=True, sort_keys=False)
        config_file.flush()
        result = rasa.model_training.train(
            domain="domain.yml",
            config=config_file.name,
            training_files="data",
            output=str(out.parent),
            fixed_model_name=out.name,
            force_training=True,
        )
    if result.code != 0 or result.model is None:
        raise SystemExit(result.code or 1)
    return Path(result.model)


def _check_that_all_is_read(data: Path) -> None:
    """Rasa passes over a file whose format it does not recognise, without a word; then the bot knows half."""
    from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
    from rasa.shared.data import is_nlu_file

    unread = [
        path
        for path in sorted(data.rglob("*.yml"))
        if not (is_nlu_file(str(path)) or YAMLStoryReader.is_stories_file(str(path)))
    ]
    if unread:
        raise SystemExit(f"Rasa does not recognise {', '.join(map(str, unread))}")


def _check_stories() -> None:
    """Rules and stories name only intents, actions and forms that the domain has; Rasa itself would only warn."""
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.validator import Validator

    paths = [str(path) for path in (Path("data/rules"), Path("data/stories")) if path.exists()]
    importer = TrainingDataImporter.load_from_dict(domain_path="domain.yml", training_data_paths=paths)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        validator = Validator.from_importer(importer)
        checks = (
            validator.verify_intents_in_stories(ignore_warnings=False),
            validator.verify_utterances_in_stories(ignore_warnings=False),
            validator.verify_actions_in_stories_rules(),
            validator.verify_forms_in_stories_rules(),
        )
    if not all(checks):
        # The examples were not read, so that they are missing says nothing.
        found = [str(one.message) for one in told if "NLU training data" not in str(one.message)]
        raise SystemExit("\n".join(["rules or stories name what the domain does not have", *found]))


def _config(encoder: str | None) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(Path("config.yml").read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        if encoder and "encoder" in component:
            component["encoder"] = encoder
    return config


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.train", description=__doc__)
    parser.add_argument("--project", type=Path, default=Path.cwd(), help="directory of config.yml")
    parser.add_argument("--out", type=Path, required=True, help="model to write, .tar.gz")
    arguments = parser.parse_args()
    if not arguments.out.name.endswith(".tar.gz"):
        parser.error("--out must end with .tar.gz")
    for name, value in {
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }.items():
        os.environ.setdefault(name, value)
    started = time.monotonic()
    report("load", 0.0)
    model = train(arguments.project.resolve(), arguments.out.resolve())
    seconds = round(time.monotonic() - started, 1)
    report("done", 1.0, model=str(model), seconds=seconds)


if __name__ == "__main__":
    main()
