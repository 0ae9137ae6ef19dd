"""What a node gives to the world as static files: event stream, dumps, descriptions.

:func:`registry.publish.publisher.publish` is the whole interface; ``docs/feed.md`` describes what
it writes.
"""
