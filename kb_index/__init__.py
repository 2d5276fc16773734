"""Retrieval over the knowledge base, as a pure library; import its modules, this package holds no code."""
