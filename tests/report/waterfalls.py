"""Cassettes to draw: one with every kind of outcome, and random ones by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from playhead.model.cassette import Cassette, Exchange, Recorded
from playhead.model.http import Failure, Request, Response
from playhead.model.timing import Chunk, Timing

__all__ = ["ANY", "EVERYTHING", "HOSTILE", "many"]

MS = 1000
HOSTILE = (
    "\"'></script></style><img src=x onerror=document.title=1><script>document.title='owned'</script>\x1b[2J\u202e<!--"
)


def exchange(number, path, start, end, *, status=200, head=None, chunks=(), failure=None, complete=True, session=0):
    """Return an exchange, with instants in milliseconds."""
    return Exchange(
        number,
        Request("GET", f"http://api.test{path}"),
        None if status is None else Response(status, "OK", body=b"x" * 8 * len(chunks), complete=complete),
        None if failure is None else Failure(failure, "", "sent"),
        Timing(
            start * MS,
            head_us=None if head is None else head * MS,
            chunks=tuple(Chunk(at * MS, 8, MS) for at in chunks),
            end_us=end * MS,
            session=session,
        ),
    )


EVERYTHING = Cassette(
    (
        exchange(1, "/users", 0, 100, head=80, chunks=(90,)),
        exchange(2, "/events", 10, 400, head=40, chunks=(120, 200, 280, 360)),
        exchange(3, "/slow", 20, 320, status=None, failure="ReadTimeout"),
        exchange(4, "/download", 100, 300, head=160, chunks=(200,), failure="ReadError"),
        exchange(5, "/endless", 120, 280, head=160, chunks=(200, 240), complete=False),
        exchange(6, "/hang", 200, 360, status=None),
        exchange(7, "/moved", 300, 310, status=301, head=309),
        exchange(8, "/missing", 300, 330, status=404, head=329),
        exchange(9, "/later", 0, 40, head=20, session=1),
    ),
    Recorded("2026-11-23T05:00:00Z", "playhead 0.1.0"),
)


def many(count):
    """Return a cassette of `count` interactions, each a little later than the one before."""
    return Cassette(
        tuple(
            exchange(number, f"/items/{number}", number, number + 50, head=number + 40)
            for number in range(1, count + 1)
        )
    )


TEXT = st.text(max_size=60) | st.just(HOSTILE)
INSTANTS = st.integers(0, 10**7) | st.integers(0, 2**63 - 1)
MAYBE = st.none() | INSTANTS
TIMINGS = st.builds(
    Timing,
    INSTANTS,
    MAYBE,
    MAYBE,
    MAYBE,
    st.lists(st.builds(Chunk, INSTANTS, st.integers(0, 2**63 - 1), INSTANTS), max_size=5).map(tuple),
    MAYBE,
    st.integers(0, 2),
)
HEADERS = st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple)
BODIES = st.binary(max_size=40) | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass"))
REQUESTS = st.builds(
    Request, TEXT, TEXT | TEXT.map("http://[".__add__) | TEXT.map("https://api.test/".__add__), HEADERS, BODIES
)
RESPONSES = st.builds(Response, st.integers(100, 599), TEXT, TEXT, HEADERS, BODIES, st.none() | TEXT, st.booleans())
EXCHANGES = st.builds(
    Exchange,
    st.integers(1, 10**6),
    REQUESTS,
    st.none() | RESPONSES,
    st.none() | st.builds(Failure, TEXT, TEXT, TEXT),
    TIMINGS,
    st.none() | TEXT,
)
ANY = st.builds(Cassette, st.lists(EXCHANGES, max_size=6).map(tuple), st.builds(Recorded, TEXT, TEXT))
"""Cassettes as a stranger might have made them."""
