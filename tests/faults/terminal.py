#!/usr/bin/env python3
"""H8: articles, names, queries and arguments that would command a terminal: nothing raw comes out of any command."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import threading
import tty
import xml.etree.ElementTree
from pathlib import Path

from common import Tally, command, environment, number, scratch

# What would clear the screen, retitle it, put text into the clipboard, hide, turn round or answer for the user.
PAYLOADS = [
    "\x1b[2J", "\x1b[31m", "\x1b]0;titre\x07", "\x1b]8;;http://a.fr\x1b\\lien\x1b]8;;\x1b\\", "\x1b]52;c;cm0=\x07",
    "\x1b[6n", "\x1b[?1049h", "\x1bP+q544e\x1b\\", "\x1b(0", "\x1bc", "\x07", "\r", "\b\b\b", "\v", "\f", "\x0e\x0f",
    "\0", "\x7f", "\x1a\x04", "\u009b2J", "\u009d0;x\u009c", "\u0085", "\u202e", "\u202d\u202c", "\u2066\u2069",
    "\u200f\u200e\u061c", "\u2028", "\u2029", "\U000e0041\U000e007f", "\ufff9\u206a",
]
# Stands beside each, so that what comes out raw is known.
MARK = "zq"
# Colours, and the progress bar's own: cursor to the beginning of the line, upwards, line cleared, cursor hidden.
OWN = re.compile(r"\x1b\[(?:[0-9;]*m|[0-9]*[ABCDGJK]|\?25[hl])")
UNSAFE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\U000e0000-\U000e007f]")
MARKUP = ["<script>alert(1)</script>", "</text><script/>", "]]>", "<!--", "&x;", "\"onload=\"x", "'", "<a href='javascript:x'>",
          "\ufffe", "&#0;"]
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://a.fr\")", "a\n=1", "＝1"]


def piped(arguments, language, given=b""):
    """What comes out of standard output and standard error where they are pipes."""
    done = subprocess.run(command(*arguments, "--lang", language), env=environment(), input=given, capture_output=True)
    return done.stdout, done.stderr, done.returncode


def shown(arguments, language, given=b""):
    """All that a terminal is sent."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    pieces = []

    def read():
        try:
            while piece := os.read(master, 1 << 16):
                pieces.append(piece)
        except OSError:
            pass

    reader = threading.Thread(target=read)
    reader.start()
    terminal = {**environment(), "TERM": "xterm-256color"}
    try:
        done = subprocess.run(command(*arguments, "--lang", language), env=terminal, input=given, stdout=slave,
                              stderr=slave)
    finally:
        os.close(slave)
        reader.join()
        os.close(master)
    return b"".join(pieces), done.returncode


def raw(output, payloads, own=False):
    """What of an output commands a terminal."""
    text = output.decode("utf-8", "surrogateescape")
    wrong = [f"raw {p!r}" for p in payloads for beside in (p + MARK, MARK + p) if beside in text]
    rest = OWN.sub("", text).replace("\r", "") if own else text
    wrong += [f"{c!r} comes out" for c in sorted(set(UNSAFE.findall(rest)))]
    wrong += ["a byte that is no text"] if re.search("[\udc80-\udcff]", text) else []
    return wrong


def faults(arguments, payloads, given=b""):
    """The same command on a terminal and in a pipe, in both languages. Sheets and runs keep their cells in a pipe."""
    wrong = []
    for language in ("fr", "en"):
        output, code = shown(arguments, language, given)
        wrong += raw(output, payloads, own=True)
        out, err, again = piped(arguments, language, given)
        wrong += raw(err, payloads)
        wrong += [] if "--csv" in arguments or "csv" in arguments else raw(out, payloads)
        wrong += [f"exit codes {code} and {again}"] if code != again or code not in (0, 1, 2) else []
        wrong += broken_json(out) if "--json" in arguments else []
    return wrong


def broken_json(out):
    try:
        [json.loads(line) for line in out.splitlines()]
        return []
    except ValueError as error:
        return [f"not JSON: {error}"]


def name(text):
    """The text as a file name can have it."""
    return (MARK + text + MARK).replace("\0", "\x01").replace("/", "_")


def documents(folder, group):
    """Articles and files that bear the payloads of a group everywhere, and others that are skipped for them."""
    text = MARK + MARK.join(group) + MARK
    folder.mkdir()
    article = {"id": f"id {text}", "title": f"Titre {text} accord", "body": f"Un accord {text} est signé.\n\nIl {text} suit.",
               "author": f"Auteur {text}", "source": f"Source {text}", "url": f"http://a.fr/{text}", "date": "2025-01-21"}
    dated = {**article, "id": "dated", "date": f"2025 {text}", "body": f"Autre accord {text}."}
    lines = [article, dated, {"id": "x", text: "sans texte"}, {"body": {text: 1}}, [text]]
    (folder / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + f'{{"a" {text}\n')
    for ending in (".txt", f".{text[:30]}"):
        path = folder / name(text[:60] + ending).removesuffix(MARK)
        path.write_text(f"Titre : {text}\n\nUn accord {text}.", errors="replace")
    os.fsencode(folder)
    with open(os.fsencode(folder) + b"/mal\xff\x9b2J.txt", "w") as file:
        file.write(f"Un accord {text}")
    cell = text.replace('"', "")
    (folder / "b.csv").write_text(f'id,"{cell}"\n1,x\n')
    (folder / "c.md").write_text(f"---\ntitle: x\n{text}\n---\nUn accord.")
    (folder / "d.html").write_text(f"<title>{text}</title><body><p>Un accord {text}, assez long pour rester.</p>")
    (folder / "e.json").write_text(json.dumps([{"titre": text, "texte": f"Un accord {text}"}, text]))
    return article


def of_articles(index, article):
    """Commands that print what the articles hold."""
    at = ["--index", index]
    for more in ([], ["--facets", "--explain", "--explain-query", "--per-article", "9"], ["--json", "--facets"],
                 ["--json", "--explain-query"]):
        yield ["search", "accord", *more, *at]
    for more in ([], ["--csv"], ["--json"], ["--sort", "left"]):
        yield ["concordance", "accord", *more, *at]
    for by in ("source", "author"):
        for more in ([], ["--csv"], ["--json"], ["--svg", "-"]):
            yield ["count", "accord", "--by", by, *more, *at]
    for more in ([], ["--json"], ["--query", "accord"]):
        yield ["show", article["id"].replace("\0", "\x01"), *more, *at]
        yield ["show", "dated", *more, *at]
    for command_name in ("stats", "check"):
        yield [command_name, *at]
        yield [command_name, "--json", *at]


def of_arguments(folder, index, text):
    """Commands that repeat what they are given."""
    at, hostile = ["--index", index], text.replace("\0", "\x01")
    for query in (hostile, f'"{hostile}', f"titre:{hostile} ET", f'source:"{hostile}"', f"accor*{hostile}", f"(a {hostile}"):
        yield ["search", query, "--explain-query", *at]
        yield ["concordance", query, *at]
    yield ["count", f'"{hostile}"', "accord", *at]
    yield ["count", "accord", f'"accord {hostile}"', "--svg", "-", "--title", hostile, *at]
    yield ["search", "accord", "--source", hostile, "--author", hostile, *at]
    yield ["search", "accord", "--from", hostile, *at]
    yield ["search", "accord", "--limit", hostile, *at]
    yield ["search", "accord", "--index", folder / name(hostile)]
    yield ["search", "accord", f"--{hostile}", *at]
    yield [hostile]
    yield ["show", hostile, *at]
    yield ["check", folder / name(hostile)]
    yield ["index", folder / name(hostile), "--index", folder / "none"]
    yield ["index", folder, "--map", f"title={hostile}", "--format", hostile, "--index", folder / "none"]
    yield ["index", folder, "--map", f"{hostile}=x", "--index", folder / "none"]
    yield ["index", folder, "--forms", folder / name(hostile), "--index", folder / "none"]
    yield ["count", "a", "--by", hostile, *at]
    yield ["eval", folder / name(hostile), "-"]
    for more in ([], ["--explain"], ["--query"]):
        yield ["analyze", hostile, *more]


def of_files(folder, index, text):
    """Commands that read a hostile file other than articles: with what they are given on standard input."""
    at, line = ["--index", index], re.sub("[\n\t]", " ", text)
    asked = f'q{line}\taccord\nr{line}\t"{line}\n{line}\t{line}\n'.encode()
    for form in ("json", "csv", "trec"):
        yield ["batch", "-", "--format", form, "--queries-format", "tsv", *at], asked
    objects = [{"id": f"q{line}", "query": "accord"}, {"id": line, "query": "x", line: 1}, {"query": line, "unit": line}]
    asked = "".join(json.dumps(each) + "\n" for each in objects).encode() + f"{{{line}\n".encode()
    for form in ("json", "trec"):
        yield ["batch", "-", "--format", form, "--queries-format", "jsonl", *at], asked
    solid = re.sub(r"\s|[\x1c-\x1f]", "_", text)
    qrels, run = folder / "qrels", f"q{solid} Q0 d{solid} 1 2.5 x\n"
    qrels.write_text(f"q{solid} 0 d{solid} 1\n")
    for more in ([], ["--csv"], ["--json"]):
        yield ["eval", qrels, "-", "--per-query", *more], run.encode()
    yield ["eval", qrels, "-"], f"q{solid} Q0 d{solid} 1 {solid} x\n".encode()
    yield ["eval", qrels, "-"], (run + run).encode()
    (folder / "bad").write_text(f"q{solid} 0 d{solid} {solid}\n")
    yield ["eval", folder / "bad", "-"], run.encode()
    (folder / "forms").write_text(f"{line}\tdeux mots{line}\n")
    yield ["index", folder / "bad", "--forms", folder / "forms", "--index", folder / "none"], b""


def keeps_texts(index, article):
    """JSON says what the article says."""
    out, _, _ = piped(["show", "--json", article["id"].replace("\0", "\x01"), "--index", index], "fr")
    if "\0" in article["id"] or not out:
        return []
    found = json.loads(out)
    other = [key for key in ("title", "author", "source") if found[key] != article[key].strip()]
    return [f"{key} is {found[key]!r}" for key in other]


def hostile_group(tally, folder, at, group):
    text = MARK + MARK.join(group) + MARK
    texts, index, other = folder / f"texts {at}", folder / f"index {at}", folder / f"other {at}"
    other.mkdir()
    article = documents(texts, group)
    for more in ([], ["--report", "-"], ["--verbose"], ["--format", "text"]):
        arguments = ["index", texts, *more, "--index", index]
        tally.check(faults(arguments, group), arguments)
    for arguments in [*of_articles(index, article), *of_arguments(other, index, text)]:
        tally.check(faults(arguments, group), arguments)
    for arguments, given in of_files(other, index, text):
        tally.check(faults(arguments, group, given), arguments)
    tally.check(keeps_texts(index, article), "the same in JSON")


def sheets(tally, folder):
    """No cell of a sheet begins as a formula, and it is the cell of the article otherwise."""
    lines = [{"id": f"{i}", "title": cell, "source": cell, "author": cell, "body": f"Un accord. {cell}"}
             for i, cell in enumerate(FORMULAS)]
    (folder / "sheet.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    index = folder / "sheet"
    piped(["index", folder / "sheet.jsonl", "--index", index], "fr")
    for arguments in (["concordance", "accord", "--csv"], ["count", "accord", "--by", "source", "--csv"],
                      ["count", "=accord", "+accord", "--by", "author", "--csv"], ["batch", "-", "--format", "csv"]):
        for keep in ([], ["--keep-formulas"]):
            out, _, _ = piped([*arguments, *keep, "--index", index], "fr", b"accord\n=accord\n")
            rows = csv.reader(io.StringIO(out.decode("utf-8-sig"), newline=""), delimiter=";")
            cells = [cell for row in rows for cell in row]
            formulas = [c for c in cells if re.match(r"[=+@＝＋－＠\t\r\n]|-(?!\d+(,\d+)?$)", c)]
            wrong = [f"formulas: {formulas}"] if bool(formulas) != bool(keep) else []
            tally.check(wrong, [*arguments, *keep])


def pictures(tally, folder, count):
    """Pictures are XML, whatever they say, of no elements but their own."""
    known = {"svg", "title", "desc", "style", "rect", "line", "path", "text", "g", "polyline", "circle", "defs", "pattern"}
    (folder / "p.jsonl").write_text("".join(
        json.dumps({"id": f"{i}", "source": f"{m} {i}", "body": "Un accord."}) + "\n" for i, m in enumerate(MARKUP)))
    index = folder / "p"
    piped(["index", folder / "p.jsonl", "--index", index], "fr")
    texts = [m + more for more in ["", *[p.replace("\0", "\x01") for p in PAYLOADS[:9]]] for m in MARKUP]
    for text in texts[:count]:
        query = '"accord {}"'.format(text.replace('"', " "))
        out, err, _ = piped(["count", "accord", query, "--by", "source", "--svg", "-",
                             "--title", text, "--index", index], "fr")
        try:
            tree = xml.etree.ElementTree.fromstring(out or b"")
            tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
            names = {key for element in tree.iter() for key in element.attrib}
            wrong = [f"elements {tags - known}"] if tags - known else []
            wrong += [f"attributes {names}"] if any(n.startswith("on") or "href" in n for n in names) else []
        except xml.etree.ElementTree.ParseError as error:
            wrong = [f"{error}: {err[:200]}"]
        tally.check(wrong, f"a picture of {text!r}")


def main():
    tally, groups = Tally(), min(number(30), len(PAYLOADS))
    with scratch() as folder:
        folder = Path(folder)
        for at in range(groups):
            hostile_group(tally, folder, at, PAYLOADS[at::groups])
        sheets(tally, folder)
        pictures(tally, folder, 100 if groups == len(PAYLOADS) else 10)
    tally.finish()


if __name__ == "__main__":
    main()
