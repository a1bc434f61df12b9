"""A bounded pool for slow work."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.jobs import mishap


class Pool:
    """Runs slow work in `workers` threads. With `most` jobs waiting, the next one is run by whoever brings it."""

    def __init__(self, workers: int = 8, most: int = 500) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="slow")
        self._room = threading.BoundedSemaphore(most)
        self._changed = threading.Condition()
        self._open = 0

    def submit(self, job: Callable[[], None]) -> None:
        """Runs a job soon; what goes wrong in it is logged, for nobody waits for it."""
        with self._changed:
            self._open += 1
        if self._room.acquire(blocking=False):
            self._threads.submit(self._run, job, held=True)
        else:
            self._run(job, held=False)

    def _run(self, job: Callable[[], None], held: bool) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - the edge of a job: it must not end its thread
            mishap.note(error, "job", "job_failed")
        finally:
            if held:
                self._room.release()
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def wait_idle(self, timeout: float) -> bool:
        """True once nothing is waiting or running."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open == 0, timeout)

    def close(self, timeout: float = 8) -> None:
        self.wait_idle(timeout)
        self._threads.shutdown(wait=False, cancel_futures=True)
