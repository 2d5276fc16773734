"""Adapters to the world outside: Rasa, a shop's order system."""
