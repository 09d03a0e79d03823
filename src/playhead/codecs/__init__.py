"""The two encodings of a cassette, JSON and MessagePack, and what they share."""
