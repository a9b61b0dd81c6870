"""Fuzz the REST API from its own description: as nobody, as a connected system, as a handler, as an administrator.

`make fuzz`: 100 examples an operation, four times as many where there is a body, and the edges of every schema.
`--short`, as in CI: 20 examples an operation and nothing else. Each identity gets an app and a database of its own, so
that what one breaks (an administrator may end accounts) does not hide anything from the next. Fails for any answer of
5xx and for any operation that forgets to ask who is there.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Fuzz-Pass-Word-1"  # noqa: S105 # pragma: allowlist secret - of a database that lives for some minutes
WHO = ("", "api_client", "handler", "platform_admin")
CHECKS = "not_a_server_error,ignored_auth"
PATIENCE = 120
SHORT = 20
BODIES = """
[[operations]]
include-method = ["POST", "PUT", "PATCH"]
generation.max-examples = {examples}
"""


def main() -> int:
    """Run; 1 where anything was found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--examples", type=int, default=100, help="examples for each operation")
    options.add_argument("--short", action="store_true", help="20 examples for each operation, without the edges")
    options.add_argument("--as", dest="who", nargs="*", default=WHO, help="accounts; an empty one is nobody")
    options.add_argument("--checks", default=CHECKS, help="checks of schemathesis")
    options.add_argument("--tool", default=str(ROOT / ".venv-fuzz/bin/schemathesis"), help="the program")
    asked = options.parse_args()
    asked.phases, asked.with_body = "examples,coverage,fuzzing", 4 * asked.examples
    if asked.short:
        asked.phases, asked.examples, asked.with_body = "examples,fuzzing", SHORT, SHORT
    failed = []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        full = Path(folder) / "full"
        full.mkdir()
        subprocess.run([sys.executable, "run.py", "upgrade"], cwd=ROOT, env=_env(full, 8080), check=True)
        seed = [sys.executable, "run.py", "seed", "--demo", "--cases", "40"]
        subprocess.run(seed, cwd=ROOT, env=_env(full, 8080), check=True)
        for name in asked.who:
            own = Path(folder) / (name or "nobody")
            shutil.copytree(full, own)
            if not _fuzz(name, own, asked):
                failed.append(name or "nobody")
    print(f"Failed as: {', '.join(failed)}" if failed else "Nothing was found.")
    return 1 if failed else 0


def _env(data: Path, port: int) -> dict[str, str]:
    own = {"HUIYIN_DATA": str(data), "HUIYIN_PORT": str(port), "HUIYIN_DEMO_PASSWORD": PASSWORD}
    return {**{name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}, **own}


def _fuzz(name: str, data: Path, asked: argparse.Namespace) -> bool:
    port = _free_port()
    (data / "schemathesis.toml").write_text(BODIES.format(examples=asked.with_body))
    site = f"http://127.0.0.1:{port}"
    log = (data / "web.log").open("wb")
    web = subprocess.Popen([sys.executable, "run.py", "web"], cwd=ROOT, env=_env(data, port), stdout=log, stderr=log)
    try:
        _wait(port)
        command = [asked.tool, "run", f"{site}/api/v1/_openapi", "--checks", asked.checks, "--seed", "1"]
        command += ["--max-examples", str(asked.examples), "--phases", asked.phases, "--no-color"]
        token = _token(port, name) if name else ""
        if name:
            command += ["--header", f"Authorization: Bearer {token}"]
        print(f"== as {name or 'nobody'}", flush=True)
        done = subprocess.run(command, cwd=data, check=False)
        if name and not _is_known(port, token):
            raise SystemExit(f"The token of {name} ended before the fuzzing did: take fewer examples.")
    finally:
        web.terminate()
        web.wait()
        log.close()
    faults = len(re.findall(rb"^Traceback", (data / "web.log").read_bytes(), re.MULTILINE))
    print(f"Tracebacks in the log: {faults}")
    if faults:
        kept = ROOT / "instance" / f"fuzz-{name or 'nobody'}.log"
        kept.parent.mkdir(exist_ok=True)
        shutil.copy(data / "web.log", kept)
        print(f"Kept: {kept}")
    return done.returncode == 0 and not faults


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _call(port: int, method: str, path: str, body: Any = None) -> Any:
    """JSON of an answer of the app."""
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    site.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    return json.load(site.getresponse())


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            _call(port, "GET", "/api/v1/_openapi")
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def _token(port: int, name: str) -> str:
    body = {"username": name, "password": PASSWORD, "provider": "db"}
    return str(_call(port, "POST", "/api/v1/security/login", body)["access_token"])


def _is_known(port: int, token: str) -> bool:
    """Whether a token still stands for somebody; else a long run would have tried nothing but 401."""
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    site.request("GET", "/api/v1/matters/", headers={"Authorization": f"Bearer {token}"})
    return site.getresponse().status != 401


if __name__ == "__main__":
    sys.exit(main())
