"""The private names of other people's code that playhead touches: a table, printed in docs/reference/private-names.md.

Private means not documented by its owner: attributes with a leading underscore, local variables read off frames,
layouts of the interpreter and the kernel. The names stand in the modules that use them; nothing imports this table
but the tests. They look each name up on the running Python and in the installed libraries, and fail for a private name
in the source that has no row here.
"""
