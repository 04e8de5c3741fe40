"""How many statements a guest's page takes when it is made anew.

`python -m tests.benchmarks.statements <path> …`, with the settings of the environment: one number
for each path.
"""

import os
import sys

import django


def main(paths: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    for path in paths:
        Client().get(path)
        with CaptureQueriesContext(connection) as statements:
            Client().get(path)
        print(len(statements))


if __name__ == "__main__":
    main(sys.argv[1:])
