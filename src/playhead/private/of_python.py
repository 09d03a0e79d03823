"""The private names of CPython, its other standard modules and Linux that are touched."""

from __future__ import annotations

from playhead.private.row import PrivateNames

__all__ = ["INTERPRETER", "THREADS"]

_HOLDS = "The virtual clock runs in real time while such a task waits."

_MAY_WAKE = "An idle worker counts as a thread that may wake by itself, which delays `NothingCanHappen`."

THREADS = (
    PrivateNames(
        "sys",
        ("_current_frames",),
        "CPython 3.11",
        ("clocks.world.hops", "clocks.world.threads"),
        "The frames of all threads. Documented, as a detail of CPython.",
        "A virtual loop raises AttributeError when it starts.",
    ),
    PrivateNames(
        "sys",
        ("_getframe",),
        "CPython 3.11",
        ("caller", "doubles.mocks", "guard.unrecorded"),
        "The caller's frame, without reading source lines as `traceback` does. Documented, as a detail of CPython.",
        "Errors and warnings cannot name the line of the test, and raise AttributeError instead.",
    ),
    PrivateNames(
        "_thread",
        ("_count",),
        "CPython 3.11",
        ("clocks.world.threads",),
        "Counts threads that C code started too, which `threading.active_count` misses.",
        "A virtual loop raises AttributeError when it first has nothing to do.",
    ),
    PrivateNames(
        "threading.Condition",
        ("_waiters",),
        "CPython 3.11",
        ("clocks.world.threads",),
        "A thread whose lock is no longer in the queue of waiters has been woken.",
        "Looking at a thread in `Condition.wait` raises AttributeError.",
    ),
    PrivateNames(
        "threading.Condition.wait",
        ("self", "waiter", "timeout"),
        "CPython 3.11",
        ("clocks.world.threads",),
        "The variables that tell what the thread waits for, and whether it wakes by itself.",
        "A parked thread looks as if it ran, and the virtual clock runs in real time.",
    ),
    PrivateNames(
        "concurrent.futures.Future.result",
        ("self",),
        "CPython 3.11",
        ("clocks.world.hops",),
        "The variable that holds the future whose result a thread waits for.",
        "A job that calls back into its own loop holds the clock, which then runs in real time.",
    ),
    PrivateNames(
        "concurrent.futures.Future.exception",
        ("self",),
        "CPython 3.11",
        ("clocks.world.hops",),
        "The variable that holds the future whose error a thread waits for.",
        "A job that calls back into its own loop holds the clock, which then runs in real time.",
    ),
    PrivateNames(
        "concurrent.futures.wait",
        ("fs",),
        "CPython 3.11",
        ("clocks.world.hops",),
        "The variable that holds the futures for which a thread waits.",
        "Looking at a thread in `concurrent.futures.wait` raises KeyError.",
    ),
    PrivateNames(
        "concurrent.futures.as_completed",
        ("fs",),
        "CPython 3.11",
        ("clocks.world.hops",),
        "The variable that holds the futures over which a thread iterates.",
        "Looking at a thread in `as_completed` raises KeyError.",
    ),
    PrivateNames(
        "concurrent.futures.thread._WorkItem",
        ("run", "future"),
        "CPython 3.11",
        ("clocks.world.hops",),
        "The frame and the future of the job that a worker is doing.",
        "Importing the virtual clock raises AttributeError.",
    ),
    PrivateNames(
        "concurrent.futures.thread",
        ("_worker",),
        "CPython 3.11",
        ("clocks.world.threads",),
        "A thread in this function's `get` is a worker without a job.",
        _MAY_WAKE,
    ),
    PrivateNames(
        "threading.Thread",
        ("_target",),
        "CPython 3.11",
        ("deck.belonging",),
        "The target tells threads of pools, which work for many decks, from those that one deck started.",
        "A pool's thread is bound to the deck under which it was started.",
    ),
    PrivateNames(
        "multiprocessing.pool.Pool",
        ("_guarded_task_generation",),
        "CPython 3.11",
        ("clients.httpx.intercept",),
        "All ways to give many jobs to a pool of threads lead through it, so it is patched to bind them to their deck.",
        "Interception raises KeyError where `multiprocessing.pool` is loaded.",
    ),
    PrivateNames(
        "os.environ",
        ("_data",),
        "CPython 3.11",
        ("deck.environment",),
        "The variables as they are, undecoded: comparing them tells at once that none has changed.",
        "Every interaction that is recorded compares the environment variable by variable, which takes longer.",
    ),
    PrivateNames(
        "Linux",
        ("/proc/self/task/*/stat", "CPUCLOCK_PERTHREAD_MASK"),
        "Linux 2.6.12",
        ("clocks.world.kernel",),
        "The state and the processor time of a thread: whether it was woken before Python shows it.",
        "A thread that was handed something may be taken for idle, and the clock jumps too early.",
    ),
)

INTERPRETER = (
    PrivateNames(
        "dis.opmap",
        ("CALL", "CALL_FUNCTION_EX"),
        "CPython 3.11",
        ("clocks.world.callsite",),
        "The instruction at which a frame stands shows that it is calling, and what.",
        "A thread that waits in C code counts as running, and the virtual clock runs in real time.",
    ),
    PrivateNames(
        "dis.opmap",
        ("PRECALL",),
        "CPython 3.11",
        ("clocks.world.callsite",),
        "In 3.11 a frame stands at this one during a call.",
        "A thread that waits in C code counts as running, and the virtual clock runs in real time.",
        until="CPython 3.11",
    ),
    PrivateNames(
        "dis.opmap",
        ("CALL_KW",),
        "CPython 3.13",
        ("clocks.world.callsite",),
        "From 3.13 on, calls with keyword arguments have an instruction of their own.",
        "A thread that makes such a call and waits counts as running, and the virtual clock runs in real time.",
    ),
    PrivateNames(
        "dis.opmap",
        ("STORE_ATTR",),
        "CPython 3.11",
        ("doubles.spec",),
        "The attributes that `__init__` sets on `self` are read off its code, for replay has no instance.",
        "Doubles do not know such attributes, and raise AttributeError for them on replay.",
    ),
    PrivateNames(
        "CPython",
        ("coroutine_wrapper", "async_generator_asend"),
        "CPython 3.11",
        ("clocks.world.waiting",),
        "The objects between an awaiting frame and the coroutine it awaits; `gc.get_referents` leads through them.",
        _HOLDS,
    ),
)
