"""Any employer's recruitment notice into positions with rules: ``import_notice`` reads, ``write`` makes its folder,
``check`` validates a folder and explains every rule in Chinese (docs/notices.md).
"""

from matcher.notice.build import Imported, Unread, import_notice
from matcher.notice.explain import Problem, check, explain
from matcher.notice.sources import NoticeError
from matcher.notice.tables import write

__all__ = ["Imported", "NoticeError", "Problem", "Unread", "check", "explain", "import_notice", "write"]
