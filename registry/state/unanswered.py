"""Questions that found nothing, counted by day: words, without who asked, where or when (0054).

They say which words the lexicon lacks. A question that holds an address or a long number is not
kept, no word with a digit is, nor the place that was asked about.
"""

import logging
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from registry.state.database import Database, metadata
from vocab.text import words

KEPT_DAYS = 30
MAX_A_DAY = 200
"""Different questions that are kept of one day; those asked after them are not."""
_MOST_WORDS = 8
_LONGEST = 80
_WAIT_MS = 50
"""Longest wait for others who write: a question more or less does not matter."""
_PERSONAL = re.compile(
    r"@|\barobase\b|\bat\b.*\b(?:dot|com|fr)\b|:/|\w[.]\w"
    r"|\b(?:rue|avenue|av|boulevard|bd|allées?|impasse|chemin|route|quai)\b|(?:\d[\s.-]*){6}",
    re.IGNORECASE,
)
"""What addresses of any kind and long numbers hold: of such a question nothing is kept."""
_DIGIT = re.compile(r"\d")
_log = logging.getLogger(__name__)
_questions = sa.Table(
    "unanswered",
    metadata,
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("words", sa.Text, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Question:
    """Words that found nothing, and on how many page views in thirty days."""

    words: str
    times: int


class Unanswered:
    """The questions of one node that found nothing; safe among threads, processes and machines.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, asked: str, today: date) -> None:
        """Count a question once more; never raises: a page is shown whatever happens here.

        Args:
            asked: what was typed as the need, without its place.
            today: the day.
        """
        kept = words_kept(asked)
        if not kept:
            return
        day = today.isoformat()
        mine = (_questions.c.day == day) & (_questions.c.words == kept)
        adding = sa.update(_questions).where(mine).values(times=_questions.c.times + 1)
        of_today = sa.select(sa.func.count()).where(_questions.c.day == day)
        first = self._database.upsert(
            _questions,
            {"day": day, "words": kept, "times": 1},
            {"times": _questions.c.times + 1},
        )

        def count(connection: sa.Connection) -> None:
            if connection.dialect.name == "sqlite":  # a page waits for this
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {_WAIT_MS}")
            connection.execute(_older_than(today))
            if connection.execute(adding).rowcount:
                return
            if connection.execute(of_today).scalar_one() < MAX_A_DAY:
                connection.execute(first)

        try:
            self._database.run(count)
        except sa.exc.SQLAlchemyError as error:
            _log.warning("a question that found nothing cannot be counted: %s", error)

    def questions(self, today: date) -> tuple[Question, ...]:
        """Return the questions of the last thirty days, the most frequent first."""
        since = _questions.c.day > (today - timedelta(days=KEPT_DAYS)).isoformat()
        times = sa.func.sum(_questions.c.times).label("times")
        query = (
            sa.select(_questions.c.words, times)
            .where(since)
            .group_by(_questions.c.words)
            .order_by(times.desc(), _questions.c.words)
        )
        return tuple(Question(**row._mapping) for row in self._database.read(query))

    def forget(self) -> int:
        """Forget all of them; return how many there were, each counted once a day."""
        return self._database.write(sa.delete(_questions))


def words_kept(asked: str) -> str:
    """Return what is kept of a question: folded words, none with a digit.

    Nothing, where some of it may be an address or a number of somebody: what stands beside it
    may be a name.

    >>> words_kept("Coiffeur à domicile ouvert 7j/7")
    'coiffeur a domicile ouvert'
    >>> words_kept("Coiffeur jean.dupont @ exemple.fr")
    ''
    """
    plain = unicodedata.normalize("NFKC", asked)
    if _PERSONAL.search(plain):
        return ""
    pieces = (piece for piece in plain.split() if not _DIGIT.search(piece))
    return " ".join([word for piece in pieces for word in words(piece)][:_MOST_WORDS])[:_LONGEST]


def _older_than(today: date) -> sa.Delete:
    last = (today - timedelta(days=KEPT_DAYS)).isoformat()
    return sa.delete(_questions).where(_questions.c.day <= last)
