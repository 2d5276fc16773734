"""Channels: verify, parse, render; no business rules."""
