"""The HTTP door: ``create_app`` for servers and tests, ``run`` and ``main`` to serve. What it serves is in ``web/``.

``POST /api/v1/match``     a resume (multipart ``file``, or JSON ``{"text", "top_k", "as_of"}``) to its best positions
``GET  /api/v1/positions`` the positions: the words of the notice beside the columns that rules read
``/api/v1/pools``          applications that belong together: upload, progress, shortlists, overrides, Excel
``GET  /healthz``          ready, and with which model
``/``                      the pages for people

Errors are RFC 9457 problems with a Chinese and an English message. Uploads are read in worker processes with limits, so
that a hostile file ends its reader and not the server. docs/service.md has the settings and how to run it.
"""

from __future__ import annotations

import sys

from web.app import create_app, main
from web.serve import run

__all__ = ["create_app", "main", "run"]

if __name__ == "__main__":
    sys.exit(main())
