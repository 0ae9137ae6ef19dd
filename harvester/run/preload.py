"""What every process that harvests needs, loaded once by the fork server that starts them.

Only named to ``multiprocessing.set_forkserver_preload``: importing it does the work.
"""

from harvester.parsing import expect
from harvester.run import worker
from harvester.sources import dump, ldes
from sandbox.gc import tune_gc
from shapes.contract import engine

__all__ = ["dump", "ldes", "worker"]

expect()
engine()
tune_gc()
