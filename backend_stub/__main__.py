"""`python -m backend_stub`: the same as `msa-stub`."""

import sys

from backend_stub.cli import main

sys.exit(main())
