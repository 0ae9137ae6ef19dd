"""The supervisor, in a process of its own: what its children do, and what becomes of them."""

import signal
import subprocess
import sys

from tests.conftest import ROOT

START = """
import logging, os, signal, sys, time
from registry.serving import supervisor
from registry.serving.supervisor import Supervisor, stop_on
from vocab.errors import MaillageError, UsageError
logging.basicConfig(level=logging.INFO, format="%(message)s")
supervisor._PAUSE_S = 0.01
stop_on(signal.SIGTERM)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", START + program]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_what_dies_again_and_again_is_told_not_started_for_ever() -> None:
    finished = run(
        """
def dies(ready):
    ready()
    os._exit(3)
with Supervisor() as running:
    running.start("web 1", dies)
    running.supervise()
"""
    )
    assert "web 1 ends as soon as it is started" in finished.stderr
    assert finished.stderr.count("ended with 3 and is replaced") == 5


def test_a_process_that_cannot_start_says_why() -> None:
    finished = run(
        """
def refuses(ready):
    raise UsageError("nobody announced {url}: see maillage source list", url="a")
with Supervisor() as running:
    try:
        running.start("web 1", refuses)
    except UsageError as error:
        print(error.message("fr"), error)
"""
    )
    assert finished.stdout == (
        "personne n'a annoncé a : voyez maillage source list "
        "nobody announced a: see maillage source list\n"
    )
    assert finished.stderr == ""


def test_a_replacement_that_cannot_start_yet_is_tried_again() -> None:
    finished = run(
        """
import tempfile
file = tempfile.NamedTemporaryFile()
def work(ready):
    with open(file.name, "a") as noted:
        noted.write("x")
    count = os.path.getsize(file.name)
    if count in {2, 3}:
        raise MaillageError("the database is down")
    ready()
    if count == 1:
        os._exit(9)
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(60)
with Supervisor() as running:
    running.start("web 1", work)
    running.supervise()
"""
    )
    assert finished.returncode == 128 + signal.SIGTERM
    assert finished.stderr.count("process web 1 cannot start: the database is down") == 2


def test_a_fault_of_ours_is_in_the_log() -> None:
    finished = run(
        """
def work(ready):
    ready()
    raise ZeroDivisionError("a fault of ours")
with Supervisor() as running:
    running.start("upkeep", work)
    running.supervise()
"""
    )
    assert "ZeroDivisionError: a fault of ours" in finished.stderr
    assert "process upkeep" in finished.stderr


def test_a_signal_that_comes_while_an_object_is_finalized_is_not_lost() -> None:
    finished = run(
        """
class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
def work(ready):
    ready()
    time.sleep(60)
with Supervisor() as running:
    running.start("web 1", work)
    Finalized()
    running.supervise()
"""
    )
    assert "Exception ignored" in finished.stderr
    assert finished.returncode == 128 + signal.SIGTERM
