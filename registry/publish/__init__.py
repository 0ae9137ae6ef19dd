"""What a node gives to the world as static files: event stream, dumps, descriptions.

:func:`publish` is the whole interface; ``docs/feed.md`` describes what it writes.
"""

from registry.publish.pages import IMMUTABLE
from registry.publish.pole import PoleDescription, pole_record
from registry.publish.publisher import Published, publish

__all__ = ["IMMUTABLE", "PoleDescription", "Published", "pole_record", "publish"]
