"""What the scripts share: the program, articles, queries, and the count of what passed."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = os.environ.get("DEPECHE_BIN", str(ROOT / "target/debug/depeche"))
# Killed by a signal, or a panic.
ABORTS = {101, 134, 135, 139}


class Tally:
    """Counts what passed and what failed."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, faults, case):
        """One case with the list of what is wrong with it."""
        if faults:
            self.failed += 1
            print(f"FAILED {case}: {'; '.join(faults)[:400]}", flush=True)
        else:
            self.passed += 1

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def number(default):
    return int(sys.argv[1]) if len(sys.argv) > 1 else default


def skip(why):
    print(f"skipped: {why}\n0 passed, 0 failed")
    sys.exit(0)


def scratch():
    """A folder that others can enter, removed at the end."""
    folder = tempfile.TemporaryDirectory(prefix="depeche-faults-")
    os.chmod(folder.name, 0o755)
    return folder


def environment():
    kept = {name: value for name, value in os.environ.items() if name != "DEPECHE_INDEX"}
    return {**kept, "DEPECHE_LANG": "en"}


def command(*arguments, before=()):
    return [*before, BIN, *map(str, arguments)]


def depeche(*arguments, before=(), **more):
    """Runs the program to its end."""
    return subprocess.run(command(*arguments, before=before), env=environment(), text=True,
                          capture_output=True, **more)


def start(*arguments):
    return subprocess.Popen(command(*arguments), env=environment(), text=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def sample():
    """Names and texts of the sample articles that are plain text."""
    paths = sorted([*(ROOT / "corpus").glob("*/*.txt"), *(ROOT / "corpus").glob("*/*.md")])
    return [(path.stem, path.read_text(encoding="utf-8", errors="replace")) for path in paths]


def articles(folder, copies, version=0):
    """Writes copies of the sample articles, each with words of its own; gives how many."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = sample()
    for copy in range(copies):
        with open(folder / f"copie-{copy:03}.jsonl", "w", encoding="utf-8") as file:
            for name, body in texts:
                body += f"\n\nExemplaire numéro {copy}, révision {version}."
                article = {"id": f"{name}-{copy}", "title": f"Copie {copy}", "body": body}
                file.write(json.dumps(article, ensure_ascii=False) + "\n")
    return copies * len(texts)


def queries(path, count):
    """Writes queries of words and phrases of the sample articles, the same each time."""
    chance = random.Random(6)
    words = [re.findall(r"[^\W\d_]{3,}", body) for _, body in sample()]
    lines = []
    while len(lines) < count:
        text = chance.choice(words)
        if len(text) < 20:
            continue
        at = chance.randrange(len(text) - 4)
        one, two, three = text[at:at + 3]
        lines.append(chance.choice([
            one, f"{one} {two} {three}", f'"{one} {two}"', f"{one} ET {three}",
            f"{one} PRES/5 {three}", f"{one[:4]}* {two}" if len(one) > 4 else one,
        ]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def answers(index, asked, *more):
    """Every byte that a batch answers; nothing where it fails."""
    answered = depeche("batch", asked, "--index", index, "--hits", 20, *more)
    return answered.stdout if answered.returncode in (0, 2) else ""


def held(index):
    """Articles that can be searched; None where the index cannot be opened."""
    told = depeche("stats", "--json", "--index", index)
    return json.loads(told.stdout)["articles"] if told.returncode == 0 else None


def committed(stderr):
    """The last number of articles announced as committed."""
    numbers = re.findall(r"^depeche: committed (\d+)$", stderr, re.MULTILINE)
    return int(numbers[-1]) if numbers else 0


def checked(index):
    """What `depeche check` finds, where the program has it."""
    if depeche("check", "--help").returncode != 0:
        return []
    found = depeche("check", index)
    return [] if found.returncode == 0 else [f"check: {found.stdout}{found.stderr}".strip()]


def strace():
    """The path of strace, installed where that is possible."""
    if not shutil.which("strace") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "strace"], check=False, **quiet)
    path = shutil.which("strace")
    if not path or subprocess.run([path, "true"], capture_output=True).returncode != 0:
        skip("strace cannot be used here")
    return path
