"""Pages that open without a network: the script by which a browser installs their worker."""

import hashlib
import json
from collections.abc import Sequence

from django.http import HttpResponse

from frontend import built_files

WORKER = "frontend/ts/offline_worker.ts"


def worker_script(
    *, family: str, files: Sequence[str], pages: str, more: str = "", starts_at_once: bool = False
) -> HttpResponse:
    """What to keep (see WORKER), then the worker itself. Another build, another name of a file or
    other `more` make it another version, which browsers then install."""
    script = built_files.url(WORKER)
    content = "".join([script, *files, more])
    kept = {
        "family": family,
        "version": hashlib.sha256(content.encode()).hexdigest()[:12],
        "files": files,
        "pages": pages,
        "starts_at_once": starts_at_once,
    }
    answer = HttpResponse(
        f"self.kept = {json.dumps(kept)};\nimportScripts({json.dumps(script)});\n",
        content_type="text/javascript; charset=utf-8",
    )
    answer["Cache-Control"] = "no-cache"
    return answer
