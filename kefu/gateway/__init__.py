"""The only HTTP and WebSocket code."""
