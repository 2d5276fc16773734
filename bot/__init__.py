"""The Rasa process: understanding and dialogue policy, on loopback behind a token."""
