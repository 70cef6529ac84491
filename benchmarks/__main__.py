"""`python -m benchmarks`: all figures at the size in the SIZE variable."""

import sys

from benchmarks.run import main

sys.exit(main())
