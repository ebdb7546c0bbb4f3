//! What may happen to the files of an index between two runs: restored in part, mixed with another's, cut,
//! put beside a user's own. Nothing that can be read is lost, nothing of another index is taken for this one's.

use std::fs;
use std::path::Path;

use crate::cli::{depeche, err, indexed, out};

const LINES: &str = r#"{"id":"a","body":"Un accord."}
{"id":"b","body":"Un refus, puis un accord."}
{"id":"c","body":"Un droit de premier refus."}
"#;

fn run(dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = depeche(dir, arguments);
    (output.status.code(), out(&output) + &err(&output))
}

/// Where each record of a text file begins, and where the last ends.
fn records(text: &[u8]) -> Vec<usize> {
    let number = |at: usize| u32::from_le_bytes(text[at..at + 4].try_into().unwrap()) as usize;
    let mut bounds = vec![32];
    while *bounds.last().unwrap() < text.len() {
        let at = *bounds.last().unwrap();
        bounds.push(at + 56 + number(at) + number(at + 8));
    }
    bounds
}

#[test]
fn articles_missing_from_the_text_are_told() {
    for cut in [2, 1] {
        let folder = indexed(LINES);
        let path = folder.path().join("index/text.bin");
        let text = fs::read(&path).unwrap();
        let bounds = records(&text);
        // The last record, or the one in the middle.
        fs::write(&path, [&text[..bounds[cut]], &text[bounds[cut + 1]..]].concat()).unwrap();
        let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("articles 2 ; endroits illisibles, laissés de côté 1"), "{said}");
        assert!(folder.path().join("index/text.damaged").exists(), "{said}");
        assert_eq!(run(folder.path(), &["check"]).0, Some(0));
    }
}

#[test]
fn files_of_another_index_are_not_taken_for_its_own() {
    let (one, other) =
        (indexed("{\"id\":\"a\",\"body\":\"Le chat noir dort.\"}\n"), indexed(LINES));
    let twin = indexed("{\"id\":\"a\",\"body\":\"Le chien brun joue.\"}\n");
    for (from, file) in [(&twin, "text.bin"), (&twin, "depeche.json"), (&other, "depeche.json")] {
        let path = one.path().join("index").join(file);
        let own = fs::read(&path).unwrap();
        fs::copy(from.path().join("index").join(file), &path).unwrap();
        let (code, said) = run(one.path(), &["search", "chat"]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("autre index") && said.contains("depeche check"), "{said}");
        let (code, said) = run(one.path(), &["check"]);
        assert!(code == Some(1) && said.contains("autre index"), "{said}");
        fs::write(&path, own).unwrap();
        assert_eq!(run(one.path(), &["check"]).0, Some(0));
    }
}

/// Of a copy that went on apart, every file bears the same number.
#[test]
fn the_text_of_a_copy_that_went_on_apart_is_not_taken_for_its_own() {
    let copy = |from: &Path, to: &Path| {
        fs::create_dir_all(to.join("segments")).unwrap();
        for folder in ["", "segments"] {
            for entry in fs::read_dir(from.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    fs::copy(&path, to.join(folder).join(path.file_name().unwrap())).unwrap();
                }
            }
        }
    };
    // The second bodies are as long when they are stored, the third are not.
    for (one, other) in [("Un chat noir.", "Un char noir."), ("Un chat.", "Un chien qui dort.")] {
        let folder = indexed(LINES);
        let (dir, index) = (folder.path(), folder.path().join("index"));
        copy(&index, &dir.join("copie"));
        for (name, body) in [("index", one), ("copie", other)] {
            let line = format!("{{\"id\":\"d\",\"body\":\"{body}\"}}\n");
            fs::write(dir.join("d.jsonl"), line).unwrap();
            assert_eq!(run(dir, &["index", "d.jsonl", "--index", name]).0, Some(0));
        }
        fs::copy(dir.join("copie/text.bin"), index.join("text.bin")).unwrap();
        for arguments in [&["search", "chat"][..], &["index", "d.jsonl"]] {
            let (code, said) = run(dir, arguments);
            assert!(code == Some(2) && said.contains("depeche check"), "{said}");
        }
        let (code, said) = run(dir, &["check"]);
        assert!(code == Some(1) && said.contains("text.bin"), "{said}");
        let (code, said) = run(dir, &["reindex", "--salvage"]);
        assert!(code == Some(1) && said.contains("articles 4"), "{said}");
        assert!(said.contains("a continué à part") || said.contains("illisibles"), "{said}");
        assert_eq!(run(dir, &["check"]).0, Some(0));
    }
}

/// Where its records are longer, what stands at the end of the commit is the middle of one.
#[test]
fn the_text_of_a_longer_copy_is_salvaged_with_a_word_of_caution() {
    let folder = indexed(LINES);
    let (dir, index) = (folder.path(), folder.path().join("index"));
    let state = fs::read(index.join("segments/meta.json")).unwrap();
    let text = fs::read(index.join("text.bin")).unwrap();
    // Records of another index, under the number of this one.
    let long =
        |name: &str| format!("{{\"id\":\"{name}\",\"body\":\"{}\"}}\n", "Un chat. ".repeat(40));
    let other = indexed(&(long("z") + &long("zz") + &long("zzz")));
    let foreign = fs::read(other.path().join("index/text.bin")).unwrap();
    fs::write(index.join("text.bin"), [&text[..32], &foreign[32..]].concat()).unwrap();
    assert_eq!(fs::read(index.join("segments/meta.json")).unwrap(), state);
    assert_eq!(run(dir, &["search", "chat"]).0, Some(2));
    let (code, said) = run(dir, &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("a continué à part"), "{said}");
}

/// `search` reads identifiers by themselves.
#[test]
fn a_changed_identifier_is_an_error() {
    let folder = indexed(LINES);
    let path = folder.path().join("index/text.bin");
    let mut text = fs::read(&path).unwrap();
    let at = records(&text)[0] + 56;
    text[at] ^= 1;
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("q.txt"), "accord\n").unwrap();
    let (_, said) = run(folder.path(), &["batch", "q.txt", "--format", "trec"]);
    assert!(said.contains("depeche check") && !said.contains("Q0"), "{said}");
}

/// Which articles were removed, that file tells.
#[test]
fn what_brings_removed_articles_back_says_so() {
    let folder = indexed(LINES);
    let dir = folder.path();
    fs::write(dir.join("x.jsonl"), LINES.lines().next().unwrap()).unwrap();
    assert_eq!(run(dir, &["index", "x.jsonl", "--prune"]).0, Some(0));
    for entry in fs::read_dir(dir.join("index/segments")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|name| name == "fast") {
            let mut bytes = fs::read(&path).unwrap();
            bytes[0] ^= 1;
            fs::write(&path, bytes).unwrap();
        }
    }
    let (code, said) = run(dir, &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("peuvent être revenus"), "{said}");
}

/// It bears no commit that could tell whose it is.
#[test]
fn the_first_state_of_another_index_does_not_empty_this_one() {
    let folder = indexed(LINES);
    let (dir, index) = (folder.path(), folder.path().join("index"));
    depeche::Index::create(&dir.join("autre")).unwrap();
    let text = fs::read(index.join("text.bin")).unwrap();
    fs::copy(dir.join("autre/segments/meta.json"), index.join("segments/meta.json")).unwrap();
    for (arguments, code) in
        [(&["check"][..], 1), (&["index", "x.jsonl"], 2), (&["search", "a"], 2)]
    {
        let (found, said) = run(dir, arguments);
        assert!(found == Some(code) && said.contains("autre index"), "{said}");
    }
    assert_eq!(fs::read(index.join("text.bin")).unwrap(), text);
    let (code, said) = run(dir, &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("articles 3"), "{said}");
    assert_eq!(run(dir, &["check"]).0, Some(0));
}

#[test]
fn a_text_of_another_index_is_salvaged_with_a_word_of_caution() {
    let (folder, other) = (indexed(LINES), indexed("{\"id\":\"z\",\"body\":\"Un.\"}\n"));
    let index = folder.path().join("index");
    fs::copy(other.path().join("index/text.bin"), index.join("text.bin")).unwrap();
    let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("peut-être le texte d’un autre index"), "{said}");
    assert!(said.contains("articles 1"), "{said}");
}

/// All but the manifest, or the manifest alone.
#[test]
fn the_data_of_another_index_is_salvaged_with_a_word_of_caution() {
    for takes_data in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        fs::write(dir.join("formes.tsv"), "zorkk\taccord\n").unwrap();
        fs::write(dir.join("x.jsonl"), LINES.replace("Un accord", "Un zorkk")).unwrap();
        assert_eq!(run(dir, &["index", "x.jsonl", "--forms", "formes.tsv"]).0, Some(0));
        let other = indexed("{\"id\":\"z\",\"body\":\"Un.\"}\n");
        let (own, other) = (dir.join("index"), other.path().join("index"));
        if takes_data {
            fs::copy(other.join("text.bin"), own.join("text.bin")).unwrap();
            fs::remove_dir_all(own.join("segments")).unwrap();
            fs::rename(other.join("segments"), own.join("segments")).unwrap();
        } else {
            fs::copy(other.join("depeche.json"), own.join("depeche.json")).unwrap();
        }
        assert_eq!(run(dir, &["check"]).0, Some(1));
        assert_eq!(run(dir, &["reindex"]).0, Some(2));
        let (code, said) = run(dir, &["reindex", "--salvage"]);
        assert!(code == Some(1) && said.contains("d’un autre index"), "{said}");
        assert_eq!(run(dir, &["check"]).0, Some(0));
        if !takes_data {
            assert_eq!(run(dir, &["search", "accord", "--json"]).1.matches("\"rank\"").count(), 2);
        }
    }
}

#[test]
fn what_cannot_be_known_without_the_state_is_said() {
    let folder = indexed(LINES);
    let index = folder.path().join("index");
    let text = fs::read(index.join("text.bin")).unwrap();
    fs::write(index.join("text.bin"), &text[..records(&text)[2]]).unwrap();
    fs::write(index.join("segments/meta.json"), "{}").unwrap();
    let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("articles 2"), "{said}");
    assert!(said.contains("il peut en manquer"), "{said}");
}

/// A manifest of before the last rebuilding, as a restored copy may have it.
#[test]
fn an_earlier_manifest_beside_a_rebuilt_index_loses_nothing() {
    let folder = indexed(LINES);
    let manifest = folder.path().join("index/depeche.json");
    let earlier = fs::read(&manifest).unwrap();
    assert_eq!(run(folder.path(), &["reindex"]).0, Some(0));
    fs::write(&manifest, earlier).unwrap();
    assert_eq!(run(folder.path(), &["check"]).0, Some(1));
    let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(code == Some(0) && said.contains("articles 3"), "{said}");
    assert_eq!(run(folder.path(), &["search", "accord"]).0, Some(0));
}

#[test]
fn what_several_texts_hold_is_put_together() {
    let folder = indexed(LINES);
    let index = folder.path().join("index");
    let text = fs::read(index.join("text.bin")).unwrap();
    let bounds = records(&text);
    // An interrupted rebuilding has the first, the old text the others, and nothing tells which counts.
    fs::create_dir(index.join("rebuilt-1")).unwrap();
    fs::write(index.join("rebuilt-1/text.bin"), &text[..bounds[1]]).unwrap();
    let mut damaged = text.clone();
    damaged[bounds[0] + 60] ^= 1;
    fs::write(index.join("text.bin"), &damaged).unwrap();
    fs::remove_file(index.join("depeche.json")).unwrap();
    let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("articles 3"), "{said}");
    assert_eq!(fs::read(index.join("text.damaged")).unwrap(), damaged);
    assert_eq!(run(folder.path(), &["check"]).0, Some(0));
}

/// As of a writing that died before its first article.
#[test]
fn an_empty_text_does_not_hide_another() {
    let folder = indexed(LINES);
    let index = folder.path().join("index");
    assert_eq!(run(folder.path(), &["reindex"]).0, Some(0));
    let text = fs::read(index.join("rebuilt-1/text.bin")).unwrap();
    fs::write(index.join("text.bin"), &text).unwrap();
    fs::write(index.join("rebuilt-1/text.bin"), &text[..32]).unwrap();
    fs::remove_file(index.join("rebuilt-1/segments/meta.json")).unwrap();
    let (_, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(said.contains("articles 3"), "{said}");
}

#[test]
fn a_text_that_is_no_file_does_not_hide_another() {
    let folder = indexed(LINES);
    let index = folder.path().join("index");
    fs::create_dir_all(index.join("rebuilt-1/text.bin")).unwrap();
    fs::remove_file(index.join("depeche.json")).unwrap();
    let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(code == Some(0) && said.contains("articles 3"), "{said}");
}

#[test]
fn a_folder_in_the_place_of_the_manifest_is_put_aside() {
    let folder = indexed(LINES);
    let manifest = folder.path().join("index/depeche.json");
    fs::remove_file(&manifest).unwrap();
    fs::create_dir(&manifest).unwrap();
    fs::write(manifest.join("notes.txt"), "à moi").unwrap();
    assert!(run(folder.path(), &["check"]).1.contains("--salvage"));
    let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(code == Some(0) && said.contains("articles 3"), "{said}");
    assert!(folder.path().join("index/depeche.damaged/notes.txt").exists());
    assert_eq!(run(folder.path(), &["check"]).0, Some(0));
}

#[test]
fn what_only_the_forms_cost_does_not_bring_removed_articles_back() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::write(dir.join("formes.tsv"), "scrollait\tscroller\n").unwrap();
    fs::write(dir.join("x.jsonl"), LINES).unwrap();
    assert_eq!(run(dir, &["index", "x.jsonl", "--forms", "formes.tsv"]).0, Some(0));
    fs::write(dir.join("x.jsonl"), LINES.lines().next().unwrap()).unwrap();
    assert_eq!(run(dir, &["index", "x.jsonl", "--prune"]).0, Some(0));
    fs::remove_file(dir.join("index/forms.tsv")).unwrap();
    let (code, said) = run(dir, &["check"]);
    assert!(code == Some(1) && said.contains("vos formes ne seront pas reprises"), "{said}");
    let (code, said) = run(dir, &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("articles 1 ; sans vos formes"), "{said}");
    assert!(!said.contains("forms.damaged"), "there was nothing to keep: {said}");
}

#[test]
fn an_index_that_was_never_finished_is_not_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    depeche::Index::create(&folder.path().join("index")).unwrap();
    let (code, said) = run(folder.path(), &["reindex"]);
    assert!(code == Some(2) && said.contains("depeche index"), "{said}");
}

#[test]
fn folders_of_the_user_s_are_left_alone_whatever_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::write(dir.join("x.txt"), "Un accord.").unwrap();
    fs::create_dir_all(dir.join("these/segments")).unwrap();
    fs::write(dir.join("these/segments/meta.json"), "{\"notes\": 1}").unwrap();
    assert_eq!(run(dir, &["index", "x.txt", "--index", "these"]).0, Some(2));
    assert!(dir.join("these/segments/meta.json").exists());

    assert_eq!(run(dir, &["index", "x.txt"]).0, Some(0));
    for name in ["rebuilt-2024", "rebuilt-07"] {
        fs::create_dir(dir.join("index").join(name)).unwrap();
        fs::write(dir.join("index").join(name).join("notes.txt"), "à moi").unwrap();
    }
    fs::write(dir.join("index/segments/notes.txt"), "à moi").unwrap();
    let said = run(dir, &["check"]).1;
    assert!(said.contains("rebuilt-2024, ne fait pas partie de l’index"), "{said}");
    fs::write(dir.join("x.txt"), "Un autre accord.").unwrap();
    assert_eq!(run(dir, &["index", "x.txt"]).0, Some(0));
    assert_eq!(run(dir, &["reindex"]).0, Some(0));
    for left in ["rebuilt-2024/notes.txt", "rebuilt-07/notes.txt", "segments/notes.txt"] {
        assert!(dir.join("index").join(left).exists(), "{left}");
    }
}

#[test]
fn a_rebuilding_takes_no_folder_of_the_user_s() {
    for contents in ["notes.txt", "segments/notes.txt", "text.bin/notes.txt"] {
        for is_sound in [true, false] {
            let folder = indexed(LINES);
            let index = folder.path().join("index");
            let notes = index.join("rebuilt-1").join(contents);
            fs::create_dir_all(notes.parent().unwrap()).unwrap();
            fs::write(&notes, "à moi").unwrap();
            if !is_sound {
                let mut text = fs::read(index.join("text.bin")).unwrap();
                *text.last_mut().unwrap() ^= 1;
                fs::write(index.join("text.bin"), text).unwrap();
            }
            let code = if is_sound { 0 } else { 2 };
            assert_eq!(run(folder.path(), &["reindex"]).0, Some(code));
            assert!(notes.exists(), "{contents}, {is_sound}");
        }
    }
}

/// It would tell how much of the text was committed.
#[test]
fn the_state_of_another_index_does_not_hide_damage() {
    let (folder, other) = (indexed(LINES), indexed("{\"id\":\"a\",\"body\":\"Un.\"}\n"));
    let index = folder.path().join("index");
    let mut text = fs::read(index.join("text.bin")).unwrap();
    let last = text.len() - 5;
    text[last] ^= 1;
    fs::write(index.join("text.bin"), text).unwrap();
    fs::copy(other.path().join("index/segments/meta.json"), index.join("segments/meta.json"))
        .unwrap();
    let (code, said) = run(folder.path(), &["reindex", "--salvage"]);
    assert!(code == Some(1) && said.contains("articles 2"), "{said}");
    assert!(index.join("text.damaged").exists());
}

/// One article in two archives, or moved from one to the other: it goes with the last of them.
#[test]
fn an_article_in_two_files_stays_while_one_of_them_may_have_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let write = |name: &str, lines: &[&str]| {
        fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
        fs::write(dir.join(name), lines.join("\n")).unwrap();
    };
    let lines: Vec<&str> = LINES.lines().collect();
    write("A/a.jsonl", &lines);
    write("B/b.jsonl", &[]);
    assert_eq!(run(dir, &["index", "A", "B"]).0, Some(0));
    write("A/a.jsonl", &lines[..2]);
    write("B/b.jsonl", &lines[2..]);
    assert!(run(dir, &["index", "A", "B", "--prune"]).1.contains("inchangés 3"));
    assert!(run(dir, &["index", "A", "--prune"]).1.contains("retirés 0"));
    assert_eq!(run(dir, &["search", "droit"]).0, Some(0));
    assert_eq!(run(dir, &["reindex"]).0, Some(0));
    assert!(run(dir, &["index", "A", "--prune"]).1.contains("retirés 0"), "also once rebuilt");
    write("B/b.jsonl", &lines[..1]);
    assert!(run(dir, &["index", "A", "B", "--prune"]).1.contains("retirés 1"));
    assert_eq!(run(dir, &["search", "droit"]).0, Some(1));
}

/// Both files from the first run on; then moved, which forgets neither.
#[test]
fn an_article_met_twice_in_one_run_stays_too() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let line = LINES.lines().next().unwrap();
    for name in ["A", "B", "C"] {
        fs::create_dir(dir.join(name)).unwrap();
        fs::write(
            dir.join(name).join("x.jsonl"),
            format!("{{\"id\":\"{name}\",\"body\":\"{name}.\"}}\n"),
        )
        .unwrap();
    }
    let add = |name: &str| {
        let path = dir.join(name).join("x.jsonl");
        fs::write(&path, fs::read_to_string(&path).unwrap() + line).unwrap();
    };
    let take = |name: &str| {
        let path = dir.join(name).join("x.jsonl");
        fs::write(&path, fs::read_to_string(&path).unwrap().replace(line, "")).unwrap();
    };
    let found = || run(dir, &["search", "accord"]).0 == Some(0);
    add("A");
    add("B");
    assert!(run(dir, &["index", "A", "B"]).1.contains("repeated 1"));
    take("A");
    assert!(run(dir, &["index", "A", "--prune"]).1.contains("retirés 0"));
    assert!(found(), "it stands in B");
    // Its first file goes, and it is met in a third.
    fs::remove_dir_all(dir.join("A")).unwrap();
    add("C");
    assert_eq!(run(dir, &["index", "C"]).0, Some(0));
    take("C");
    assert!(run(dir, &["index", "C", "--prune"]).1.contains("retirés 0"));
    assert!(found(), "it still stands in B");
    take("B");
    assert!(run(dir, &["index", "B", "C", "--prune"]).1.contains("retirés 1"));
    assert!(!found());
}

/// Files of one article each, in folders of their own.
struct Archive(tempfile::TempDir);

impl Archive {
    fn dir(&self) -> &Path {
        self.0.path()
    }

    fn new(files: &[(&str, &str)]) -> Self {
        let archive = Archive(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, body)| archive.write(name, body));
        archive
    }

    /// A file `x.jsonl` in a folder: the article `x`, unless its text is empty, and one that is always there.
    fn write(&self, folder: &str, body: &str) {
        self.texts(folder, if body.is_empty() { &[] } else { std::slice::from_ref(&body) });
    }

    /// As [`Archive::write`], with several texts of the identifier `x`.
    fn texts(&self, folder: &str, bodies: &[&str]) {
        let article = |id: &str, body: &str| format!("{{\"id\":\"{id}\",\"body\":\"{body}\"}}\n");
        let all = bodies.iter().map(|body| article("x", body));
        let lines: String = std::iter::once(article(folder, "Toujours.")).chain(all).collect();
        fs::create_dir_all(self.dir().join(folder)).unwrap();
        fs::write(self.dir().join(folder).join("x.jsonl"), lines).unwrap();
    }

    fn index(&self, arguments: &[&str]) -> String {
        let (code, said) = run(self.dir(), &[&["index"], arguments].concat());
        assert!(code == Some(0), "{said}");
        said
    }

    /// How many articles say a word.
    fn say(&self, word: &str) -> usize {
        run(self.dir(), &["search", word, "--json"]).1.matches("\"rank\"").count()
    }
}

#[test]
fn a_text_that_changes_in_one_of_its_files_stays_for_the_other() {
    let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
    archive.index(&["A", "B"]);
    archive.write("A", "Un refus.");
    archive.index(&["A"]);
    assert_eq!((archive.say("accord"), archive.say("refus")), (1, 1));
    assert!(archive.index(&["A", "B"]).contains("inchangés 4"), "each has its own by now");
    archive.write("B", "Un refus.");
    archive.index(&["B", "--prune"]);
    assert_eq!((archive.say("accord"), archive.say("refus")), (0, 1));
    // Both at once: the old text is nowhere any more.
    archive.write("A", "Un droit.");
    archive.write("B", "Un droit.");
    assert!(archive.index(&["A", "B"]).contains("repeated 1"));
    archive.index(&["A", "B", "--prune"]);
    assert_eq!((archive.say("refus"), archive.say("droit")), (0, 1));
    assert!(archive.index(&["A", "B", "--prune"]).contains("retirés 0"));
}

#[test]
fn a_file_that_is_not_mounted_may_still_have_its_articles() {
    let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
    archive.index(&["A", "B"]);
    fs::rename(archive.dir().join("B"), archive.dir().join("ailleurs")).unwrap();
    archive.write("A", "");
    assert!(run(archive.dir(), &["index", "A", "--prune"]).1.contains("retirés 0"));
    assert_eq!(archive.say("accord"), 1);
    fs::rename(archive.dir().join("ailleurs"), archive.dir().join("B")).unwrap();
    archive.write("B", "");
    assert!(archive.index(&["B", "--prune"]).contains("retirés 1"));
}

#[test]
fn an_article_goes_with_its_last_file_whichever_is_pruned_first() {
    for order in [["A", "B"], ["B", "A"]] {
        let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
        archive.index(&["A", "B"]);
        archive.write("A", "");
        archive.write("B", "");
        assert!(archive.index(&[order[0], "--prune"]).contains("retirés 0"));
        assert!(archive.index(&[order[1], "--prune"]).contains("retirés 1"), "{order:?}");
        assert_eq!(archive.say("accord"), 0);
    }
}

/// What is kept of a text that was replaced takes nothing else's place.
#[test]
fn a_text_that_is_kept_for_another_file_replaces_none_of_it() {
    let archive = Archive::new(&[("B", "Un accord.")]);
    archive.texts("C", &["Un refus.", "Un accord."]);
    for folder in ["B", "C"] {
        archive.index(&[folder]);
    }
    archive.write("B", "Un droit.");
    archive.index(&["B"]);
    assert_eq!(["accord", "refus", "droit"].map(|word| archive.say(word)), [1; 3]);
    assert!(archive.index(&["B", "C"]).contains("inchangés 5"));
}

/// What is kept of a replaced text joins an equal one: all its files stand for it.
#[test]
fn a_text_that_joins_an_equal_one_keeps_all_its_files() {
    let archive = Archive::new(&[]);
    archive.texts("B", &["accord", "refus"]);
    archive.texts("D", &["refus"]);
    archive.index(&["B"]);
    archive.index(&["D"]);
    for folder in ["E", "F"] {
        archive.texts(folder, &["accord"]);
        archive.index(&[folder]);
    }
    archive.texts("B", &["droit", "refus"]);
    archive.index(&["B"]);
    assert_eq!(archive.say("accord"), 1);
    for (folder, left) in [("E", 1), ("F", 0)] {
        archive.texts(folder, &[]);
        archive.index(&[folder, "--prune"]);
        assert_eq!(archive.say("accord"), left, "{folder}");
    }
    assert_eq!((archive.say("refus"), archive.say("droit")), (1, 1));
}

/// Not two articles, one under each identifier.
#[test]
fn a_text_that_becomes_equal_to_another_of_its_identifier_is_one_with_it() {
    let archive = Archive::new(&[("D", "refus")]);
    archive.texts("B", &["accord", "refus"]);
    for folder in ["B", "D"] {
        archive.index(&[folder]);
    }
    archive.write("B", "refus");
    archive.index(&["B"]);
    assert_eq!((archive.say("accord"), archive.say("refus")), (1, 1), "one is gone, none changed");
    archive.index(&["B", "--prune"]);
    assert_eq!((archive.say("accord"), archive.say("refus")), (0, 1));
    archive.write("B", "");
    archive.index(&["B", "--prune"]);
    assert_eq!(archive.say("refus"), 1, "it stands in D");
    assert!(archive.index(&["B", "D", "--prune"]).contains("inchangés 3"));
}

/// As runs of earlier versions left them, or identifiers of the user's own.
#[test]
fn equal_articles_of_two_identifiers_outlive_a_rebuilding() {
    let line = |id: &str| format!("{{\"id\":\"{id}\",\"body\":\"Un accord.\"}}\n");
    let folder = indexed(&(line("x") + &line("x~2") + &line("x~2~3")));
    for arguments in [&["reindex"][..], &["reindex", "--salvage"]] {
        let (code, said) = run(folder.path(), arguments);
        assert!(code == Some(0) && said.contains("articles 3"), "{said}");
    }
    assert!(run(folder.path(), &["index", "x.jsonl"]).1.contains("inchangés 3"));
}

#[test]
fn files_that_became_equal_are_one_article_from_then_on() {
    let archive = Archive::new(&[]);
    archive.texts("B", &["accord"]);
    archive.texts("A", &["refus"]);
    archive.index(&["B"]);
    archive.index(&["A"]);
    archive.texts("B", &["refus"]);
    for _ in 0..3 {
        archive.index(&["A", "B"]);
        assert_eq!((archive.say("accord"), archive.say("refus")), (0, 1));
    }
}

#[test]
fn a_text_that_changes_into_another_s_leaves_its_number() {
    let archive = Archive::new(&[("B", "accord"), ("C", "refus")]);
    archive.index(&["B", "C"]);
    archive.write("C", "accord");
    assert!(archive.index(&["B", "C"]).contains("retirés 1"));
    assert_eq!((archive.say("accord"), archive.say("refus")), (1, 0));
}

/// Not one of the numbered, which would move those to others.
#[test]
fn a_file_stays_unchanged_where_another_that_named_its_text_is_gone() {
    let archive = Archive::new(&[("A", "accord")]);
    archive.texts("C", &["accord", "refus"]);
    archive.index(&["A", "C"]);
    fs::remove_file(archive.dir().join("A/x.jsonl")).unwrap();
    fs::write(archive.dir().join("A/autre.txt"), "Rien.").unwrap();
    assert!(archive.index(&["C"]).contains("inchangés 3"));
    assert_eq!((archive.say("accord"), archive.say("refus")), (1, 1));
}

#[test]
fn what_is_kept_where_the_identifier_is_free_takes_it() {
    let archive = Archive::new(&[("A", "neuf"), ("D", "ancien")]);
    archive.index(&["A"]);
    archive.index(&["D"]);
    archive.write("A", "ancien");
    archive.index(&["A"]);
    archive.write("D", "change");
    archive.index(&["D"]);
    for _ in 0..2 {
        archive.index(&["A"]);
        assert_eq!((archive.say("ancien"), archive.say("change"), archive.say("neuf")), (1, 1, 0));
    }
}

#[test]
fn an_earlier_manifest_is_mended_by_salvaging() {
    let folder = indexed(LINES);
    let manifest = folder.path().join("index/depeche.json");
    let earlier = fs::read(&manifest).unwrap();
    assert_eq!(run(folder.path(), &["reindex"]).0, Some(0));
    fs::write(&manifest, earlier).unwrap();
    let (code, said) = run(folder.path(), &["check"]);
    assert!(code == Some(1) && said.contains("--salvage"), "{said}");
}

#[test]
fn a_picture_overwrites_nothing_else() {
    let folder = indexed(LINES);
    let dir = folder.path();
    let draw = |file: &str| run(dir, &["count", "accord", "--svg", file]);
    for file in ["index/text.bin", "index/neuf.svg", "x.jsonl"] {
        let (code, said) = draw(file);
        assert!(code == Some(2) && said.contains("--svg"), "{file}: {said}");
    }
    assert_eq!(fs::read_to_string(dir.join("x.jsonl")).unwrap(), LINES);
    assert_eq!((draw("a.svg").0, draw("a.svg").0), (Some(0), Some(0)));
}

#[cfg(unix)]
#[test]
fn files_without_end_are_refused() {
    let folder = indexed(LINES);
    for arguments in [
        &["eval", "/dev/zero", "x.jsonl"][..],
        &["index", "x.jsonl", "--forms", "/dev/zero", "--index", "autre"],
    ] {
        let (code, said) = run(folder.path(), arguments);
        assert!(code == Some(2) && said.contains("/dev/zero"), "{said}");
    }
}

#[test]
fn a_file_with_several_texts_of_an_identifier_stays_unchanged() {
    let archive = Archive::new(&[]);
    let texts: [(&str, &[&str]); 4] =
        [("A", &["accord"]), ("B", &["refus", "accord"]), ("C", &["accord"]), ("D", &["refus"])];
    for (folder, bodies) in texts {
        archive.texts(folder, bodies);
        archive.index(&[folder]);
    }
    archive.texts("A", &[]);
    archive.index(&["A", "--prune"]);
    for _ in 0..2 {
        assert!(archive.index(&["B"]).contains("inchangés 3"));
    }
    assert_eq!((archive.say("accord"), archive.say("refus")), (1, 1));
}

#[test]
fn a_file_that_changes_is_not_another_that_was_moved() {
    let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
    archive.index(&["A"]);
    archive.index(&["B"]);
    fs::rename(archive.dir().join("A/x.jsonl"), archive.dir().join("A/y.jsonl")).unwrap();
    archive.write("B", "Un refus.");
    archive.index(&["B"]);
    assert_eq!((archive.say("accord"), archive.say("refus")), (1, 1));
}

#[test]
fn what_is_kept_of_a_numbered_text_is_found_again() {
    let archive = Archive::new(&[]);
    for (folder, text) in [("A", "accord"), ("B", "refus"), ("C", "refus")] {
        archive.texts(folder, &[text]);
        archive.index(&[folder]);
    }
    archive.texts("B", &["droit"]);
    archive.index(&["B"]);
    assert!(archive.index(&["C"]).contains("inchangés 2"));
    assert_eq!(archive.say("refus"), 1);
}

/// An identifier that ended in a number got another one.
#[test]
fn the_longest_numbered_identifiers_are_rebuilt() {
    let id = "a".repeat(depeche::MAX_ID_BYTES) + "~2";
    let line = |body: &str| format!("{{\"id\":\"{id}\",\"body\":\"{body}\"}}\n");
    let folder = indexed(&(line("Un accord.") + &line("Un refus.")));
    for arguments in [&["check"][..], &["reindex"], &["reindex", "--salvage"]] {
        let (code, said) = run(folder.path(), arguments);
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn one_of_two_files_is_not_moved_because_it_is_not_there() {
    let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
    archive.index(&["A", "B"]);
    fs::rename(archive.dir().join("A"), archive.dir().join("ailleurs")).unwrap();
    archive.index(&["B"]);
    archive.write("B", "");
    let (code, said) = run(archive.dir(), &["index", "B", "--prune"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("retirés 0"), "A may have it: {said}");
    assert_eq!(archive.say("accord"), 1);
}

#[test]
fn what_a_file_that_is_not_there_keeps_is_said() {
    let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
    archive.index(&["A", "B"]);
    fs::rename(archive.dir().join("B"), archive.dir().join("ailleurs")).unwrap();
    archive.write("A", "");
    let (code, said) = run(archive.dir(), &["index", "A", "--prune"]);
    assert!(code == Some(2) && said.contains("retirés 0"), "{said}");
    assert!(said.contains("B : absent ; 1 articles y étaient aussi"), "{said}");
    let (_, said) = run(archive.dir(), &["index", "B", "--prune", "--prune-empty"]);
    assert!(said.contains("retirés 2"), "{said}");
}

/// Its disk may be mounted in part.
#[test]
fn a_folder_that_gave_nothing_keeps_what_it_gave_second() {
    for first in [["A", "B"], ["B", "A"]] {
        let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
        first.iter().for_each(|folder| _ = archive.index(&[folder]));
        fs::remove_file(archive.dir().join("B/x.jsonl")).unwrap();
        fs::write(archive.dir().join("B/.DS_Store"), "").unwrap();
        archive.write("A", "");
        let (_, said) = run(archive.dir(), &["index", "A", "B", "--prune"]);
        assert!(said.contains("retirés 0"), "{first:?}: {said}");
        archive.index(&["A", "B", "--prune", "--prune-empty"]);
        assert_eq!(archive.say("accord"), 0);
    }
}

#[test]
fn an_empty_place_that_was_pruned_keeps_nothing() {
    let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
    archive.index(&["A", "B"]);
    fs::remove_file(archive.dir().join("A/x.jsonl")).unwrap();
    run(archive.dir(), &["index", "A", "--prune", "--prune-empty"]);
    archive.write("B", "");
    assert!(archive.index(&["B", "--prune"]).contains("retirés 1"));
}

/// A run that dies after a commit, and is run again.
#[test]
fn a_text_that_is_replaced_outlives_a_run_that_dies() {
    let archive = Archive::new(&[("A", "Un accord."), ("B", "Un accord.")]);
    archive.index(&["A", "B"]);
    let long = "Un refus. ".repeat(500_000);
    archive.write("A", &long);
    let options = depeche::WriterOptions { commit_bytes: 1, ..depeche::WriterOptions::default() };
    let path = archive.dir().join("A/x.jsonl").canonicalize().unwrap();
    let origin = depeche::Origin { path: path.to_str().unwrap().to_owned() };
    let mut writer =
        depeche::Index::open(&archive.dir().join("index")).unwrap().writer(options).unwrap();
    writer.begin(&[path.parent().unwrap().to_str().unwrap().to_owned()]);
    let mut article = depeche::Article::new("x", long.as_str());
    writer.put(&mut article, &origin).unwrap();
    drop(writer);
    archive.index(&["A"]);
    assert_eq!((archive.say("accord"), archive.say("refus")), (1, 1));
}

#[cfg(unix)]
#[test]
fn a_file_whose_name_is_not_utf_8_is_there() {
    use std::os::unix::ffi::OsStrExt;
    let archive = Archive::new(&[("B", "Un refus.")]);
    let name = |byte: u8| archive.dir().join(std::ffi::OsStr::from_bytes(&[b'A', byte]));
    for (byte, body) in [(0xe8, "Un accord."), (0xe9, "Un droit.")] {
        fs::create_dir(name(byte)).unwrap();
        let line = format!("{{\"id\":\"x\",\"body\":\"{body}\"}}\n");
        fs::write(name(byte).join("x.jsonl"), line).unwrap();
    }
    archive.index(&["."]);
    archive.index(&["B", "--prune"]);
    for word in ["refus", "accord", "droit"] {
        assert_eq!(archive.say(word), 1, "{word}");
    }
    assert!(archive.index(&[".", "--prune"]).contains("inchangés 4"));
}

#[test]
fn an_article_that_can_no_longer_be_held_is_not_pruned() {
    let folder = indexed(LINES);
    let title = "T".repeat(20_000);
    let refused = format!("{{\"id\":\"a\",\"title\":\"{title}\",\"body\":\"Un accord.\"}}\n");
    fs::write(folder.path().join("x.jsonl"), refused + LINES.lines().nth(1).unwrap()).unwrap();
    let (code, said) = run(folder.path(), &["index", "x.jsonl", "--prune"]);
    assert!(code == Some(2) && said.contains("retirés 0"), "{said}");
}

#[test]
fn a_long_number_is_part_of_the_identifier() {
    let digits = "1".repeat(3_000);
    let folder = indexed(&format!("{{\"id\":\"a~{digits}\",\"body\":\"Un.\"}}\n{LINES}"));
    assert_eq!(run(folder.path(), &["check"]).0, Some(0));
    assert_eq!(run(folder.path(), &["search", "accord"]).0, Some(0));
}

#[test]
fn files_that_are_gone_leave_room_for_others() {
    let archive = Archive::new(&[("A", "Un accord.")]);
    let names: Vec<String> = (0..70).map(|number| format!("B{number:02}")).collect();
    names.iter().for_each(|name| archive.write(name, "Un accord."));
    archive.index(&["."]);
    for name in &names {
        fs::remove_file(archive.dir().join(name).join("x.jsonl")).unwrap();
        fs::write(archive.dir().join(name).join("autre.txt"), "Rien.").unwrap();
    }
    archive.write("C", "Un accord.");
    archive.index(&["C"]);
    archive.write("A", "");
    assert!(archive.index(&["A", "--prune"]).contains("retirés 0"));
    assert_eq!(archive.say("accord"), 1);
}

#[test]
fn a_prune_that_leaves_something_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::write(dir.join("x.jsonl"), LINES).unwrap();
    assert_eq!(run(dir, &["index", "x.jsonl"]).0, Some(0));
    let bad = "{\"id\":\"d\"}\n".to_owned() + LINES.lines().next().unwrap();
    fs::write(dir.join("x.jsonl"), bad).unwrap();
    let (code, said) = run(dir, &["index", "x.jsonl", "--prune"]);
    assert!(code == Some(2) && said.contains("2 de l’index"), "{said}");
    assert!(said.contains("tout n’a pas pu être lu"), "{said}");
}

#[test]
fn an_index_given_as_input_is_nothing_to_index() {
    let folder = indexed(LINES);
    let (code, said) = run(folder.path(), &["index", "index", "--index", "autre"]);
    assert_eq!(code, Some(1), "{said}");
}
