#!/usr/bin/env python3
"""H2, H3, R12: files made to overflow, crawl or fill the memory: each ends soon, in little memory, is accounted for, and
what stands beside it is indexed. The argument is the size in thousandths; below 1,000 all are indexed in one run."""

import json
import os
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

from common import ABORTS, BIN, Tally, depeche, environment, held, number, scratch

# What one file may take: seconds, and bytes of memory.
SECONDS, MEMORY = 5, 300 << 20
# After so many seconds it is killed, which counts as an abort.
HANGS = 120
# R12: texts of distinct words, the largest that is indexed and one that is not, may take 1 GB.
DISTINCT = {"texte-mots.txt", "texte-deux-cents-Mo.txt"}
SCALE = number(1000) / 1000
GOOD = "La caravane passe devant le musée, puis revient au port avant la nuit."
LINE = json.dumps({"title": "Témoin", "body": GOOD}, ensure_ascii=False) + "\n"


def n(count):
    """A number of repetitions, made smaller with the rest."""
    return max(1, int(count * SCALE))


def deep(count):
    """As `n`, but still deeper than anything should be."""
    return max(1_000, n(count))


def numbered(count, form):
    return "".join(form.format(i) for i in range(n(count)))


def words(size):
    """Distinct words, as many as fill so many bytes."""
    letters = "bcdfghjklmnpqrst"
    return " ".join("".join(letters[int(d, 16)] for d in f"{i:08x}") for i in range(n(size // 9)))


# Elements that a page may nest, with what stands around them.
NESTED = [
    *((tag, "") for tag in (
        "div span b a i font nobr p li dd td tr table ul select option optgroup template object button form "
        "frameset details ruby rt svg math marquee caption colgroup iframe noscript fieldset label h1 pre blockquote "
        "article x-y dialog summary center applet").split()),
    ("g", "<svg>"), ("mi", "<math>"), ("title", "<svg>"), ("div", "<svg><foreignObject>"), ("td", "<svg>"),
    ("div", "<table>"), ("b", "<table>"), ("option", "<select>"), ("div", "<template>"), ("frame", "<frameset>"),
]
MIXED = [
    "<b><i><a>", "<a><p></a>", "<a><div></a></div>", "<b><p></b>", "<td>" + "<li>" * 30 + "<table>", "<table><div>",
    "<svg><desc><p>", "<math><mi><svg><title>", "<select><table><td>", "<div></x>", "<li><dd>", "<ul><li><ol>",
    "<table><tr><td><object></table>", "<span><div></span></div>", "<form><div></form>", "<button><p></button>",
    "<template><table><tr>", "<frameset></frameset><p>", "<nobr><font color=1>", "<x><script></script></x>",
    "<p><table></p>", "<h1><h2>", "<i><b></i></b>", "<ruby><rt><rp>", "<object><b></object>",
]
MARKUP = {
    "attributs": lambda: f"<p {numbered(1_000_000, 'a{}=1 ')}>texte",
    "attributs-égaux": lambda: f"<p {'a=1 ' * n(1_000_000)}>texte",
    "attributs-vides": lambda: f"<p {' ' * 9}{'/a' * n(1_000_000)}>texte",
    "attributs-du-corps": lambda: "".join(f"<body {numbered(400, f'a{i}x' + '{}=1 ')}>" for i in range(n(2_000))),
    "attributs-partout": lambda: f"<p {numbered(400, 'a{}=1 ')}>x" * n(5_000),
    "attribut-long": lambda: f"<p title='{'long ' * n(10_000_000)}'>texte",
    "attribut-de-quinze-Mo": lambda: f"<p title='{'long ' * n(3_000_000)}'>texte",
    "commentaire-ouvert": lambda: f"<p>avant<!-- {'x > ' * n(3_000_000)}",
    "commentaires": lambda: "<!--" * n(1_000_000),
    "commentaires-fermés": lambda: "<!-- -->" * n(1_000_000),
    "cdata-ouvert": lambda: f"<svg><![CDATA[{'<a>' * n(3_000_000)}",
    "cdata": lambda: "<svg><![CDATA[<a b=']]>" * n(300_000),
    "bogus": lambda: "<?x <!y " * n(1_000_000),
    "doctypes": lambda: "<!DOCTYPE html>" * n(1_000_000),
    **{f"{tag}-ouvert": lambda tag=tag: f"<p>avant<{tag}>{'x < y ' * n(2_000_000)}"
       for tag in "script style title textarea xmp iframe plaintext noscript".split()},
    "scripts": lambda: "<script><!--<script>" * n(500_000),
    "fins-de-script": lambda: "<script><!--<script>" + "</script a='" * n(500_000),
    "fins": lambda: "</p>" * n(1_000_000),
    "sauts": lambda: "<br>" * n(1_000_000),
    "sauts-inverses": lambda: "</br>" * n(1_000_000),
    "paragraphes": lambda: "<p>x" * n(1_000_000),
    "signes": lambda: "<" * n(5_000_000),
    "entités": lambda: "&amp;" * n(1_000_000),
    "entités-ouvertes": lambda: "&" * n(10_000_000),
    "entités-longues": lambda: ("x" * 15_000_000)[:n(15_000_000)] + "&eacute;" * n(9_000),
    "entités-entre-balises": lambda: "<br>&eacute;" * n(190_000),
    "entités-xml": lambda: "<!DOCTYPE x [<!ENTITY a 'ha'>" + numbered(9, "<!ENTITY b{0} '" + "&b;" * 10 + "'>")
                           + "]><x>&b8;</x>",
    "formatage-rouvert": lambda: f"<div>{numbered(400, '<i x={}>')}</div>" + "<div>x</div>" * n(40_000),
    "liens": lambda: "<p>Texte <a href=x>y</a>, suite." * n(60_000),
    "paragraphes-profonds": lambda: "<div>" * 250 + "<p>Une phrase, avec des virgules, assez longue." * n(60_000),
    "métadonnées": lambda: "<meta name=author content=x>" * n(190_000),
    "titres": lambda: "<h1>Titre</h1>" * n(90_000),
    "lignes-de-tableau": lambda: "<table>" + "<tr><td>une<td>deux" * n(60_000),
    "un-texte": lambda: f"<p>{'mot, ' * n(3_000_000)}",
    "phrases": lambda: "<p>" + "Une phrase. " * n(1_000_000),
    "nuls": lambda: f"<p>texte {chr(0) * n(1_000_000)}{'x ' * n(6_000_000)}",
    "json-ld-profond": lambda: f"<script type='application/ld+json'>{'[' * n(1_000_000)}</script><p>x",
    "json-ld-large": lambda: f"<script type='application/ld+json'>[{'0,' * n(7_000_000)}0]</script><p>x",
    "json-ld-nombreux": lambda: "<script type='application/ld+json'>{}</script>" * n(90_000) + "<p>x",
}
TEXTS = {
    "profond.json": lambda: "[" * n(5_000_000),
    "objets.json": lambda: '{"a":' * n(2_000_000),
    "liste.jsonl": lambda: LINE + '{"body":' + "[" * n(1_000_000) + "\n" + LINE,
    "nombres.jsonl": lambda: LINE + '{"body":[' + "0," * n(7_500_000) + "0]}\n" + LINE,
    "listes.jsonl": lambda: LINE + '{"body":[' + "[]," * n(5_000_000) + "0]}\n" + LINE,
    "champs.jsonl": lambda: LINE + "{" + numbered(900_000, '"a{}":0,') + f'"body":"{GOOD}"}}\n' + LINE,
    "grand-nombre.jsonl": lambda: LINE + f'{{"date":{"9" * n(10_000_000)},"body":"{GOOD}"}}\n' + LINE,
    "exposant.jsonl": lambda: LINE + f'{{"date":1e999999999,"body":"{GOOD}"}}\n' + LINE,
    "moitiés.jsonl": lambda: LINE + '{"body":"' + "\\ud800" * n(2_000_000) + '"}\n' + LINE,
    "ligne.jsonl": lambda: LINE + "x" * n(200_000_000) + "\n" + LINE,
    "ouvert.json": lambda: '[{"body":"' + "x" * n(50_000_000),
    "source.jsonl": lambda: LINE + json.dumps({"source": "s" * n(8_000_000), "body": GOOD * n(100_000)}) + "\n" + LINE,
    "auteur.jsonl": lambda: LINE + json.dumps({"author": words(4_000 / SCALE), "body": GOOD * n(200_000)}) + "\n" + LINE,
    "titre.jsonl": lambda: LINE + json.dumps({"title": words(8_000_000), "body": GOOD}) + "\n" + LINE,
    "identifiant.jsonl": lambda: LINE + json.dumps({"id": "i" * 70_000, "body": GOOD}) + "\n" + LINE,
    "colonnes.csv": lambda: "title,body" + ",x" * n(1_000_000) + f"\nTémoin,{GOOD.replace(',', ' ')}\n",
    "cellules.csv": lambda: f"title,body\nA,{GOOD.split(',')[0]}\n" + "," * n(10_000_000)
                            + f"\nB,{GOOD.split(',')[0]}\n",
    "guillemet.csv": lambda: f"title,body\nA,{GOOD.split(',')[0]}\nB,\"" + "x,\n" * n(30_000_000),
    "guillemets.csv": lambda: f"title,body\nA,{GOOD.split(',')[0]}\n" + '"' * n(20_000_001),
    "citations.md": lambda: "> " * n(5_000_000) + "texte",
    "crochets.md": lambda: "[" * n(10_000_000) + " texte",
    "étoiles.md": lambda: "**a " * n(3_000_000),
    "emphase.md": lambda: "*_" * n(5_000_000) + " texte",
    "dièses.md": lambda: "# \n" * n(4_000_000) + "texte",
    "alias.md": lambda: "---\na0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)) + f"title: *a11\n---\n{GOOD}",
    "yaml-profond.md": lambda: "---\ntitle: " + "[" * n(1_000_000) + f"\n---\n{GOOD}",
    "yaml-tirets.md": lambda: "---\n" + "- " * n(1_000_000) + f"\n---\n{GOOD}",
    "yaml-accolades.md": lambda: "---\n" + "{a: " * n(1_000_000) + f"\n---\n{GOOD}",
    "yaml-large.md": lambda: "---\n" + numbered(500_000, "a{}: b\n") + f"---\n{GOOD}",
    "toml-profond.md": lambda: "+++\na = " + "[" * n(1_000_000) + f"\n+++\n{GOOD}",
    "toml-points.md": lambda: "+++\n" + ".".join("a" * n(1_000_000)) + f" = 1\n+++\n{GOOD}",
    "toml-tables.md": lambda: "+++\n" + numbered(300_000, "[a{}.b]\n") + f"+++\n{GOOD}",
    "un-mot.txt": lambda: "x" * n(16_000_000),
    "mots.txt": lambda: words(16_000_000),
    "deux-cents-Mo.txt": lambda: words(20_000_000) * 10,
    "nombres.txt": lambda: "10 000 " * n(2_000_000),
    "chiffres.txt": lambda: "1" * n(8_000_000) + " " + "1," * n(3_000_000),
    "traits.txt": lambda: "a-" * n(8_000_000) + "b",
    "points.txt": lambda: "A." * n(8_000_000),
    "apostrophes.txt": lambda: "l'" * n(8_000_000) + "eau",
    "accents.txt": lambda: "e" + "\u0301" * n(8_000_000) + " fin",
    "jointures.txt": lambda: "a\u200d" * n(4_000_000),
    "signes.txt": lambda: "😀" * n(4_000_000) + " fin",
    "lignes.txt": lambda: "\n" * n(15_000_000) + "fin",
    "lettres.txt": lambda: "a " * n(8_000_000),
    "idéogrammes.txt": lambda: "語" * n(5_000_000),
    "phrases.txt": lambda: "A ! B ? C. " * n(1_400_000),
}


def flushed(bytes_each):
    """Deflated zeros that can be repeated: ten thousand MB take no time to write."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(b"0" * bytes_each) + deflate.flush(zlib.Z_FULL_FLUSH)


def gzip(data):
    deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflate.compress(data) + deflate.flush()


def bomb(size):
    """A gzip member of zeros, which never ends."""
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    return header + flushed(1 << 22) * (size >> 22)


def sparse(path, before, size):
    path.write_bytes(before)
    os.truncate(path, size)


def warc(length):
    page = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{GOOD}"
    return f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n{page}\r\n\r\n".encode()


def outside():
    """A zip file with a name that leads out of its folder."""
    import io
    import zipfile
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../évadé.txt", GOOD)
    return file.getvalue()


# Reduced, nothing reaches the limits of length, which a build without optimization would take long to come to.
TEN_GB, SPARSE = (10 << 30, 1 << 40) if SCALE >= 1 else (4 << 20, 1 << 20)
SHARD = gzip(b"0" * min(32 << 20, TEN_GB))
ARCHIVES = {
    **{f"zéros{ext}.gz": lambda path: path.write_bytes(bomb(TEN_GB)) for ext in (".txt", ".html", ".json", ".csv", ".md")},
    "zéros.jsonl.gz": lambda path: path.write_bytes(gzip(LINE.encode()) + bomb(TEN_GB)),
    "membres.jsonl.gz": lambda path: path.write_bytes(gzip(LINE.encode()) + SHARD * (300 if SCALE >= 1 else 1)),
    "gz-en-gz.txt.gz": lambda path: path.write_bytes(gzip(gzip(GOOD.encode() * 99))),
    "bombe-en-gz.txt.gz": lambda path: path.write_bytes(gzip(bomb(TEN_GB))),
    "coupé.jsonl.gz": lambda path: path.write_bytes(gzip((LINE * 2_000).encode())[:-300]),
    "archive.warc.gz": lambda path: path.write_bytes(gzip(warc(1 << 60))),
    "archive.txt": lambda path: path.write_bytes(warc(1 << 60)),
    "archive.html": lambda path: path.write_bytes(warc(-1)),
    "archive.zip": lambda path: path.write_bytes(outside()),
    "zip.txt": lambda path: path.write_bytes(outside()),
    "creux.txt": lambda path: sparse(path, GOOD.encode() * 40, SPARSE),
    "creux.html": lambda path: sparse(path, f"<p>{GOOD}".encode() * 40, SPARSE),
    "creux.md": lambda path: sparse(path, GOOD.encode() * 40, SPARSE),
    "creux.jsonl": lambda path: sparse(path, LINE.encode() * 1_000, SPARSE),
    "creux.json": lambda path: sparse(path, b"[" + LINE.encode().strip() + b", \"" + b"x" * 70_000, SPARSE),
    "creux.csv": lambda path: sparse(path, f"title,body\nTémoin,\"{GOOD}\"\nB,\"".encode() + b"x" * 70_000, SPARSE),
    "creux-2.csv": lambda path: sparse(path, f"title,body\nTémoin,\"{GOOD}\"\n".encode() + b"x" * 70_000, SPARSE),
    "creux.jsonl.gz": lambda path: sparse(path, gzip(LINE.encode()), SPARSE),
    "tube.txt": lambda path: os.mkfifo(path),
    "lien.txt": lambda path: path.symlink_to("/dev/zero"),
}


def text(make):
    return lambda path: path.write_text(make(), encoding="utf-8", newline="")


def bombs():
    """Names, and what writes each file."""
    made = {f"emboîtés-{around.strip('<>').replace('><', '-')}-{tag}.html":
            text(lambda tag=tag, around=around: around + f"<{tag}>" * deep(100_000)) for tag, around in NESTED}
    made |= {f"mêlés-{at}.html": text(lambda mix=mix: mix * deep(60_000)) for at, mix in enumerate(MIXED)}
    made |= {f"balises-{name}.html": text(make) for name, make in MARKUP.items()}
    made |= {f"texte-{name}": text(make) for name, make in TEXTS.items()}
    return made | {f"archive-{name}": make for name, make in ARCHIVES.items()}


def measured(*arguments):
    """Runs the program: exit code, seconds, bytes of memory, what it said."""
    start = time.monotonic()
    process = subprocess.Popen([BIN, *map(str, arguments)], env=environment(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, errors="replace")
    hanging = threading.Timer(HANGS, process.kill)
    hanging.start()
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    hanging.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    # A machine that does other things too must not count.
    took = min(time.monotonic() - start, usage.ru_utime + usage.ru_stime)
    return process.returncode, took, usage.ru_maxrss << 10, said


def folder_with(folder, made):
    """Good files, and the bombs among them."""
    texts = folder / "textes"
    texts.mkdir(parents=True)
    (texts / "0-avant.txt").write_text(GOOD, encoding="utf-8")
    (texts / "z-après.jsonl").write_text(LINE + LINE.replace("caravane", "péniche"), encoding="utf-8")
    for name, make in made.items():
        apart(lambda name=name, make=make: make(texts / name))
    return texts


def apart(make):
    """In a process of its own: what this one has held counts as memory of the programs that it starts."""
    process = os.fork()
    if process == 0:
        try:
            make()
            os._exit(0)
        except BaseException as error:
            print(error, file=sys.stderr)
            os._exit(1)
    if os.waitpid(process, 0)[1] != 0:
        sys.exit("a bomb could not be written")


def faults(folder, made, seconds, memory):
    """What is wrong with an index of these bombs; and how long it took, in how much memory."""
    texts, index, report = folder_with(folder, made), folder / "ix", folder / "report.jsonl"
    code, took, peak, said = measured("index", texts, "--index", index, "--report", report)
    wrong = [f"exit {code}: {said[-300:]}"] if code < 0 or code in ABORTS else []
    wrong += [f"{took:.1f} s"] if took > seconds else []
    wrong += [f"{peak >> 20} MB"] if peak > memory else []
    lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    told = [json.loads(line) for line in lines] if not wrong or code >= 0 else []
    if not told or told[-1]["type"] != "summary":
        return wrong + ["no report"], took, peak
    wrong += [] if told[-1]["added"] == held(index) else [f"{held(index)} held of {told[-1]['added']}"]
    missed = {Path(line["path"]).name for line in told[:-1] if line["type"] == "skipped"}
    if told[-1]["added"] < len(GOOD_IDS) + len(set(made) - missed):
        wrong.append("something is neither an article nor skipped")
    lost = expected(made) - identifiers(index)
    wrong += [f"lost: {sorted(lost)}"] if lost else []
    if sorted(each.name for each in folder.iterdir()) != ["ix", "report.jsonl", "textes"]:
        wrong.append(f"files outside: {list(folder.iterdir())}")
    return wrong, took, peak


GOOD_IDS = {"0-avant", "z-après#1", "z-après#2"}


def expected(made):
    """Articles that stand beside the bombs, in other files and in the same ones."""
    inside = {f"{name.removesuffix('.gz').rsplit('.', 1)[0]}#1" for name in made if ".jsonl" in name}
    return GOOD_IDS | inside | {f"{name[:-6]}#3" for name in made if name.startswith("texte-") and ".jsonl" in name}


def identifiers(index):
    """Of the articles that speak of what the good ones speak of."""
    asked = depeche("search", "caravane OU péniche", "--index", index, "--limit", "5000", "--json")
    return {str(json.loads(line).get("article")) for line in asked.stdout.splitlines()}


def one_by_one(tally, folder):
    taken = []
    for name, make in bombs().items():
        place = folder / "un"
        place.mkdir()
        seconds, memory = (30, 1 << 30) if name in DISTINCT else (SECONDS, MEMORY)
        wrong, took, peak = faults(place, {name: make}, seconds, memory)
        tally.check(wrong, name)
        taken.append((took, peak, name))
        subprocess.run(["rm", "-r", str(place)], check=True)
    for which, name in ((0, "slowest"), (1, "largest")):
        worst = sorted(taken, key=lambda each: each[which])[-8:][::-1]
        print(f"{name}: " + ", ".join(f"{each} {took:.1f} s {peak >> 20} MB" for took, peak, each in worst))


def main():
    tally = Tally()
    with scratch() as folder:
        folder = Path(folder)
        if SCALE >= 1:
            one_by_one(tally, folder)
        else:
            wrong, took, peak = faults(folder, bombs(), 60, 1 << 30)
            tally.check(wrong, f"all bombs at {1000 * SCALE:.0f} ‰")
            print(f"{len(bombs())} bombs, {took:.1f} s, {peak >> 20} MB")
    tally.finish()


if __name__ == "__main__":
    main()
