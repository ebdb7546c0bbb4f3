//! Runs over a disk that fails at its k-th operation, for every k: nothing announced is lost, nothing panics,
//! the error names a file, what is left can be searched, and the next run ends as if nothing had happened.
//!
//! `DEPECHE_FAULTS=full` tries every operation; without it, some of them.

mod disk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};

use disk::{Crash, FaultyDisk, Plan};

use super::{Index, ReindexOptions, WriterOptions};
use crate::import::Input;
use crate::{
    Error, Event, IndexingOptions, Report, Result, SearchOptions, Searcher, UserForms,
    index_inputs, parse,
};

/// Panics in the engine's threads, which it turns into errors or nothing at all.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or_default();
            if ["thrd-tantivy", "merge_thread", "segment_updater"]
                .iter()
                .any(|n| name.starts_with(n))
            {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            before(info);
        }));
    });
}

/// A folder with articles and an index that has to stand what happens.
struct Ground {
    folder: tempfile::TempDir,
    /// Names of the files that the last run was given.
    articles: BTreeMap<String, String>,
}

impl Ground {
    fn new() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("textes")).unwrap();
        let mut ground = Ground { folder, articles: BTreeMap::new() };
        for n in 0..16 {
            let body = format!(
                "L’accord numéro {n} tient. {}",
                "Un droit de premier refus. ".repeat(n + 1)
            );
            ground.put(&format!("a{n:02}"), &body);
        }
        ground
    }

    fn put(&mut self, name: &str, body: &str) {
        fs::write(self.texts().join(format!("{name}.txt")), body).unwrap();
        self.articles.insert(name.to_owned(), body.to_owned());
    }

    fn remove(&mut self, name: &str) {
        fs::remove_file(self.texts().join(format!("{name}.txt"))).unwrap();
        self.articles.remove(name);
    }

    /// Articles changed, new and gone.
    fn change(&mut self) {
        for n in [1, 5, 9] {
            self.put(
                &format!("a{n:02}"),
                &format!("Le refus numéro {n}, revu. Un accord exclusif."),
            );
        }
        self.remove("a03");
        self.remove("a11");
        (20..24)
            .for_each(|n| self.put(&format!("b{n}"), &format!("La dépêche {n} parle d’accords.")));
    }

    fn texts(&self) -> PathBuf {
        self.folder.path().join("textes")
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("sous/index")
    }

    /// The identifiers that were announced as committed, and how the run ended.
    fn index(&self, disk: &FaultyDisk) -> (usize, Result<Report>) {
        let mut announced = 0;
        let mut run = || {
            let (disk, dir) = (Arc::new(disk.clone()), self.dir());
            let index = match Index::exists(&dir) {
                true => Index::open_on(disk, &dir)?,
                false => Index::create_on(disk, &dir, UserForms::default())?,
            };
            let inputs = [Input::Path(self.texts())];
            // The postings of every article wait in a file.
            let writer = WriterOptions { threads: 1, memory: 1, commit_bytes: 600 };
            let options = IndexingOptions { writer, prune: true, ..IndexingOptions::default() };
            index_inputs(&index, &inputs, &options, &mut |event| {
                if let Event::Committed(report) = event {
                    announced = report.held();
                }
            })
        };
        let report = run();
        (announced, report)
    }

    /// What the index says to a user: every article as it is, and the answers to some queries.
    fn answers(&self) -> Result<String> {
        let searcher = Searcher::open(self.dir())?;
        let mut said = format!("{}\n", searcher.stats()?.articles);
        let options = SearchOptions { limit: 100, per_article: 100, ..SearchOptions::default() };
        for query in ["accord", "\"premier refus\"", "revu OU dépêches", "ref*"] {
            for hit in searcher.search(&parse(query)?, &options)?.hits {
                let bytes = (hit.passage.start, hit.passage.end);
                said += &format!("{query} {} {bytes:?} {}\n", hit.article, hit.matches.len());
            }
        }
        let mut lines: Vec<&str> = said.lines().collect();
        lines.sort_unstable();
        Ok(lines.join("\n"))
    }

    /// The articles of the index; each must be one version of the file.
    fn held(&self, before: &BTreeMap<String, String>) -> Result<BTreeSet<String>> {
        let searcher = Searcher::open(self.dir())?;
        let mut held = BTreeSet::new();
        for name in self.articles.keys().chain(before.keys()) {
            let Ok(article) = searcher.article(name) else { continue };
            let versions = [self.articles.get(name), before.get(name)];
            assert!(versions.contains(&Some(&article.body)), "{name} is neither old nor new");
            held.insert(name.clone());
        }
        assert_eq!(searcher.stats()?.articles, held.len(), "an article stands twice");
        Ok(held)
    }
}

/// Two sets of answers say the same; else the first line that one has and the other has not.
fn same(got: &str, wanted: &str, case: &str) {
    let (got, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
        (got.lines().collect(), wanted.lines().collect());
    let difference = got.symmetric_difference(&wanted).next();
    assert_eq!(difference, None, "{case}");
}

/// What is tried at each operation.
const PLANS: &[(Plan, Crash)] = &[
    (Plan::Error, Crash::None),
    (Plan::Torn, Crash::None),
    (Plan::Death, Crash::Kill),
    (Plan::Death, Crash::PowerCut),
    (Plan::Death, Crash::TornPowerCut),
];

/// Tries every operation of a run, or some; gives how many there are.
fn each_operation(mut run: impl FnMut(Plan, Crash, usize) -> bool) -> usize {
    count_panics();
    let full = std::env::var("DEPECHE_FAULTS").is_ok_and(|value| value == "full");
    let mut most = 0;
    for (plan_number, &(plan, crash)) in PLANS.iter().enumerate() {
        let step = if full { 1 } else { 41 };
        let mut k = if full { 1 } else { 1 + 5 * plan_number };
        while run(plan, crash, k) {
            most = most.max(k);
            k += step;
        }
    }
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "threads of the engine panicked");
    most
}

/// The error of a run names a file of the index.
fn check_error(error: &Error, ground: &Ground, case: &str) {
    let message = error.to_string();
    let root = ground.folder.path().to_string_lossy().into_owned();
    assert!(message.contains(&root), "{case}: {message}");
    assert!(!message.contains("killed") && !message.contains("Any {"), "{case}: {message}");
}

/// Runs over a failing disk, looks at what is left, runs again; whether the fault was met.
fn survives(
    ground: &Ground,
    before: &BTreeMap<String, String>,
    case: (Plan, Crash, usize),
    wanted: &str,
) -> bool {
    let (plan, crash, k) = case;
    let case = format!("{plan:?} {crash:?} at operation {k}");
    let disk = FaultyDisk::new(plan, k);
    let (announced, report) = ground.index(&disk);
    disk.crash(crash);
    let met = disk.met();
    match &report {
        Err(error) => check_error(error, ground, &case),
        Ok(_) => same(&ground.answers().unwrap(), wanted, &case),
    }
    match ground.held(before) {
        Ok(held) => {
            // The files are read in their order: so many of the first are there.
            for name in ground.articles.keys().take(announced) {
                assert!(held.contains(name), "{case}: {name} was announced and is lost");
            }
            let new = |name: &&String| ground.articles.get(*name) != before.get(*name);
            let searcher = Searcher::open(ground.dir()).unwrap();
            for name in ground.articles.keys().take(announced).filter(new) {
                assert_eq!(searcher.article(name).unwrap().body, ground.articles[name], "{case}");
            }
        }
        Err(Error::NoIndex { .. } | Error::Unfinished { .. })
            if before.is_empty() && announced == 0 =>
        {
            let said = report.as_ref().err().map(Error::to_string).unwrap_or_default();
            assert!(!said.contains("can be searched"), "{case}: {said}");
        }
        Err(error) => panic!("{case}: {error}"),
    }
    let (_, resumed) = ground.index(&FaultyDisk::calm());
    resumed.unwrap_or_else(|error| panic!("{case}: {error}"));
    same(&ground.answers().unwrap(), wanted, &format!("{case}, then resumed"));
    let left = leftovers(&ground.dir());
    assert!(left.is_empty(), "{case}: left behind {left:?}");
    met
}

/// Hidden files in the folders of an index, and folders beside its data.
fn leftovers(dir: &Path) -> Vec<String> {
    let names = |dir: &Path| -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    let segments = Index::open(dir).unwrap().segments_dir();
    let living = Index::open(dir).unwrap().living_files().unwrap();
    let known = |name: &String| name == "meta.json" || living.contains(Path::new(name));
    let mut left: Vec<String> = names(&segments).into_iter().filter(|name| !known(name)).collect();
    let hidden = |name: &String| name.ends_with(".partial");
    left.extend(names(dir).into_iter().filter(hidden));
    let rebuilt = names(dir).into_iter().filter(|name| name.starts_with("rebuilt-")).count();
    assert!(rebuilt <= 1 && !(rebuilt == 1 && dir.join("text.bin").exists()), "{:?}", names(dir));
    left
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_dir(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn a_first_run_over_a_failing_disk() {
    let ground = Ground::new();
    ground.index(&FaultyDisk::calm()).1.unwrap();
    let wanted = ground.answers().unwrap();
    let operations = each_operation(|plan, crash, k| {
        let _ = fs::remove_dir_all(ground.dir());
        survives(&ground, &BTreeMap::new(), (plan, crash, k), &wanted)
    });
    eprintln!("operations of a first run: {operations}");
    assert!(operations > 200, "{operations}");
}

#[test]
fn a_changing_run_over_a_failing_disk() {
    let mut ground = Ground::new();
    ground.index(&FaultyDisk::calm()).1.unwrap();
    let before = ground.articles.clone();
    let kept = ground.folder.path().join("avant");
    copy_dir(&ground.dir(), &kept);
    ground.change();
    ground.index(&FaultyDisk::calm()).1.unwrap();
    let wanted = ground.answers().unwrap();
    let operations = each_operation(|plan, crash, k| {
        fs::remove_dir_all(ground.dir()).unwrap();
        copy_dir(&kept, &ground.dir());
        survives(&ground, &before, (plan, crash, k), &wanted)
    });
    eprintln!("operations of a changing run: {operations}");
    assert!(operations > 50, "{operations}");
}

#[test]
fn a_rebuilding_over_a_failing_disk() {
    let ground = Ground::new();
    ground.index(&FaultyDisk::calm()).1.unwrap();
    let wanted = ground.answers().unwrap();
    let kept = ground.folder.path().join("avant");
    copy_dir(&ground.dir(), &kept);
    let options = ReindexOptions {
        writer: WriterOptions { threads: 1, memory: 1, commit_bytes: 600 },
        salvage: false,
    };
    let reindex = |disk: &FaultyDisk| {
        super::reindex::reindex_on(Arc::new(disk.clone()), &ground.dir(), options, &mut |_, _| ())
    };
    let operations = each_operation(|plan, crash, k| {
        let case = format!("{plan:?} {crash:?} at operation {k}");
        fs::remove_dir_all(ground.dir()).unwrap();
        copy_dir(&kept, &ground.dir());
        let disk = FaultyDisk::new(plan, k);
        let rebuilt = reindex(&disk);
        disk.crash(crash);
        if let Err(error) = &rebuilt {
            check_error(error, &ground, &case);
        }
        same(&ground.answers().unwrap(), &wanted, &case);
        let again = ground.index(&FaultyDisk::calm()).1.unwrap();
        assert_eq!((again.unchanged, again.pruned), (ground.articles.len(), 0), "{case}");
        assert!(leftovers(&ground.dir()).is_empty(), "{case}");
        assert_eq!(reindex(&FaultyDisk::calm()).unwrap().articles, ground.articles.len(), "{case}");
        same(&ground.answers().unwrap(), &wanted, &format!("{case}, then rebuilt"));
        disk.met()
    });
    eprintln!("operations of a rebuilding: {operations}");
    assert!(operations > 200, "{operations}");
}
