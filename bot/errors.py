"""Every error of the coach, in one tree.

KamError
├── Refused        what was asked cannot be done; the asker reads a sentence that says what to do next
├── BadInput       what was given cannot be read: a file, a date, a setting
├── BadContent     playbooks that do not hold (carries findings)
└── Unavailable    something outside does not answer just now
"""

from collections.abc import Mapping


class KamError(Exception):
    """Something is wrong and somebody can mend it.

    `code` is stable and machine-readable; `message` says what happened and `repair` what to do next, in English
    (for the command line and logs); `params` fill the sentence of the same code that a rep reads.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        repair: str = "",
        code: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.repair = repair
        self.code = code or type(self).code
        self.params = dict(params or {})


class Refused(KamError):
    """What was asked cannot be done as asked."""

    code = "refused"


class BadInput(KamError):
    """What was given cannot be read."""

    code = "bad_input"


class BadContent(KamError):
    """A playbook tree does not hold."""

    code = "bad_content"


class Unavailable(KamError):
    """Something outside does not answer just now; trying later may help."""

    code = "unavailable"
