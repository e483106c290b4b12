"""``python -m web``."""

import sys

from web.admin import main

sys.exit(main())
