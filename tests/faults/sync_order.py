#!/usr/bin/env python3
"""R2b: the folder of meta.json is synced after its renaming and before the commit is announced."""

import re
import subprocess
from pathlib import Path

from common import Tally, articles, command, environment, number, scratch, strace


def ordered(trace):
    """System calls in the order of their ends, writes in that of their beginnings; those that others
    interrupt stand on two lines."""
    begun = {}
    for line in trace.splitlines():
        process, _, call = line.partition(" ")
        if call.endswith("<unfinished ...>"):
            call = call.removesuffix("<unfinished ...>").strip()
            if call.startswith("write("):
                yield call
            else:
                begun[process] = call
        elif " resumed>" in call:
            if process in begun:
                yield begun.pop(process) + call.partition(" resumed>")[2]
        else:
            yield call


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
        for call in ordered(trace.read_text(errors="replace")):
            if re.search(r"rename.*/segments/meta\.json\"[,)].*= 0", call):
                state = "renamed and not synced"
            elif re.search(r"(fsync|fdatasync)\(\d+<[^>]*/segments>.*= 0", call):
                state = "synced" if state == "renamed and not synced" else state
            elif "write(2" in call and "committed " in call:
                commits += 1
                tally.check([] if state == "synced" else [state], f"commit {commits}")
                state = "nothing was renamed"
        tally.check([] if commits > 1 else ["it was not announced"], "commits announced")
    tally.finish()


if __name__ == "__main__":
    main()
