"""Binds adapters to ports and handlers to events; the only place that knows everything."""
