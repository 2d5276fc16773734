"""Who the customer is: anonymous or verified, and the merging of the two."""
