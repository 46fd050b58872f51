"""The one base of every error that is the user's to mend. It knows nothing of where it is shown."""


class DigitpadError(Exception):
    """Its text is one sentence for the user: what is wrong, the value, and the cure."""
