#!/usr/bin/env python3
"""R1: kill -9 at random moments while indexing; half on one growing index, half on fresh ones."""

import random
import shutil
import time
from pathlib import Path

from common import Tally, answers, articles, checked, committed, depeche, held, number, queries, scratch, start

OPTIONS = ["--verbose", "--commit-every", "0.05"]


def killed(texts, index, seconds):
    """Indexes and kills after so long; what was announced, and whether it was killed in time."""
    process = start("index", texts, "--index", index, *OPTIONS)
    time.sleep(seconds)
    process.kill()
    stderr = process.communicate()[1]
    return committed(stderr), process.returncode == -9


def faults(index, announced, total):
    """What is wrong with an index whose writer was killed."""
    found = held(index)
    if found is None:
        return ["it cannot be opened"] if announced else []
    wrong = [f"{announced} announced, {found} held"] if found < announced else []
    wrong += [f"{found} held of {total}"] if found > total else []
    return wrong + checked(index)


def resumed(texts, index, asked, total, wanted):
    ended = depeche("index", texts, "--index", index, *OPTIONS)
    wrong = [] if ended.returncode == 0 else [f"not resumed: {ended.stderr}"]
    wrong += [] if held(index) == total else [f"{held(index)} of {total} after resuming"]
    wrong += [] if answers(index, asked) == wanted else ["other answers after resuming"]
    left = [file.name for file in Path(index).rglob(".*") if file.name != ".writer.lock"]
    return wrong + ([f"left behind: {left}"] if left else [])


def main():
    tally, chance, runs = Tally(), random.Random(1), number(6)
    with scratch() as folder:
        folder = Path(folder)
        texts, asked = folder / "textes", queries(folder / "queries.txt", 40)
        total = articles(texts, 2 if runs < 50 else 12)
        began = time.monotonic()
        depeche("index", texts, "--index", folder / "whole", *OPTIONS)
        seconds, wanted = time.monotonic() - began, answers(folder / "whole", asked)
        growing = folder / "growing"
        for run in range(runs):
            index = growing if run % 2 else folder / "fresh"
            announced, in_time = killed(texts, index, chance.uniform(0.03, seconds))
            wrong = faults(index, announced, total)
            # The growing one is resumed by the next run, until it has come to its end.
            if index != growing or not in_time or run >= runs - 2:
                wrong += resumed(texts, index, asked, total, wanted)
                shutil.rmtree(index, ignore_errors=True)
            tally.check(wrong, f"run {run}, {announced} announced")
    tally.finish()


if __name__ == "__main__":
    main()
