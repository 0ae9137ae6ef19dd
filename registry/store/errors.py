"""What can go wrong with the store and with a query, by what the asker can do about it."""

from vocab.errors import MaillageError


class StoreError(MaillageError):
    """The store cannot follow the ledger: names the place and the remedy."""


class QueryError(MaillageError):
    """A query got no answer."""


class QueryRefusedError(QueryError):
    """The query is wrong or not allowed: change it."""


class QueryTooLongError(QueryRefusedError):
    """The query has more text than the endpoint reads."""


class UpdateRefusedError(QueryRefusedError):
    """The text is an update; this endpoint only reads."""


class FormatRefusedError(QueryError):
    """No format that the client accepts can hold this kind of answer."""


class QueryTooLargeError(QueryError):
    """The answer has more rows or bytes than it may have."""


class QueryTimeoutError(QueryError):
    """The query used up its time."""


class QueryExhaustedError(QueryError):
    """The query used up its memory."""


class QueryUnavailableError(QueryError):
    """No worker is free, or nothing has been published yet."""
