"""The base of every error that the user can fix."""


class DigitpadError(Exception):
    """Its text is one sentence for the user, in one line: what is wrong, the value, and the cure."""

    def __init__(self, sentence: object = "") -> None:
        # A value that the sentence tells, a file's name for example, may hold line breaks.
        super().__init__(" ".join(str(sentence).splitlines()))
