#!/usr/bin/env python3
"""R2b: the folder of meta.json is synced after its renaming and before the commit is announced."""

import re
import subprocess
from pathlib import Path

from common import Tally, articles, command, environment, number, scratch, strace


def main():
    tally, copies, tracer = Tally(), number(2), strace()
    with scratch() as folder:
        folder = Path(folder)
        articles(folder / "textes", copies)
        trace = folder / "trace"
        calls = "trace=rename,renameat,renameat2,fsync,fdatasync,write"
        before = [tracer, "-f", "-y", "-s", "60", "-o", str(trace), "-e", calls]
        arguments = ["index", folder / "textes", "--index", folder / "ix", "--verbose", "--commit-every", "0.05"]
        subprocess.run(command(*arguments, before=before), env=environment(), capture_output=True, check=True)
        state, commits = "nothing was renamed", 0
        for line in trace.read_text(errors="replace").splitlines():
            if re.search(r"rename.*/segments/meta\.json\"[,)].*= 0", line):
                state = "renamed and not synced"
            elif re.search(r"(fsync|fdatasync)\(\d+<[^>]*/segments>\)\s*= 0", line) or "resumed" in line and "fsync" in line:
                state = "synced" if state == "renamed and not synced" else state
            elif "write(2" in line and "committed " in line:
                commits += 1
                tally.check([] if state == "synced" else [state], f"commit {commits}")
                state = "nothing was renamed"
        tally.check([] if commits > 1 else ["it was not announced"], "commits announced")
    tally.finish()


if __name__ == "__main__":
    main()
