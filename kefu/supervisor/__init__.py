"""Keeps child processes running: starts, watches, restarts and stops them, and leaves no orphan."""
