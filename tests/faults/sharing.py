#!/usr/bin/env python3
"""R9: an index that may not be written: write-protected, of another owner, on a read-only disk."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import common
from common import Tally, answers, articles, depeche, queries, scratch, skip

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def faults(texts, index, asked, wanted, before):
    found = depeche("batch", asked, "--index", index, "--hits", 20, before=before)
    wrong = [] if found.stdout == wanted else [f"not searched: {found.stderr}"]
    refused = depeche("index", texts, "--index", index, before=before)
    clear = str(index) in refused.stderr and "can be searched" in refused.stderr
    lines = refused.stderr.strip().count("\n")
    wrong += [] if refused.returncode == 2 and clear and not lines else [f"unclear: {refused.stderr}"]
    rebuilt = depeche("reindex", index, before=before)
    return wrong + ([] if rebuilt.returncode == 2 else ["it was rebuilt"])


def modes(index, files, folders):
    """What has another mode than the umask leaves."""
    wrong = []
    for path in [index, *index.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode != (folders if path.is_dir() else files):
            wrong.append(f"{path.name} has mode {mode:o}")
    return wrong


def built(texts, index, umask):
    subprocess.run(common.command("index", texts, "--index", index, "--quiet"), umask=umask,
                   env=common.environment(), check=True)


def main():
    tally = Tally()
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        skip("only root can work as somebody else")
    with scratch() as folder:
        folder = Path(folder)
        # Others must be able to run it.
        common.BIN = str(shutil.copy(common.BIN, folder / "depeche"))
        texts, index, asked = folder / "textes", folder / "ix", queries(folder / "queries.txt", 40)
        articles(texts, 1)
        built(texts, index, 0o022)
        wanted = answers(index, asked)
        tally.check(modes(index, 0o644, 0o755), "umask 022")
        built(texts, folder / "own", 0o077)
        tally.check(modes(folder / "own", 0o600, 0o700), "umask 077")
        tally.check(faults(texts, index, asked, wanted, NOBODY), "of another owner")
        subprocess.run(["chown", "-R", "65534", index], check=True)
        subprocess.run(["chmod", "-R", "a-w", index], check=True)
        tally.check(faults(texts, index, asked, wanted, NOBODY), "write-protected")
        bound = folder / "bound"
        bound.mkdir()
        mounts = [["mount", "--bind", index, bound], ["mount", "-o", "remount,ro,bind", bound]]
        if all(subprocess.run(mount, capture_output=True).returncode == 0 for mount in mounts):
            tally.check(faults(texts, bound, asked, wanted, []), "on a read-only disk")
            subprocess.run(["umount", bound], check=True)
        else:
            print("skipped: no read-only disk can be mounted here")
    tally.finish()


if __name__ == "__main__":
    main()
