#!/usr/bin/env python3
"""H4, H6: queries made to take all time, memory or stack, by every command that takes one."""

import json
import os
import resource
from pathlib import Path

from common import ABORTS, Tally, articles, depeche, number, scratch

COMMON = ["de", "la", "le", "et", "les", "des", "un", "une", "à", "en"]
# Megabytes; characters of an error, and of all that is told with it: a line of the query with its control
# characters spelled out, how many words the truncated ones stand for.
MOST_MEMORY, MOST_ERROR, MOST_TOLD = 200, 300, 2_000


# More are told in files alone.
MOST_PARTS = 100_000


def joined(operator, words=COMMON):
    return lambda n: f" {operator} ".join(words[i % len(words)] for i in range(n))


def numbered(operator):
    return lambda n: f" {operator} ".join(f"mot{i}" for i in range(n))


def repeated(text, end=""):
    return lambda n: text * n + end


def quoted(n, words=COMMON):
    return '"' + " ".join(words[i % len(words)] for i in range(n)) + '"'


def tree(n):
    if n <= 1:
        return "le"
    return f"({tree(n // 2)} PRES/100 {tree(n - n // 2)})"


FORMS = {
    "brackets": lambda n: "(" * n + "a" + ")" * n,
    "open brackets": repeated("("),
    "closed brackets": repeated(")"),
    "brackets around PRES": lambda n: "(" * n + "de PRES/100 la" + ")" * n + " PRES/100 le" * n,
    "SAUF": lambda n: "a" + " SAUF b" * n,
    "NOT": repeated("NOT ", "a"),
    "SAUF (": lambda n: "a SAUF (" * n + "b" + ")" * n,
    "OU, frequent": joined("OU"),
    "OU, rare": numbered("OU"),
    "ET, frequent": joined("ET"),
    "ET, rare": numbered("ET"),
    "ET and OU": lambda n: " ET ".join(f"(de OU mot{i})" for i in range(n)),
    "bare words": joined(""),
    "rare bare words": numbered(""),
    "phrase": quoted,
    "phrase of one word": lambda n: quoted(n, ["de"]),
    "all forms in a phrase": lambda n: quoted(n, ["~avoir", "~être", "~le"]),
    "loose phrase": lambda n: quoted(n) + "~100",
    "loose phrase, 16 words": lambda n: quoted(min(n, 16)) + "~100",
    "loose phrases": lambda n: " OU ".join(quoted(5 + i % 11) + f"~{i % 100}" for i in range(n)),
    "PRES": joined("PRES/100"),
    "AVANT": joined("AVANT/100"),
    "PRES/PHRASE": joined("PRES/PHRASE"),
    "PRES/PARAGRAPHE": joined("PRES/PARAGRAPHE"),
    "PRES, one word": joined("PRES/100", ["de"]),
    "PRES, tree": tree,
    "PRES of phrases": lambda n: " PRES/100 ".join(quoted(8) + "~100" for _ in range(n)),
    "PRES of OU": lambda n: f"({joined('OU')(n)}) PRES/100 ({joined('OU')(n)})",
    "OU of PRES": lambda n: " OU ".join(
        f"{COMMON[i % 9]} PRES/{i % 100 + 1} {COMMON[i % 7]}" for i in range(n)),
    "OU of phrases": lambda n: " OU ".join(
        f'"{COMMON[i % 10]} {COMMON[i // 10 % 10]}"' for i in range(n)),
    "stars": repeated("*"),
    "truncated": repeated("a* "),
    "truncated, two letters": lambda n: " OU ".join(
        f"{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}*" for i in range(n)),
    "truncated before": repeated("*a* "),
    "stars within": lambda n: "re" + "*e" * n,
    "question marks": repeated("?"),
    "question marks within": lambda n: "re" + "?" * n,
    "regular expression": lambda n: "(a{1,100}){1,100}" * n,
    "typing errors": lambda n: "a" * n + "~2",
    "many typing errors": lambda n: " ".join(f"entreprise{i}~2" for i in range(n)),
    "truncated in a phrase": lambda n: quoted(n, ["re*", "co*", "in*"]),
    "tildes": repeated("a~"),
    "tildes before": repeated("~", "de"),
    "equals": repeated("=", "de"),
    "quotation marks": repeated('"'),
    "guillemets": repeated("« "),
    "apostrophes": repeated("l'"),
    "hyphens": repeated("-", "a"),
    "compound": lambda n: "-".join(["porte"] * n),
    "plus": repeated("+", "a"),
    "plus words": repeated("+de "),
    "colons": repeated("titre:", "a"),
    "titles": lambda n: "titre:(" * n + "a" + ")" * n,
    "dates": repeated("date:2020..2021 "),
    "sources": repeated('source:"a" '),
    "control": repeated("\x01"),
    "zero": repeated("a\x00"),
    "one word": repeated("x"),
    "digits": repeated("9"),
    "points": repeated("a."),
    "emoji": repeated("😀"),
    "accents": lambda n: "e" + "\u0301" * n,
    "direction": repeated("\u202e"),
    "spaces": repeated(" \u00a0", "a"),
    "lines": repeated("a\r\n"),
    "bytes that are no letters": repeated("\ufffd"),
}


def busy():
    """Seconds that the programs have computed: what else the machine does is not theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def faults(told, seconds, most_seconds):
    found = [] if told.returncode in (0, 1, 2) else [f"exit {told.returncode}"]
    found += ["panic"] if "panicked" in told.stderr else []
    found += [f"{seconds:.1f} s"] if seconds > most_seconds else []
    if told.returncode == 2:
        long = len(told.stderr) > MOST_TOLD
        found += [f"{len(told.stderr)} characters are told"] if long else []
        found += [] if told.stderr.strip() else ["no error told"]
    return found


def one_by_one(tally, index, cases, most_seconds):
    """Each query by the commands that take one."""
    slowest = (0.0, "")
    for name, n in cases:
        query = FORMS[name](n) if n <= MOST_PARTS else ""
        if not query or len(query.encode()) > 100_000 or "\x00" in query:
            continue
        for asked in (["search", "--hits", 3], ["count"], ["search", "--explain-query"]):
            began = busy()
            told = depeche(*asked, "--index", index, "--", query)
            seconds = busy() - began
            slowest = max(slowest, (seconds, f"{asked[0]} {name} {n}"))
            tally.check(faults(told, seconds, most_seconds), f"{asked} {name} {n}")
    print(f"the slowest query: {slowest[0]:.2f} s, {slowest[1]}")


def in_batch(tally, index, cases, folder, most_seconds):
    """All of them in one file: each is answered or refused, in order."""
    path = folder / "queries.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        # Numbered as the lines are: a record that is too long is told by its line.
        for line, (name, n) in enumerate(cases, start=1):
            file.write(json.dumps({"id": str(line), "query": FORMS[name](n)}) + "\n")
    began = busy()
    told = depeche("batch", path, "--index", index, "--hits", 3)
    seconds = (busy() - began) / len(cases)
    answered = [json.loads(line) for line in told.stdout.splitlines()]
    order = list(dict.fromkeys(answer["query_id"] for answer in answered))
    wrong = [] if told.returncode not in ABORTS else [f"exit {told.returncode}"]
    wrong += [] if order == [str(line) for line in range(1, len(cases) + 1)] else ["not all, or not in order"]
    wrong += [f"{seconds:.2f} s each"] if seconds > most_seconds else []
    tally.check(wrong, "batch")
    for answer in answered:
        long = "error" in answer and len(answer["error"]["message"]) > MOST_ERROR
        name, n = cases[int(answer["query_id"]) - 1]
        tally.check(["a long error"] if long else [], f"batch {name} {n}")


def main():
    sizes = [20, 100, 1_000, 10_000, 100_000, 1_000_000][:number(1)]
    # A development build is some ten times as slow.
    most_seconds = 1.0 if len(sizes) > 1 else 10.0
    tally = Tally()
    with scratch() as folder:
        folder = Path(folder)
        texts = os.environ.get("DEPECHE_FAULTS_CORPUS") or folder / "textes"
        if texts == folder / "textes":
            articles(texts, 4 if len(sizes) == 1 else 40)
        index = folder / "ix"
        depeche("index", texts, "--index", index, "--quiet")
        cases = [(name, n) for n in sizes for name in FORMS]
        one_by_one(tally, index, cases, most_seconds)
        # Before this script itself holds millions of words: a child counts what its parent had.
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        in_batch(tally, index, cases, folder, most_seconds)
    print(f"most memory: {memory} MB")
    tally.check([] if memory <= MOST_MEMORY else [f"{memory} MB"], "memory")
    tally.finish()


if __name__ == "__main__":
    main()
