#!/usr/bin/env python3
"""R3: the disk is full while indexing: the last commit is searchable, and once there is room it goes on."""

import os
import subprocess
from pathlib import Path

from common import ABORTS, Tally, answers, articles, checked, committed, depeche, held, number, queries, scratch, skip

SIZES = [3, 6, 12, 25, 50]


def mount(*arguments):
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True).returncode == 0


def faults(texts, index, disk, asked, total, wanted):
    options = ["--verbose", "--commit-every", "0.3"]
    full = depeche("index", texts, "--index", index, *options)
    announced, message = committed(full.stderr), full.stderr.strip().splitlines()[-1]
    wrong = [] if full.returncode == 2 else [f"exit {full.returncode}"]
    wrong += ["aborted"] if full.returncode < 0 or full.returncode in ABORTS else []
    state = "can be searched" in message or not announced and "nothing is committed yet" in message
    clear = "space" in message and str(index) in message and state
    wrong += [] if clear else [f"unclear: {message}"]
    found = held(index)
    if announced and (found is None or found < announced):
        wrong.append(f"{announced} announced, {found} held")
    wrong += checked(index) if found else []
    again = depeche("index", texts, "--index", index, *options)
    wrong += [] if again.returncode == 2 else ["a disk that is still full is no error"]
    if not mount("-o", "remount,size=400m", disk):
        return wrong + ["not remounted"]
    ended = depeche("index", texts, "--index", index, *options)
    wrong += [] if ended.returncode == 0 and held(index) == total else [f"not resumed: {ended.stderr}"]
    return wrong + ([] if answers(index, asked) == wanted else ["other answers after resuming"])


def main():
    tally, runs = Tally(), number(2)
    if os.geteuid() != 0:
        skip("only root can mount a small disk")
    with scratch() as folder:
        folder = Path(folder)
        asked, disk = queries(folder / "queries.txt", 40), folder / "disk"
        disk.mkdir()
        for run in range(runs):
            size = SIZES[run % len(SIZES)]
            texts, whole = folder / f"textes-{size}", folder / f"whole-{size}"
            # More text than the index has room for.
            copies = size * 14
            total = articles(texts, copies)
            if not whole.exists():
                depeche("index", texts, "--index", whole)
            if not mount("-t", "tmpfs", "-o", f"size={size}m", "tmpfs", disk):
                skip("no disk can be mounted here")
            try:
                wrong = faults(texts, disk / "ix", disk, asked, total, answers(whole, asked))
            finally:
                subprocess.run(["umount", disk], check=False)
            tally.check(wrong, f"run {run}, {size} MB")
    tally.finish()


if __name__ == "__main__":
    main()
