#!/usr/bin/env python3
"""B1: files of queries of which one in a hundred is malformed, and readers that go away."""

import json
import os
import random
import subprocess
import time
from pathlib import Path

from common import Tally, articles, command, depeche, environment, number, queries, scratch

# Queries that the language refuses.
REFUSED = ['"premier refus', "(premier", "ET refus", "premier OU", "date:2024-13", "titre:", "a NEAR5 b", "()", '""',
           "x SAUF a b", "\u202e(", "a~9", "(" * 60 + "a" + ")" * 60, "mot " * 4200]
LONG = "x" * (1 << 20)
# What options may be given, sense or no sense.
KEYS = ["hits", "limit", "offset", "per_article", "unit", "sort", "source", "author", "from", "to", "id", "query", "Hits",
        "", "\0", "__proto__", "auteur"]
VALUES = ["null", "true", "[]", "{}", "[[]]", "-1", "0", "1", "3", "1.5", "1e400", "-0", "99999999999999999999999999",
          "18446744073709551615", '""', '" "', '"passage"', '"article"', '"date"', '"2024"', '"2024-13"', '"9999"',
          '"0000-00-00"', '"Le Fil"', '["a", null]', '["a", "b"]', '"\\u0000"', '"\\ud800"', '"\\u202e"', "NaN", "'x'",
          "[" * 3000 + "]" * 3000, '{"a":' * 200 + "1" + "}" * 200, '"' + "y" * 100_000 + '"']


def line(text):
    return text.encode() + b"\n"


def lines_of(number, query):
    return line(query)


def tsv(number, query):
    return line(f"q{number}\t{query}")


def table(number, query):
    quoted = query.replace('"', '""')
    return line(f'q{number},"{quoted}",3')


def objects(number, query):
    return line(json.dumps({"id": f"q{number}", "query": query}))


def topics(number, query):
    told = query.replace("&", "&amp;").replace("<", "&lt;")
    return f"<top>\n<num>q{number}</num>\n<title>{told}</title>\n</top>\n".encode()


# The name of each format, how a query is written in it, what stands before all of them, what only it can have wrong with it
# and the kind of error that this is.
FORMATS = [
    ("lines", lines_of, b"", [(lambda n: b"d\xe9j\xe0\n", "encoding"), (lambda n: line(LONG + "y"), "too_long")]),
    ("tsv", tsv, b"", [(lambda n: line("sans tabulation"), "no_query"), (lambda n: b"q%d\t\xff\n" % n, "encoding"),
                       (lambda n: line(f"q{n}\t{LONG}"), "too_long")]),
    ("csv", table, b"id,query,hits\n", [(lambda n: line(f"q{n},a,1,2,3"), "csv"), (lambda n: line(f"q{n},a,x"), "value"),
                                        (lambda n: b"q%d,\xe9,1\n" % n, "encoding"),
                                        (lambda n: line(f"q{n},{LONG},1"), "too_long")]),
    ("jsonl", objects, b"", [(lambda n: line("{"), "json"), (lambda n: line("[1]"), "json"),
                             (lambda n: line(f'{{"id":"q{n}"}}'), "no_query"),
                             (lambda n: line(f'{{"id":"q{n}","query":3}}'), "no_query"),
                             (lambda n: line(f'{{"id":"q{n}","query":"a","autor":1}}'), "unknown_option"),
                             (lambda n: line(f'{{"id":"q{n}","query":"a","hits":-1}}'), "value"),
                             (lambda n: line(f'{{"id":"q{n}","query":"a","from":"2025","to":"2024"}}'), "value"),
                             (lambda n: line("[" * 100_000), "json"), (lambda n: b'{"query":"\xff"}\n', "encoding"),
                             (lambda n: line("{" + LONG), "too_long")]),
    ("trec", topics, b"", [(lambda n: line(f"<top><num>q{n}</num></top>"), "no_query"),
                           (lambda n: b"<top><num>q%d<title>\xe9</top>\n" % n, "encoding")]),
]


def written(path, form, asked, count, chance):
    """Writes a file of queries; what is expected of each: its identifier, its line, and the kind of its error."""
    name, write, head, broken = form
    expected, at = [], 1 + head.count(b"\n")
    with open(path, "wb") as file:
        file.write(b"\xef\xbb\xbf" + head)
        for n in range(count):
            identity, kind = f"q{n}", None
            if n % 100 == 50:
                make, kind = chance.choice([*broken, *[(None, "query")] * len(broken)])
                bytes_ = make(n) if make else write(n, chance.choice(REFUSED))
            else:
                bytes_ = write(n, asked[n % len(asked)])
            bytes_ = bytes_.replace(b"\n", b"\r\n") if n % 3 == 0 else bytes_
            has_name = name != "lines" and kind not in ("json", "too_long") and not (
                kind == "encoding" and name == "jsonl") and not (kind == "no_query" and name == "tsv")
            title = next((i for i, text in enumerate(bytes_.split(b"\n")) if b"<title>" in text), 0) if name == "trec" else 0
            expected.append((identity if has_name else str(at + title), at + title, kind))
            file.write(bytes_)
            at += bytes_.count(b"\n")
    return expected


def told(found, expected, name):
    """What is wrong with the answers of a batch that only counts: one for each query, in order."""
    placed = ("query", "json", "encoding") if name != "jsonl" else ("query", "json")
    wrong = [f"{len(found)} answers to {len(expected)} queries"] if len(found) != len(expected) else []
    for answer, (identity, at, kind) in zip(found, expected):
        error = answer.get("error")
        if (answer["query_id"], error and error["kind"]) != (identity, kind):
            wrong.append(f"line {at}: {str(answer)[:200]} instead of {identity} {kind}")
        elif error and (error["line"] != at or not error["message"] or error["column"] == 0):
            wrong.append(f"line {at}: {str(error)[:200]}")
        elif kind in placed and error["column"] is None:
            wrong.append(f"line {at}: no column")
        elif not error and not isinstance(answer["passages"], int):
            wrong.append(f"line {at}: no number")
    return wrong


def malformed(tally, folder, index, count):
    asked = queries(folder / "asked.txt", 200).read_text().splitlines()
    for form in FORMATS:
        path = folder / f"queries.{form[0]}"
        expected = written(path, form, asked, count, random.Random(form[0]))
        arguments = [path, "--queries-format", form[0], "--index", index]
        counted = depeche("batch", *arguments, "--count-only")
        wrong = [] if counted.returncode == 2 else [f"exit code {counted.returncode}: {counted.stderr}"]
        wrong += told([json.loads(each) for each in counted.stdout.splitlines()], expected, form[0])
        tally.check(wrong, f"{count} queries as {form[0]}")
        refused = sum(kind is not None for _, _, kind in expected)
        for answers in ("csv", "trec"):
            found = depeche("batch", *arguments, "--hits", 1, "--format", answers)
            right = found.returncode == 2 and f"refused {refused}" in found.stderr
            tally.check([] if right else [found.stderr[-300:]], f"{form[0]} answered as {answers}")


def options(tally, folder, index, count):
    """Options without sense, each an answer or an error in its place."""
    chance, path = random.Random(1), folder / "options.jsonl"
    texts = []
    for n in range(count):
        pairs = [f"{json.dumps(chance.choice(KEYS))}:{chance.choice(VALUES)}" for _ in range(chance.randrange(1, 4))]
        text = f'{{"id":"q{n}","query":"accord",{",".join(pairs)}}}'
        if chance.random() < 0.2:
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(["", "\0", "{", '"', "\\", "é", "\u2028", "]"]) + text[at + chance.randrange(3):]
        texts.append(text.replace("\n", " "))
    path.write_text("\n".join(texts), encoding="utf-8", errors="replace")
    done = depeche("batch", path, "--index", index, "--count-only")
    found = [json.loads(each) for each in done.stdout.splitlines()]
    wrong = [] if done.returncode == 2 else [f"exit code {done.returncode}: {done.stderr}"]
    wrong += [] if len(found) == count else [f"{len(found)} answers to {count}"]
    places = [each["error"]["line"] for each in found if "error" in each]
    wrong += [] if places == sorted(places) else ["errors out of order"]
    tally.check(wrong, "options of every kind")
    alone = [b"", b"\n\n", b"\xef\xbb\xbf", b"\0\n", b"{", b'{"query":"a"', b"\xff\xfe{\0", b"\x1f\x8b", b"id,query\n\"a",
             b"<top>", b"<top><title>", b"a\tb\r\n\0", os.urandom(0), bytes(range(256)) * 9]
    for form in [None, *[each[0] for each in FORMATS]]:
        for given in alone:
            named = ["--queries-format", form] if form else []
            done = subprocess.run(command("batch", "-", *named, "--index", index), env=environment(), input=given,
                                  capture_output=True)
            is_told = done.returncode == 0 or done.stderr.count(b"\n") >= 1
            wrong = [] if done.returncode in (0, 2) and is_told else [f"exit code {done.returncode} {done.stderr[:200]}"]
            tally.check(wrong, f"{given[:20]} as {form}")


def goes_away(tally, folder, index):
    """A reader that takes one line and no more: the program ends, and says nothing."""
    for n in range(20):
        with open(folder / "many.txt", "a", encoding="utf-8") as file:
            file.write("accord\n" * 500)
    at = ["--index", index]
    for arguments in (["batch", folder / "many.txt", *at], ["batch", folder / "many.txt", "--format", "csv", *at],
                      ["batch", folder / "many.txt", "--format", "trec", *at], ["search", "de*", "--limit", "10000", *at],
                      ["search", "de*", "--limit", "10000", "--json", *at], ["concordance", "de*", *at],
                      ["concordance", "de*", "--csv", *at], ["concordance", "de*", "--json", "--sort", "left", *at],
                      ["count", "de*", "--by", "source", "--csv", *at], ["show", "nothing", *at], ["stats", "--json", *at]):
        begun = time.monotonic()
        running = subprocess.Popen(command(*arguments), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read().decode()
        code = running.wait(60)
        complains = [each for each in said.splitlines() if "pipe" in each or "panicked" in each or "internal" in each]
        wrong = [f"it says {complains}"] if complains else []
        wrong += [f"exit code {code}"] if code not in (0, 1) else []
        wrong += ["it goes on"] if time.monotonic() - begun > 20 else []
        tally.check(wrong, f"{arguments} | head -1")


def main():
    tally, count = Tally(), number(10_000)
    with scratch() as folder:
        folder = Path(folder)
        index = folder / "index"
        articles(folder / "texts", 20)
        depeche("index", folder / "texts", "--index", index)
        malformed(tally, folder, index, count)
        options(tally, folder, index, max(200, count // 5))
        goes_away(tally, folder, index)
    tally.finish()


if __name__ == "__main__":
    main()
