"""The editors' side: articles, what customers did with them, what was not understood, and trying it out."""
