"""The command line: ``bin/kefu`` or ``python -m kefu.cli``, one module per group of commands."""
