//! The end of a run: what its files no longer say. An article goes with the last file that may have it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::super::Origin;
use super::super::places::Left;
use super::super::roots::Fate;
use super::super::text::{Origins, StoredArticle, digest, sum_of};
use super::{IndexWriter, Known, Outcome, Taking, unnumbered};
use crate::article::Article;
use crate::error::Result;
use crate::paths::path_of;

/// Files recorded that an article stands in beside the one that it is known by.
const MOST_ALSO: usize = 64;

/// What [`IndexWriter::prune`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Articles removed.
    pub removed: usize,
    /// Roots that gave nothing, in the order named, and how many articles that came from them stay.
    pub left: Vec<(String, usize)>,
    /// Files and folders that could not be read whole, and how many articles that came from them stay.
    pub unread: Vec<(String, usize)>,
    /// Paths that are not there, in order, and how many articles stay because a file there gave them too.
    pub absent: Vec<(String, usize)>,
}

/// Files and folders that could not be read whole, by path, with their numbers.
type Unread = FxHashMap<PathBuf, usize>;

fn numbered(unread: &BTreeSet<String>) -> Unread {
    unread.iter().enumerate().map(|(number, path)| (PathBuf::from(path), number)).collect()
}

impl IndexWriter {
    /// Removes the articles of earlier runs that came from the roots of this run and that it has not seen,
    /// except those of files under `unread`, those that stand in a file elsewhere too and, unless `empty`,
    /// those of roots that gave nothing.
    ///
    /// # Errors
    /// The disk or the engine.
    pub fn prune(&mut self, unread: &BTreeSet<String>, empty: bool) -> Result<Pruned> {
        self.guarded(|writer| writer.prune_unseen(unread, empty))
    }

    /// Ends a run: records which files each article stands in now. A file of the roots that did not give an
    /// article stands for it no more, unless it is under `unread` or, unless `empty`, its root gave nothing. A
    /// text that was replaced stays, under another identifier, while another file may have it. Gives how many
    /// articles were removed because what their file says now is another article.
    ///
    /// # Errors
    /// The disk or the engine.
    pub fn settle(&mut self, unread: &BTreeSet<String>, empty: bool) -> Result<usize> {
        self.guarded(|writer| writer.settle_all(&numbered(unread), empty))
    }

    /// The articles of earlier runs that this one has not seen, in the order of the text: reads go forward.
    fn unseen(&self) -> Vec<(u64, Known)> {
        let unseen = self.known.iter().filter(|(article, _)| !self.seen.contains_key(article));
        in_order(unseen.map(|(article, known)| (*article, *known)).collect())
    }

    fn fate(&self, file: &Origin, unread: &Unread, empty: bool) -> Fate {
        self.roots.fate(Path::new(&file.path), unread, empty)
    }

    fn prune_unseen(&mut self, unread: &BTreeSet<String>, empty: bool) -> Result<Pruned> {
        if self.reader.is_none() {
            return Ok(Pruned::default());
        }
        let text = self.text.reader()?;
        let (names, unread): (Vec<&String>, Unread) = (unread.iter().collect(), numbered(unread));
        let (mut removed, mut left, mut untold) = (0, BTreeMap::new(), BTreeMap::new());
        let mut absent = BTreeMap::new();
        // By origin: of a file whose articles stay, only the first is read.
        let mut fates: FxHashMap<u64, Fate> = FxHashMap::default();
        for (key, known) in self.unseen() {
            let mut fate = fates.get(&known.origin).copied();
            if matches!(fate, None | Some(Fate::Pruned)) {
                let StoredArticle { article, origin, also, .. } = text.article(known.address)?;
                let first = self.fate(&origin, &unread, empty);
                fates.insert(known.origin, first);
                // It goes with the last of its files.
                let files = std::iter::once(&origin).chain(&also);
                let mut fated = files.map(|file| (file, self.fate(file, &unread, empty)));
                let keeper = fated.find(|(_, fate)| *fate != Fate::Pruned);
                fate = keeper.map(|(_, fate)| fate);
                if keeper.is_none() {
                    self.remove(&article.id);
                    self.known.remove(&key);
                    removed += 1;
                }
                let other = keeper.filter(|_| first == Fate::Pruned);
                let path = other.and_then(|(file, _)| absent_around(&file.path));
                path.into_iter().for_each(|path| *absent.entry(path).or_default() += 1);
            }
            match fate {
                Some(Fate::Left(number)) => *left.entry(number).or_default() += 1,
                Some(Fate::Unread(number)) => *untold.entry(number).or_default() += 1,
                Some(Fate::Kept | Fate::Pruned) | None => {}
            }
        }
        let root = |(number, articles)| (self.roots.path(number).to_owned(), articles);
        let name = |(number, articles): (usize, usize)| (names[number].clone(), articles);
        Ok(Pruned {
            removed,
            left: left.into_iter().map(root).collect(),
            unread: untold.into_iter().map(name).collect(),
            absent: absent.into_iter().collect(),
        })
    }

    fn settle_all(&mut self, unread: &Unread, empty: bool) -> Result<usize> {
        for address in std::mem::take(&mut self.displaced) {
            self.keep_displaced(address, |writer, file| {
                matches!(writer.fate(file, unread, empty), Fate::Unread(_) | Fate::Left(_))
            })?;
        }
        let text = self.text.reader()?;
        let mut removed = 0;
        for (key, known) in self.unsettled() {
            let article = text.article(known.address)?;
            let files = self.files_now(&article, key, known, unread, empty);
            match files.is_empty() {
                true => removed += usize::from(self.remove_superseded(key, &article.article)),
                false => self.settle_in(key, known, article, &files)?,
            }
        }
        self.superseded.clear();
        Ok(removed)
    }

    /// Another text takes the place of the article at an address, which stands in several files. It is kept for
    /// those that this run does not read, or that are not there, at once: a run that is killed must not lose it.
    /// What becomes of it in the others is known at the end.
    pub(super) fn displace(&mut self, address: u64) -> Result<()> {
        self.displaced.push(address);
        let unread = Unread::default();
        self.keep_displaced(address, |writer, file| match writer.fate(file, &unread, false) {
            Fate::Kept => true,
            Fate::Left(_) => matches!(writer.places.left(file), Left::Nothing(_)),
            Fate::Unread(_) | Fate::Pruned => false,
        })
    }

    /// Articles of which the run has not met just the files that are recorded, in the order of the text.
    fn unsettled(&self) -> Vec<(u64, Known)> {
        let is_settled = |key: u64, known: &Known| known.met && self.places.sum(key) == known.also;
        let seen = self.seen.iter().filter(|(key, known)| !is_settled(**key, known));
        let seen = seen.map(|(key, known)| (*key, *known));
        let is_open = |key: &u64, known: &Known| known.also != 0 || self.superseded.contains(key);
        let unseen = self.unseen().into_iter().filter(|(key, known)| is_open(key, known));
        in_order(seen.chain(unseen).collect())
    }

    /// The files that an article stands in: those that gave it, and of those recorded what was not read.
    fn files_now(
        &mut self,
        StoredArticle { origin, also, .. }: &StoredArticle,
        key: u64,
        known: Known,
        unread: &Unread,
        empty: bool,
    ) -> Vec<Origin> {
        let own = known.met.then_some(origin);
        let met: Vec<&Origin> = own.into_iter().chain(self.places.met(key)).collect();
        let recorded: Vec<&Origin> = std::iter::once(origin).chain(also).collect();
        let stays =
            |file: &&&Origin| met.contains(file) || self.fate(file, unread, empty) != Fate::Pruned;
        let others = met.iter().filter(|file| !recorded.contains(file));
        let files = recorded.iter().filter(stays).chain(others);
        let mut files: Vec<Origin> = files.map(|file| (*file).clone()).collect();
        if files.len() > 1 + MOST_ALSO {
            files.retain(|file| !self.places.is_gone(file));
            files.truncate(1 + MOST_ALSO);
        }
        files
    }

    /// Records the files that an article stands in, if they are not those recorded.
    fn settle_in(
        &mut self,
        key: u64,
        known: Known,
        StoredArticle { article, origin, also: recorded, .. }: StoredArticle,
        files: &[Origin],
    ) -> Result<()> {
        let Some((first, also)) = files.split_first() else { return Ok(()) };
        if *first == origin && also == recorded {
            return Ok(());
        }
        let address = self.write(&article, Origins { first, also }, known.digest, true)?;
        let settled = Known { origin: first.digest(), also: sum_of(also), address, ..known };
        match self.seen.get_mut(&key) {
            Some(seen) => *seen = settled,
            None => drop(self.known.insert(key, settled)),
        }
        Ok(())
    }

    /// Removes an article that no file has any more if another one is in its place: if it was kept for a file
    /// that gave another after all, or its own file gave an equal one; whether the latter. What becomes of
    /// others depends on pruning.
    fn remove_superseded(&mut self, key: u64, article: &Article) -> bool {
        let is_kept = self.kept.remove(&key) && self.seen.remove(&key).is_some();
        let is_superseded = self.superseded.contains(&key) && self.known.remove(&key).is_some();
        if is_kept || is_superseded {
            self.remove(&article.id);
        }
        is_superseded
    }

    /// Keeps an article whose place another text takes, if it may stand in other files.
    fn keep_displaced(
        &mut self,
        address: u64,
        may_stand: impl Fn(&mut Self, &Origin) -> bool,
    ) -> Result<()> {
        let Some(text) = &self.reader else { return Ok(()) };
        let StoredArticle { mut article, also: mut files, .. } = text.article(address)?;
        files.retain(|file| may_stand(self, file));
        let Some((first, also)) = files.split_first() else { return Ok(()) };
        // It gets the identifier that its files name, or a number of it.
        article.id.truncate(unnumbered(&article.id).len());
        let (files, digest) = (Origins { first, also }, digest(&article));
        let put = match self.is_numbered(super::key(&article.id), digest) {
            true => None,
            false => self.try_put(&article, files, digest, Taking::Free)?,
        };
        let outcome = match put {
            Some(outcome) => outcome,
            None => self.put_numbered(&mut article, files, digest, Taking::Free)?,
        };
        let key = super::key(&article.id);
        match outcome {
            Outcome::Added => {
                self.kept.insert(key);
                // None of them gave it in this run so far.
                self.seen.entry(key).and_modify(|seen| seen.met = false);
            }
            // An equal one stands in all of them too.
            _ => also.iter().for_each(|file| self.meet(key, file)),
        }
        Ok(())
    }
}

/// The outermost path around a file, or the file, that is not there.
fn absent_around(file: &str) -> Option<String> {
    let is_absent = |path: &&Path| !path_of(&path.to_string_lossy()).exists();
    let outermost = Path::new(file).ancestors().take_while(is_absent).last()?;
    Some(outermost.to_string_lossy().into_owned())
}

fn in_order(mut articles: Vec<(u64, Known)>) -> Vec<(u64, Known)> {
    articles.sort_unstable_by_key(|(_, known)| known.address);
    articles
}
