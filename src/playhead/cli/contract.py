"""`playhead contract`: fold recordings into one file that can be read, merged and compared."""

from __future__ import annotations

import click

from playhead.cli.options import ContractOptions, taking

__all__ = ["command"]


@click.command("contract")
@click.argument("sources", metavar="CASSETTES...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (.json or .msgpack) instead of the terminal.")
@click.option("--openapi", "document", metavar="FILE", help="Write an OpenAPI 3.1 document too (.json).")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Number of processes; by default one per processor.")
@taking(ContractOptions)
def command(options: ContractOptions) -> int:
    """Fold recordings into a contract: the requests and answers of each endpoint, as fields and types with counts.

    CASSETTES are cassettes, folders, contracts, or any of these in a git revision
    (main:cassettes). Their order does not matter, and contracts of parts merge into
    the contract of the whole. `playhead diff` accepts contracts on either side.

    Path segments that look like ids, or whose siblings have answers of the same
    shape, are folded into templates such as /users/{name}. Templates are stored, so
    that they stay the same when the contract is merged or compared. Declare your
    own in [tool.playhead.drift].

    With --openapi the contract is written as an OpenAPI document, for tools that
    read those. The contract itself is then printed only with -o -.

    \b
    Examples:
      playhead contract cassettes -o contract.json
      playhead contract unit.json integration.json -o contract.msgpack
      playhead contract cassettes --openapi openapi.json
      playhead diff contract.json cassettes

    Exit codes: 0 written, 2 wrong usage, 3 something could not be read; the rest is
    written all the same.
    """
    from playhead.cli.folding import fold

    return fold(options)
