"""`python -m atmp_insure` is the command `atmp`."""

from atmp_insure.cli import main

main()
