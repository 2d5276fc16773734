"""Expected failures: typed, with a stable code and Chinese words. Anything else is a bug and becomes a 500."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FieldError:
    """One field of a request that cannot be accepted."""

    field: str
    message: str


@dataclass(eq=False)
class DomainError(Exception):
    """A failure that the caller can understand and act upon.

    ``code`` is stable English snake case, ``title`` and ``detail`` are Chinese, ``status`` is what HTTP says.
    """

    code: str
    title: str
    detail: str = ""
    status: int = 400
    errors: list[FieldError] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.code}: {self.title} {self.detail}".strip()


class NotFound(DomainError):
    """What was asked for does not exist, or not for this caller."""

    def __init__(self, code: str, title: str, detail: str = "") -> None:
        super().__init__(code, title, detail, status=404)


class Conflict(DomainError):
    """The state does not allow it (any more)."""

    def __init__(self, code: str, title: str, detail: str = "") -> None:
        super().__init__(code, title, detail, status=409)


class Unauthorised(DomainError):
    """The caller is not who it must be."""

    def __init__(self, code: str, title: str, detail: str = "") -> None:
        super().__init__(code, title, detail, status=401)


class Forbidden(DomainError):
    """The caller is known but has no right to it."""

    def __init__(self, code: str, title: str, detail: str = "") -> None:
        super().__init__(code, title, detail, status=403)


class Invalid(DomainError):
    """The request itself is wrong."""

    def __init__(
        self, code: str, title: str, detail: str = "", errors: list[FieldError] | None = None
    ) -> None:
        super().__init__(code, title, detail, status=422, errors=errors or [])
