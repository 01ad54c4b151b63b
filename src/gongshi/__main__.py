"""`python -m gongshi` is the `gongshi` command."""

import sys

from gongshi.cli import main

if __name__ == "__main__":
    sys.exit(main())
