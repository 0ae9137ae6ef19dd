"""Children lent to many threads, replaced when they end, ended together."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psutil
import pytest

from sandbox.child import DeadlineError, DeathError
from sandbox.frames import Frame
from sandbox.pool import BusyError, ChildPool
from tests.sandbox.test_child import BOUNDS, WORK


@pytest.fixture
def pool() -> Iterator[ChildPool]:
    opened = ChildPool(WORK, BOUNDS, 2)
    yield opened
    opened.close()


def pid(pool: ChildPool) -> int:
    return int(pool.ask({"act": "echo"}, deadline_s=20)[0]["pid"])


def sleeping(pool: ChildPool, threads: ThreadPoolExecutor, count: int) -> list[Future[Frame]]:
    begun = [threads.submit(pool.ask, {"act": "sleep"}, deadline_s=30) for _ in range(count)]
    deadline = time.monotonic() + 20
    while len(pool._busy) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return begun


def test_children_are_used_again_and_started_all_at_once_when_asked(pool: ChildPool) -> None:
    assert pid(pool) == pid(pool)
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda _: pid(pool), range(40)))) <= 2
    pool.close()
    with_all = ChildPool(WORK, BOUNDS, 3)
    assert with_all.fill()
    assert len(with_all._free) == 3
    with_all.close()


def test_one_that_gives_no_answer_is_replaced(pool: ChildPool) -> None:
    before = pid(pool)
    with pytest.raises(DeadlineError):
        pool.ask({"act": "spin"}, deadline_s=0.2)
    after = pid(pool)
    assert after != before
    os.kill(after, signal.SIGKILL)  # while nobody asks it anything
    time.sleep(0.1)
    assert pid(pool) != after


def test_who_waits_too_long_for_a_child_is_told(pool: ChildPool) -> None:
    with ThreadPoolExecutor(2) as threads:
        begun = sleeping(pool, threads, 2)
        with pytest.raises(BusyError):
            pool.ask({"act": "echo"}, deadline_s=1, wait_s=0.05)
        pool.cut()
        for one in begun:
            with pytest.raises(DeathError):
                one.result()
    assert pid(pool)


def test_what_is_asked_while_the_fork_server_dies_is_asked_once_more(pool: ChildPool) -> None:
    first = psutil.Process(pid(pool))
    server = first.parent()
    assert server is not None
    assert "sandbox.server" in server.cmdline()
    killer = threading.Timer(0.3, server.kill)
    killer.start()
    with pytest.raises(DeadlineError):  # the second child sleeps on
        pool.ask({"act": "sleep"}, deadline_s=1.5)
    ended = not first.is_running() or first.status() == psutil.STATUS_ZOMBIE  # init is slow
    assert ended, "children end with their server"
    assert psutil.Process(pid(pool)).parent() != server


def test_a_closed_pool_answers_nobody_and_lets_those_at_work_end(pool: ChildPool) -> None:
    with ThreadPoolExecutor(1) as threads:
        begun = threads.submit(pool.ask, {"act": "echo"}, b"x" * 50_000_000, deadline_s=20)
        while not pool._busy:
            time.sleep(0.001)
        pool.close()
        assert len(begun.result()[1]) == 50_000_000
    assert pool._free == []
    with pytest.raises(DeathError):
        pool.ask({"act": "echo"}, deadline_s=1)
