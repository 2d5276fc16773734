"""Rasa's callback, health, metrics."""
