"""A customer's rights over what is kept of them: to see it, to take it along, to have it erased."""
