#!/usr/bin/env python3
"""R11: the same answers, byte for byte, from 1 or 2 threads, few or many segments, interrupted, rebuilt."""

import time
from pathlib import Path

from common import Tally, answers, articles, depeche, number, queries, scratch, start


def main():
    tally, count = Tally(), number(40)
    with scratch() as folder:
        folder = Path(folder)
        texts, asked = folder / "textes", queries(folder / "queries.txt", count)
        articles(texts, 2 if count < 100 else 12)

        def compare(name, wanted, *options):
            got = answers(folder / name.split()[0], asked, *options).splitlines()
            different = sum(one != two for one, two in zip(got, wanted)) + abs(len(got) - len(wanted))
            tally.check([f"{different} lines of {len(wanted)}"] if different else [], name)

        depeche("index", texts, "--index", folder / "whole", "--threads", 1)
        wanted = answers(folder / "whole", asked, "--threads", 1).splitlines()
        compare("whole by two threads", wanted, "--threads", 2)
        for name, options in {
            "two-threads": ["--threads", 2],
            "many-segments": ["--threads", 2, "--commit-every", "0.03"],
        }.items():
            depeche("index", texts, "--index", folder / name, *options)
            compare(name, wanted)
        for wait in (0.3, 0.5, 0.8):
            process = start("index", texts, "--index", folder / "killed", "--commit-every", "0.05")
            time.sleep(wait)
            process.kill()
            process.communicate()
        depeche("index", texts, "--index", folder / "killed")
        compare("killed and resumed", wanted)
        depeche("reindex", folder / "killed")
        compare("killed then rebuilt", wanted)
    print(f"{count} queries, {len(wanted)} lines")
    tally.finish()


if __name__ == "__main__":
    main()
