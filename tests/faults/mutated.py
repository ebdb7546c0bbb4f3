#!/usr/bin/env python3
"""H1: files of every format, damaged by chance: no abort, each accounted for, and no good record lost beside them or in
them; and the accents of Windows-1252 files, of 200 known words. The argument is the number of files; the samples of the
corpus are damaged, and those of a folder that DEPECHE_SEEDS names."""

import gzip
import json
import os
import random
import re
import shutil
from pathlib import Path

from common import ABORTS, ROOT, Tally, depeche, held, number, sample, scratch

# Files of one run of the program.
EACH = 100
# In every good record; no sample has it.
WORD = "quincaillerie"
GOOD = (f"La {WORD} du coin a rouvert ses portes ce matin, après des mois de travaux. "
        "Les habitués y retrouvent le même comptoir, et l’on y parle toujours de la pluie. ") * 8
KNOWN = 200


def seeds():
    """Format and bytes of the samples; of files with many records, the beginning."""
    folders = [ROOT / "corpus", *(Path(name) for name in os.environ.get("DEPECHE_SEEDS", "").split(":") if name)]
    paths = sorted(path for folder in folders for path in folder.glob("**/*.*") if path.is_file())
    found = []
    for path in paths:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        kind = path.name.removesuffix(".gz").rsplit(".", 1)[-1]
        if kind in ("txt", "md", "html", "json", "jsonl", "csv", "tsv"):
            found.append((kind, data[:60_000]))
    return found


def insert(data, at, more):
    return data[:at] + more + data[at:]


def flip(chance, data):
    data = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def recoded(chance, data):
    text = data.decode("utf-8", "replace")
    mark = chance.choice(["", "\ufeff"])
    coding = chance.choice(["cp1252", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "mac-roman", "utf-8"])
    return (mark + text).encode(coding, "replace")


def spliced(chance, data):
    one, two = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    kind = chance.randrange(4)
    if kind == 0:
        return data[:one] + data[two:]
    if kind == 1:
        return data[:two] * 2 + data[one:]
    return data[:one] if kind == 2 else data[two:] + data[:two]


def pieces(chance, data):
    """Signs of the formats, and what no field should hold, where chance puts them."""
    signs = [b"\0", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\r", b"\n", b'"', b"'", b"<", b"</", b"<!--", b"<![CDATA[",
             b"]]>", b"{", b"}", b"[", b"]", b",", b";", b"\t", b"\\", b"\\ud800", b"\\u0000", b"---\n", b"+++\n", b"&",
             b"\x1b[31m", "\u202e".encode(), "\ufeff".encode(), b"99999-13-45", b"1e999", b"-0", b"null", b"\x1f\x8b",
             b"x" * 70_000, b"<div>" * 600, b"[" * 200, b"<script>", b"</script>", b"<table><td>", b"\xe9\xe8\x80"]
    for _ in range(chance.randint(1, 12)):
        data = insert(data, chance.randrange(len(data) + 1), chance.choice(signs))
    return data


def noise(chance, data):
    at, size = chance.randrange(len(data) + 1), chance.choice([1, 20, 400, 5_000])
    return insert(data, at, chance.randbytes(size))


def lines(chance, data):
    kind = chance.randrange(4)
    if kind == 0:
        return data.replace(b"\n", b"\r")
    if kind == 1:
        return data.replace(b"\n", b" ")
    if kind == 2:
        return data + b"mot " * 100_000
    return b"".join(chance.sample(data.splitlines(True), len(data.splitlines())))


def compressed(chance, data):
    packed = gzip.compress(data, 1)
    kind = chance.randrange(4)
    if kind == 0:
        return packed[:chance.randrange(2, len(packed))]
    if kind == 1:
        return b"\x1f\x8b" + flip(chance, packed)[2:]
    return packed + (b"reste" if kind == 2 else packed)


def typed(chance, data):
    """Other types where the formats have texts."""
    values = [b"12", b"1e400", b"true", b"null", b"[]", b"[1,[2]]", b'{"a":{"b":1}}', b'["a","b"]', b'"\\ud800"',
              b'"\\u0000"', b'"99999-01-01"', b'"' + b"i" * 70_000 + b'"']
    return re.sub(rb'": ?"[^"]*"', lambda found: found[0] if chance.random() < 0.6 else b'":' + chance.choice(values), data)


MUTATIONS = [flip, recoded, spliced, pieces, noise, lines, compressed, typed]


def mutated(chance, data):
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        data = chance.choice(MUTATIONS)(chance, data or b" ")
    return data


def good(name):
    return {"id": name, "title": f"Témoin {name}", "date": "2024-03-05", "body": GOOD}


def good_files(folder):
    """Whole files of each format beside the damaged ones; gives their identifiers."""
    as_line = lambda name: json.dumps(good(name), ensure_ascii=False)
    made = {
        "0-bon.txt": GOOD, "m-bon.md": f"---\ntitle: Témoin\n---\n{GOOD}", "z-bon.html": f"<h1>Témoin</h1><p>{GOOD}",
        "n-bon.csv": f"id,title,body\nbon-csv,Témoin,\"{GOOD}\"\n", "o-bon.json": f"[{as_line('bon-json')}]",
        "p-bon.jsonl": as_line("bon-jsonl") + "\n",
    }
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {"0-bon", "m-bon", "z-bon", "bon-csv", "bon-json", "bon-jsonl"}


def write(chance, folder, at, kind, data):
    """One damaged file; gives the identifiers of the good records in it."""
    name = f"f{at:05}"
    data = mutated(chance, data)
    path = folder / f"{name}.{kind}{chance.choice(['', '', '', '.gz'])}"
    if kind == "jsonl" and not data.startswith((b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")):
        # A line is one record: those around the damaged ones are whole.
        before, after = (json.dumps(good(f"{name}-{side}"), ensure_ascii=False).encode() for side in "ab")
        path.write_bytes(before + b"\n" + data + b"\n" + after + b"\n")
        return {f"{name}-a", f"{name}-b"}
    path.write_bytes(data)
    return set()


def found(index):
    asked = depeche("search", f'"{WORD}"', "--index", index, "--limit", "5000", "--json")
    return {json.loads(line)["article"] for line in asked.stdout.splitlines()}


def faults(folder, files):
    """What is wrong with an index of these files: writers of each, called in turn."""
    texts, index, report = folder / "textes", folder / "ix", folder / "report.jsonl"
    texts.mkdir(parents=True)
    wanted = good_files(texts).union(*(make(texts) for make in files))
    ran = depeche("index", texts, "--index", index, "--report", report)
    if ran.returncode < 0 or ran.returncode in ABORTS:
        return [f"exit {ran.returncode}: {ran.stderr[-300:]}"]
    told = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    total = told[-1]
    wrong = [] if wanted <= found(index) else [f"lost: {sorted(wanted - found(index))[:5]}"]
    sum_of = sum(total[key] for key in ("added", "replaced", "unchanged", "skipped"))
    skipped = sum(line["type"] == "skipped" for line in told[:-1])
    if total["read"] != sum_of or total["skipped"] != skipped or held(index) != total["added"]:
        wrong.append(f"not accounted for: {total}, {held(index)} held")
    # A file gives an article or a skip, at the least.
    if total["read"] < len(list(texts.iterdir())):
        wrong.append(f"{total['read']} read of {len(list(texts.iterdir()))} files")
    return wrong


def mutate(tally, folder, count):
    samples = seeds()
    for run in range(0, count, EACH):
        def make(texts, at):
            chance = random.Random(1_000_003 * at + 6)
            return write(chance, texts, at, *chance.choice(samples))

        numbers = range(run, min(run + EACH, count))
        place = folder / "run"
        wrong = faults(place, [lambda texts, at=at: make(texts, at) for at in numbers])
        shutil.rmtree(place)
        if wrong and len(numbers) > 1:
            for at in numbers:
                alone = faults(place, [lambda texts, at=at: make(texts, at)])
                shutil.rmtree(place)
                wrong += [f"file {at}: {'; '.join(alone)}"] if alone else []
        tally.passed += len(numbers) - 1 if not wrong else 0
        tally.check(wrong, f"files {run} to {run + len(numbers) - 1}")


def known_words():
    """Sentences of the sample, each with a word that has accents or signs of Windows-1252."""
    known = {}
    for _, body in sample():
        for sentence in re.split(r"(?<=[.!?])\s+", body):
            try:
                sentence.encode("cp1252")
            except UnicodeEncodeError:
                continue
            for word in re.findall(r"[^\W\d_]{3,}", sentence):
                if not word.isascii() and len(sentence) > 40:
                    known.setdefault(word, " ".join(sentence.split()))
    return sorted(known.items())[:KNOWN]


def page_of(at, sentence):
    """A file of one sentence, in the formats by turns: its ending, its text."""
    quoted = sentence.replace('"', '""')
    return [
        (".html", f"<html><body><p>{sentence}</p></body></html>"),
        (".html", f"<meta charset=iso-8859-1><p>{sentence}</p>"),
        (".html", f"<meta charset=utf-8><p>{sentence}</p>"),
        (".html", f"<meta charset=windows-1252><title>T</title><p>{sentence}</p>"),
        (".txt", sentence), (".md", f"# Titre\n\n{sentence}"),
        (".csv", f'title;body\nT;"{quoted}"\n'),
        (".jsonl", json.dumps({"body": sentence}, ensure_ascii=False) + "\n"),
    ][at % 8]


def accents(tally, folder):
    texts, index = folder / "cp1252", folder / "ix1252"
    texts.mkdir()
    known = known_words()
    for at, (_, sentence) in enumerate(known):
        ending, text = page_of(at, sentence)
        (texts / f"p{at:03}{ending}").write_bytes(text.encode("cp1252"))
    depeche("index", texts, "--index", index)
    right = 0
    for at, (word, _) in enumerate(known):
        ending = page_of(at, "")[0]
        line = {".csv": "#2", ".jsonl": "#1"}.get(ending, "")
        shown = depeche("show", f"p{at:03}{line}", "--index", index, "--json").stdout
        if re.search(rf"\b{word}\b", json.loads(shown)["body"] if shown else ""):
            right += 1
        else:
            print(f"not right: {word} in p{at:03}{ending}")
    tally.check([] if right == len(known) == KNOWN else [f"{right} of {KNOWN} words"], "Windows-1252")


def main():
    tally = Tally()
    with scratch() as folder:
        mutate(tally, Path(folder), number(300))
        accents(tally, Path(folder))
    tally.finish()


if __name__ == "__main__":
    main()
