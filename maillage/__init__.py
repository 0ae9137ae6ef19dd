"""The ``maillage`` command: composes the rooms, and alone may import all of them."""
