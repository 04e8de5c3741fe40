"""What must never stand in a log: the secrets in the addresses of tickets and mailed links."""

import logging
import re

# No name of ours in a path is as long; manage tokens, ticket secrets and signed links are longer.
SECRET_IN_PATH = re.compile(r"(?<=/)[\w.:~=%-]{30,}(?=[/?\s'\"]|$)")


class HideSecrets(logging.Filter):
    """Puts `***` in the place of each secret in a path."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_IN_PATH.sub("***", record.getMessage()), ()
        return True
