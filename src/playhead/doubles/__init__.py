"""Doubles: stand-ins for Python objects, whose calls are recorded and replayed. `deck.double` makes them.

`build` makes a double of a `Spec`. It is a mock (`mocks`) whose members (`member`) answer calls (`answers`): from the
cassette through the `Channel` of the double, or by its `Real` object while recording.
"""
