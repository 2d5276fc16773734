"""One bot turn: understand, then answer, clarify, act, hand over or decline."""
