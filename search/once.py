"""Attributes that are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Made = TypeVar("Made")
Owner = TypeVar("Owner")


class once(Generic[Owner, Made]):  # noqa: N801 - it is used like functools.cached_property
    """``functools.cached_property`` without its lock, for what belongs to one request: the lock takes longer
    than most of what is made."""

    def __init__(self, make: Callable[[Owner], Made]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, of: None, owner: type) -> once[Owner, Made]: ...

    @overload
    def __get__(self, of: Owner, owner: type) -> Made: ...

    def __get__(self, of: Any, owner: type) -> Any:
        if of is None:
            return self
        made = of.__dict__[self._name] = self._make(of)
        return made
