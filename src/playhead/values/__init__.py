"""A codec between Python values and tagged JSON: the arguments, results and exceptions of recorded calls.

`plain.plain_of` writes a value and `values.value_of` reads it back. The package does not know doubles, decks or pytest,
and imports no library whose values it handles.
"""
