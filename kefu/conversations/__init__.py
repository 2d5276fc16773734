"""Conversations and messages: the state machine and the only code that writes them."""
