"""The command line: `python -m bot`."""

import sys

from bot.cli import _early

if __name__ == "__main__":
    _early.heed(sys.argv[1:])  # before the rest is imported, which takes a second
    from bot.cli.main import main

    main()
