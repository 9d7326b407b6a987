"""`python -m console` is the command `msa`."""

import sys

from console.cli import main

sys.exit(main())
