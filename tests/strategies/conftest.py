"""Makes the toy landscape importable from the tests beside it, and offers every strategy found."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
