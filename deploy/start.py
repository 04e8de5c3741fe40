"""Starts the demo: database and content, then web, worker and clock together until Ctrl-C.

Run by `make run` in the virtual environment that `prepare.py` made.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = os.environ.setdefault("PORT", "8000")
SITE_URL = os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{PORT}")
START_SECONDS = 60

ADDRESSES = """
Mitwirk runs. Stop it with Ctrl-C.

  Website       {site}/
  Demo mailbox  {site}/demo/mailbox/
  API           {site}/api/v1/docs/

{logins}
"""


def main() -> int:
    os.chdir(ROOT)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    (ROOT / "var").mkdir(exist_ok=True)
    manage("migrate", "--verbosity", "0")
    logins = manage("demo")
    processes = subprocess.Popen(
        [sys.executable, "-m", "honcho", "-f", "Procfile", "start", "--port", PORT]
    )
    # Ctrl-C reaches every process of the terminal; a plain `kill` reaches only this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: processes.terminate())
    if answers(processes):
        print(ADDRESSES.format(site=SITE_URL, logins=logins), flush=True)
    code = processes.wait()
    stopped = {-signal.SIGINT, -signal.SIGTERM, 128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if code in stopped else code


def manage(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.strip()


def answers(processes: "subprocess.Popen[bytes]") -> bool:
    """Whether the website listens before the processes end or a minute has passed."""
    until = time.monotonic() + START_SECONDS
    while processes.poll() is None and time.monotonic() < until:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", int(PORT))) == 0:
                return True
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
