#!/usr/bin/env python3
"""R6: readers for so many seconds while a writer adds and replaces articles, commit after commit."""

import re
import threading
import time
from pathlib import Path

from common import Tally, articles, checked, depeche, held, number, queries, scratch

READERS = 4


class Reading(threading.Thread):
    """Searches and counts until told to stop."""

    def __init__(self, index, asked, stop):
        super().__init__()
        self.index, self.asked, self.stop = index, asked, stop
        self.rounds, self.wrong = 0, []

    def run(self):
        most = 0
        while not self.stop.is_set():
            answered = depeche("batch", self.asked, "--index", self.index, "--threads", 1)
            if answered.returncode != 0:
                self.wrong.append(f"exit {answered.returncode}: {answered.stderr[-300:]}")
            found = held(self.index)
            if found is None or found < most:
                self.wrong.append(f"{found} articles after {most}")
            most, self.rounds = max(most, found or 0), self.rounds + 1


def main():
    tally, seconds, commits = Tally(), number(6), 0
    with scratch() as folder:
        folder = Path(folder)
        texts, index = folder / "textes", folder / "ix"
        asked = folder / "queries.txt"
        # None of them can be refused.
        asked.write_text("accord\n\"premier refus\"\nintelligence artificielle\nOpenAI ET Microsoft\n", encoding="utf-8")
        articles(texts, 1)
        depeche("index", texts, "--index", index)
        stop, version, end = threading.Event(), 0, time.monotonic() + seconds
        readers = [Reading(index, asked, stop) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        while time.monotonic() < end:
            version += 1
            articles(texts, 1 + version % 4 if version < 4 else 4, version)
            run = depeche("index", texts, "--index", index, "--verbose", "--commit-every", "0.05")
            commits += len(re.findall("committed", run.stderr))
            tally.check([] if run.returncode == 0 else [run.stderr], f"writer, version {version}")
        stop.set()
        for reader in readers:
            reader.join()
            tally.check(reader.wrong, f"a reader, {reader.rounds} rounds")
        tally.check(checked(index), "the index")
    enough = commits >= min(50, seconds)
    tally.check([] if enough else [f"only {commits} commits"], "commits")
    print(f"{commits} commits, {sum(reader.rounds for reader in readers)} rounds of reading")
    tally.finish()


if __name__ == "__main__":
    main()
