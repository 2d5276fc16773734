"""Articles, their revisions, the clarification graph and what customers chose."""
