"""Staff: accounts, sign-in, rights, presence."""
