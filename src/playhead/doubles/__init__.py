"""Doubles: stand-ins for plain Python objects, whose calls are recorded and replayed. Made by `deck.double`."""
