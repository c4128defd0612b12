"""A token in a box: it cannot be printed, logged or shown in a traceback by accident."""

from __future__ import annotations


class Secret:
    """Holds a token. ``reveal`` is called at one place only, where the request is sealed."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The token itself."""
        return self.__value

    def usable(self) -> bool:
        """Whether it can travel in a header: visible ASCII without blanks, not empty."""
        return bool(self.__value) and all("!" <= letter <= "~" for letter in self.__value)

    def struck_out(self, text: str) -> str:
        """``text`` with every occurrence of the token replaced."""
        return text.replace(self.__value, "[token]") if self.__value else text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> str:
        raise TypeError("a secret does not leave the process")
