#!/usr/bin/env python3
"""R5: a second writer, again and again, while the first one writes."""

import shutil
import time
from pathlib import Path

from common import Tally, articles, checked, depeche, held, number, scratch, start

# Until it has told and ended.
MOST_SECONDS = 1.0


def main():
    tally, starts, slowest = Tally(), number(4), 0.0
    with scratch() as folder:
        folder = Path(folder)
        texts, index = folder / "textes", folder / "ix"
        total, done = articles(texts, 4 if starts < 10 else 40), 0
        while done < starts:
            shutil.rmtree(index, ignore_errors=True)
            first = start("index", texts, "--index", index, "--quiet")
            while not (index / "text.bin").exists() and first.poll() is None:
                time.sleep(0.01)
            while done < starts:
                began = time.monotonic()
                second = depeche("index", texts, "--index", index)
                seconds = time.monotonic() - began
                if first.poll() is not None:
                    break
                done, slowest = done + 1, max(slowest, seconds)
                wrong = [] if second.returncode == 2 else [f"exit {second.returncode}"]
                told = "another process" in second.stderr and f"number {first.pid}" in second.stderr
                wrong += [] if told else [f"unclear: {second.stderr}"]
                wrong += [f"{seconds:.1f} s"] if seconds > MOST_SECONDS else []
                tally.check(wrong, f"second writer {done}")
            stderr = first.communicate()[1]
            unharmed = first.returncode == 0 and held(index) == total
            tally.check(([] if unharmed else [stderr]) + checked(index), "the first writer")
    print(f"the slowest second writer: {slowest:.2f} s")
    tally.finish()


if __name__ == "__main__":
    main()
