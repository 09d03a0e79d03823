"""The private names of trio, anyio and the client libraries that are touched."""

from __future__ import annotations

from playhead.private.row import PrivateNames

__all__ = ["ANYIO", "CLIENTS", "TRIO"]


TRIO = (
    PrivateNames(
        "trio._core._run",
        ("GLOBAL_RUN_CONTEXT",),
        "trio 0.26",
        ("clocks.trio",),
        "Leads to the runner. `trio.testing.MockClock` reads it too, because nothing public leads there.",
        "`TrioVirtualClock` raises AttributeError when it is first asked.",
    ),
    PrivateNames(
        "trio._core._run.Runner",
        ("waiting_for_idle", "main_task", "is_guest"),
        "trio 0.26",
        ("clocks.trio",),
        "Who is to wake once all others are blocked, which task gets the error, and whose event loop it is.",
        "`TrioVirtualClock` raises AttributeError when it is first asked.",
    ),
    PrivateNames(
        "trio.lowlevel.Task",
        ("_attempt_abort",),
        "trio 0.26",
        ("clocks.trio",),
        "Raises `NothingCanHappen` in a blocked task, as trio itself delivers KeyboardInterrupt.",
        "AttributeError takes the place of `NothingCanHappen`.",
    ),
    PrivateNames(
        "trio._signals",
        ("SignalReceiver",),
        "trio 0.26",
        ("clocks.trio",),
        "A task in its `__anext__` waits for a signal, so something can still happen.",
        "A program that waits for a signal alone gets `NothingCanHappen`.",
    ),
    PrivateNames(
        "trio._threads",
        ("_send_message_to_trio",),
        "trio 0.26",
        ("clocks.world.hops",),
        "A thread in this function waits for the trio run itself.",
        "A thread that calls `trio.from_thread` holds the clock, which then runs in real time.",
    ),
    PrivateNames(
        "trio._threads._send_message_to_trio",
        ("trio_token",),
        "trio 0.26",
        ("clocks.world.hops",),
        "The variable that tells for which run the thread waits.",
        "A thread that calls `trio.from_thread` holds the clock, which then runs in real time.",
    ),
    PrivateNames(
        "trio._threads.to_thread_run_sync",
        ("worker_fn",),
        "trio 0.26",
        ("clocks.world.hops",),
        "The function that does a job of `trio.to_thread` in its thread.",
        "A thread that calls `trio.from_thread` holds the clock, which then runs in real time.",
    ),
    PrivateNames(
        "trio._core._thread_cache.WorkerThread",
        ("_worker_lock",),
        "trio 0.26",
        ("clocks.world.threads",),
        "A thread that waits for this lock has no job.",
        "An idle worker counts as a thread that may wake by itself, which delays `NothingCanHappen`.",
    ),
)

ANYIO = (
    PrivateNames(
        "anyio._backends._asyncio.WorkerThread",
        ("run",),
        "anyio 4.0",
        ("clocks.world.hops",),
        "The frame of a thread that does a job of `anyio.to_thread`.",
        "A job that calls back into its own loop holds the clock, which then runs in real time.",
    ),
    PrivateNames(
        "anyio._backends._asyncio.WorkerThread.run",
        ("future",),
        "anyio 4.0",
        ("clocks.world.hops",),
        "The variable that holds the future of that job.",
        "Looking at such a thread raises KeyError.",
    ),
    PrivateNames(
        "anyio._backends._asyncio",
        (
            "StreamReaderWrapper",
            "StreamWriterWrapper",
            "Process",
            "SocketStream",
            "_RawSocketMixin",
            "UNIXSocketStream",
            "TCPSocketListener",
            "UNIXSocketListener",
            "UDPSocket",
            "ConnectedUDPSocket",
            "UNIXDatagramSocket",
            "ConnectedUNIXDatagramSocket",
        ),
        "anyio 4.0",
        ("clocks.world.places",),
        "The classes in whose methods a task waits for the world; in others it waits for tasks.",
        "The clock jumps over a socket or process that is slow to answer.",
    ),
    PrivateNames(
        "anyio._backends._asyncio.AsyncIOBackend",
        ("run_sync_in_*", "connect_*", "create_*", "open_*", "getaddr*", "getname*"),
        "anyio 4.0",
        ("clocks.world.places",),
        "The methods of the backend in which a task waits for the world.",
        "The clock jumps over a name server or a connection that is slow to answer.",
    ),
    PrivateNames(
        "anyio._backends._asyncio.AsyncIOBackend",
        ("wait_read*", "wait_writ*"),
        "anyio 4.7",
        ("clocks.world.places",),
        "Methods in which a task waits for a file descriptor; anyio before 4.7 calls them `wait_socket_*`.",
        "The clock jumps although a task waits for a descriptor.",
    ),
)

CLIENTS = (
    PrivateNames(
        "httpx._transports.default",
        ("AsyncHTTPTransport", "HTTPTransport"),
        "httpx 0.27",
        ("clients.httpx.intercept",),
        "Finds the transports of httpx where `sys.modules` has httpx2 under that name.",
        "Requests through such a hidden httpx are not recorded.",
    ),
    PrivateNames(
        "httpx2._transports.default",
        ("AsyncHTTPTransport", "HTTPTransport"),
        "httpx2 2.0",
        ("clients.httpx.intercept",),
        "Finds the transports of httpx2 in its submodules, as those of httpx.",
        "Requests through such a hidden httpx2 are not recorded.",
    ),
    PrivateNames(
        "httpx._decoders",
        ("SUPPORTED_DECODERS",),
        "httpx 0.27",
        ("clients.httpx.front",),
        "Which content codings the installed client undoes: `br` and `zstd` take packages that may be missing.",
        "Every coding counts as undone, and a body that is not reaches the caller decoded.",
    ),
    PrivateNames(
        "httpx2._decoders",
        ("SUPPORTED_DECODERS",),
        "httpx2 2.0",
        ("clients.httpx.front",),
        "The content codings that httpx2 undoes, as for httpx.",
        "Every coding counts as undone, and a body that is not reaches the caller decoded.",
    ),
    PrivateNames(
        "vcr.cassette.CassetteContextDecorator",
        ("_patch_generator",),
        "vcrpy 6.0",
        ("clients.httpx.intercept",),
        "vcrpy enters every cassette through it, so it is patched to warn of one inside of a deck.",
        "Interception raises KeyError where vcrpy is loaded.",
    ),
    PrivateNames(
        "vcr.cassette.Cassette",
        ("_path",),
        "vcrpy 6.0",
        ("clients.rivals",),
        "The warning names the file.",
        "The warning says `a cassette`.",
    ),
    PrivateNames(
        "time_machine.Traveller",
        ("time_ns",),
        "time-machine 3.0",
        ("guard.wall",),
        "Replaced on the object, so that the wall clock follows the deck's instead of standing or ticking.",
        "The wall clock stays at the instant at which the deck was opened, or ticks with real time.",
    ),
    PrivateNames(
        "http.HTTPStatus",
        ("_value2member_map_",),
        "CPython 3.11",
        ("deck.routes.overrides",),
        "Tells whether a status has a standard reason phrase, without raising.",
        "`respond()` raises AttributeError.",
    ),
)
