"""The queue in front of people: entries, places, claims."""
