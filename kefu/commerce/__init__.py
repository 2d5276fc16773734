"""Orders and what can be done with them, behind a port: the demo shop's tables or a real shop over HTTP."""
