"""The customer-service system: everything but the Rasa process and the retrieval library."""

__version__ = "0.1.0"
