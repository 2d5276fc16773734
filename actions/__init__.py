"""Rasa's custom actions, one module per topic: read the tracker, call the domain, utter."""
