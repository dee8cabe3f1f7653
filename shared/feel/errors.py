"""The two errors that FEEL raises, in English for logs and in Chinese for process owners.

Neither text ever holds the value of a variable: variables may be personal.
"""


class FeelError(Exception):
    """An expression cannot be evaluated: a limit is passed, or something it needs is not there.

    `position` counts characters from 0 in the text of the expression, where the place is known.
    """

    position: int | None = None

    def __init__(self, message: str, message_zh: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_zh = message_zh

    def happened_at(self, position: int) -> None:
        """Tell the place, unless a part further inside has told it already."""
        if self.position is None:
            self.position = position
            self.message = f"{self.message} (position {position})"
            self.message_zh = f"{self.message_zh}（第 {position + 1} 个字符）"
            self.args = (self.message,)


class FeelSyntaxError(FeelError):
    """A text is not FEEL; `position` counts characters from 0 in the text as it was given."""

    position: int

    def __init__(self, position: int, message: str, message_zh: str) -> None:
        super().__init__(f"{message} (position {position})", f"{message_zh}（第 {position + 1} 个字符）")
        self.position = position


class NoValue(Exception):
    """Inside the package only: this operation has no value here, so FEEL says null and notes the reason."""
