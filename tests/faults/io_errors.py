#!/usr/bin/env python3
"""R4: the k-th system call of a kind fails with an I/O error."""

import shutil
from pathlib import Path

from common import ABORTS, Tally, answers, articles, checked, committed, depeche, held, number, queries, scratch, strace

CALLS = ["fdatasync", "rename", "write", "openat", "fsync", "unlink"]
OPTIONS = ["--verbose", "--threads", 1, "--commit-every", "0.01"]


def faults(tracer, folder, call, k, asked, total, wanted):
    texts, index = folder / "textes", folder / "ix"
    inject = [tracer, "-f", "-qq", "-o", str(folder / "trace"), "-e", f"trace={call}",
              "-e", f"inject={call}:error=EIO:when={k}"]
    run = depeche("index", texts, "--index", index, *OPTIONS, before=inject)
    met = "(INJECTED)" in (folder / "trace").read_text(errors="replace")
    # Before the program itself begins: the loader, which finds no library.
    if run.returncode == 127:
        return None, []
    wrong = [f"exit {run.returncode}"] if run.returncode not in (0, 1, 2) else []
    wrong += ["aborted"] if run.returncode < 0 or run.returncode in ABORTS or "internal" in run.stderr else []
    # The message itself may have been what could not be written.
    named = str(folder) in run.stderr or call == "write" and "depeche: read" not in run.stderr
    wrong += [] if run.returncode == 0 or named else [f"no file is named: {run.stderr[-300:]}"]
    announced, found = committed(run.stderr), held(index)
    if announced and (found is None or found < announced):
        wrong.append(f"{announced} announced, {found} held")
    wrong += checked(index) if found else []
    ended = depeche("index", texts, "--index", index, *OPTIONS)
    wrong += [] if ended.returncode == 0 and held(index) == total else [f"not resumed: {ended.stderr}"]
    wrong += [] if answers(index, asked) == wanted else ["other answers after resuming"]
    return met, wrong


def main():
    tally, most, tracer, reached = Tally(), number(6), strace(), 0
    with scratch() as folder:
        folder = Path(folder)
        total, asked = articles(folder / "textes", 2), queries(folder / "queries.txt", 20)
        depeche("index", folder / "textes", "--index", folder / "whole", *OPTIONS)
        wanted = answers(folder / "whole", asked)
        # strace counts the calls of each thread by itself; where no thread gets so far, there are no more.
        calls, k = list(CALLS), 0
        while calls and reached < most:
            k += 1
            for call in list(calls):
                if reached >= most:
                    break
                shutil.rmtree(folder / "ix", ignore_errors=True)
                met, wrong = faults(tracer, folder, call, k, asked, total, wanted)
                if met:
                    reached += 1
                    tally.check(wrong, f"{call} {k}")
                elif met is False:
                    calls.remove(call)
        print(f"{reached} faults reached, up to call {k} of a thread; left: {' '.join(calls) or 'none'}")
    tally.finish()


if __name__ == "__main__":
    main()
