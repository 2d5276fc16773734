"""Settings, database, events and outbox, realtime, errors, clock, logging: what every package stands on."""
