"""What every command of the tests finds loaded: imported by the server alone that forks itself.

Importing it does the work. What a command loads when it is needed, and the tables that it makes
once and only reads, took most of the time of a short one.
"""

from importlib import import_module
from pkgutil import iter_modules

from harvester import parsing
from maillage import commands
from shapes.contract import engine
from vocab.territory import commune, communes_named, communes_of_postcode
from vocab.vocabulary import vocabulary_ntriples

for found in iter_modules(commands.__path__, f"{commands.__name__}."):
    import_module(found.name)
engine()
communes_named("")
commune("")
communes_of_postcode("")
vocabulary_ntriples()
parsing.expect()
