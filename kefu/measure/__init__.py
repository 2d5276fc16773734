"""Measuring: accuracy on the fixed sets under ``eval/`` through the public API, and speed against a plain Rasa."""
