"""Training runs and releases of models and indexes."""
