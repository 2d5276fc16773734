"""Tickets: the number that a customer can refer to."""
