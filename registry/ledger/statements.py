"""The statements that every harvest runs, built once.

Building one takes SQLAlchemy longer than the database takes to carry it out. What varies is bound
by name: :data:`SLUG`, :data:`SUBJECT` and so on; a name of a column is a value to be written.
"""

import sqlalchemy as sa

from registry.ledger.schema import change, harvest, held, meta, quarantine, source, state

SLUG, SUBJECT, SUBJECTS = "of_slug", "of_subject", "of_subjects"
NUMBER, SKIPPED, NAME = "of_number", "of_skipped", "of_name"

# Sources

_ROW_OF_SOURCE = source.c.slug == sa.bindparam(SLUG)
SOURCE = sa.select(source).where(_ROW_OF_SOURCE, source.c.removed.is_(False))
SOURCES = sa.select(source).where(source.c.removed.is_(False)).order_by(source.c.slug)
SOURCES_WITHOUT_CURSORS = SOURCES.with_only_columns(
    *(column for column in source.c if column.name != "cursor"),
    sa.literal("{}").label("cursor"),
)
SEAL_OF_SOURCE = sa.select(source.c.row_hash).where(_ROW_OF_SOURCE, source.c.removed.is_(False))
SEALS_OF_SOURCES = sa.select(source.c.slug, source.c.row_hash)
CHANGE_SOURCE = sa.update(source).where(_ROW_OF_SOURCE)

# What is live

_LIVE_OF_SOURCE = state.c.source == sa.bindparam(SLUG)
_NAMED = state.c.subject.in_(sa.bindparam(SUBJECTS, expanding=True))
KNOWN = sa.select(state.c.subject, state.c.content_hash).where(_LIVE_OF_SOURCE)
KNOWN_OF = KNOWN.where(_NAMED)
HOLDERS = sa.select(state.c.subject, state.c.source).where(_NAMED)
OWNER = sa.select(state.c.source).where(state.c.subject == sa.bindparam(SUBJECT))
RECORD = (
    sa.select(change.c.subject, change.c.body)
    .join(state, state.c.seq == change.c.seq)
    .where(state.c.subject == sa.bindparam(SUBJECT))
)
COUNT = sa.select(sa.func.count()).select_from(state)
COUNT_OF = COUNT.where(_LIVE_OF_SOURCE)
NO_LONGER_LIVE = sa.delete(state).where(state.c.subject == sa.bindparam(SUBJECT))
LIVE = sa.insert(state)

# What happened

VERSIONS = (
    sa.select(change.c.subject, change.c.harvest, change.c.kind, change.c.time, change.c.body)
    .where(change.c.subject == sa.bindparam(SUBJECT))
    .order_by(change.c.seq)
)
CHANGES_OF = (
    sa.select(change)
    .where(change.c.subject == sa.bindparam(SUBJECT))
    .order_by(change.c.seq.desc())
    .limit(sa.bindparam(NUMBER))
    .offset(sa.bindparam(SKIPPED))
)
COUNT_OF_CHANGES = (
    sa.select(sa.func.count()).select_from(change).where(change.c.subject == sa.bindparam(SUBJECT))
)
LAST_CHANGE = sa.select(change.c.seq, change.c.entry_hash).order_by(change.c.seq.desc()).limit(1)
LAST_HARVEST = sa.select(harvest.c.id, harvest.c.entry_hash).order_by(harvest.c.id.desc()).limit(1)
REVISION = sa.union_all(
    sa.select(sa.literal("").label("slug"), sa.cast(sa.func.max(harvest.c.id), sa.String)),
    sa.select(source.c.slug, source.c.row_hash),
)
CHANGE = sa.insert(change)
HARVEST = sa.insert(harvest)
SEAL_HARVEST = sa.update(harvest).where(harvest.c.id == sa.bindparam(NUMBER))

# What waits, or was refused

HELD = sa.select(held).where(held.c.source == sa.bindparam(SLUG))
DROP_HELD = sa.delete(held).where(held.c.source == sa.bindparam(SLUG))
SEALS_OF_HELD = sa.select(held.c.source, held.c.row_hash)
_REFUSED_OF_SOURCE = quarantine.c.source == sa.bindparam(SLUG)
REFUSALS = (
    sa.select(quarantine, state.c.seq.label("live_seq"))
    .select_from(
        quarantine.outerjoin(
            state,
            (state.c.subject == quarantine.c.subject) & (state.c.source == quarantine.c.source),
        )
    )
    .order_by(quarantine.c.subject)
)
REFUSALS_OF = REFUSALS.where(_REFUSED_OF_SOURCE)
SEALS_OF_REFUSALS = sa.select(quarantine.c.subject, quarantine.c.row_hash).where(_REFUSED_OF_SOURCE)
NO_LONGER_REFUSED = sa.delete(quarantine).where(
    _REFUSED_OF_SOURCE, quarantine.c.subject == sa.bindparam(SUBJECT)
)
REFUSED = sa.insert(quarantine)

# Heads of the chains

PUT_META = sa.update(meta).where(meta.c.key == sa.bindparam(NAME))
