//! One segment: articles into the files that the engine reads.
//!
//! The engine would take each text for each field, and look every token of it up by its bytes, copied on the way
//! several times. Here a text is analysed once for all its fields, and the engine writes the files.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::thread::Builder;

use tantivy::directory::TerminatingWrite;
use tantivy::fastfield::FastFieldsWriter;
use tantivy::fieldnorm::{FieldNormReader, FieldNormReaders, FieldNormsSerializer};
use tantivy::index::{SegmentComponent, SegmentMeta};
use tantivy::schema::Field;
use tantivy::store::StoreWriter;
use tantivy::{DocId, IndexSettings, Segment, TantivyDocument, TantivyError};

use super::batches::{self, Batches, Part};
use super::postings::{ListNumber, Postings, Text};
use super::runs::Run;
use crate::analysis::{Analyzer, KeyedTerm, Terms, fold_name};
use crate::article::{Article, PartialDate};
use crate::index::schema::{FIRST, Fields, LAST, PARAGRAPH, SENTENCE, WIDE, WORDLESS};
use crate::passage::Outline;

/// An article to be added.
pub(in crate::index) struct Indexed {
    pub(in crate::index) article: Article,
    pub(in crate::index) outline: Outline,
    /// Its record in the text file.
    pub(in crate::index) address: u64,
}

/// What the columns are to hold of an article.
struct Columns {
    id: String,
    source: Option<String>,
    author: Option<String>,
    date: Option<PartialDate>,
    address: u64,
    /// Words of each passage.
    words: Vec<u32>,
    /// Words of title and body.
    all_words: u32,
}

impl Columns {
    /// Those of a passage.
    fn of_passage(&self, fields: &Fields, ordinal: usize) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(fields.id, &self.id);
        if let Some(source) = &self.source {
            document.add_text(fields.source, source);
        }
        if let Some(author) = &self.author {
            document.add_text(fields.author_name, author);
        }
        document.add_u64(fields.address, self.address);
        document.add_u64(fields.ordinal, ordinal as u64);
        if let Some(date) = self.date {
            document.add_i64(fields.first_day, date.first_day());
            document.add_i64(fields.last_day, date.last_day());
        }
        document.add_u64(fields.words, self.words[ordinal].into());
        if ordinal == 0 {
            document.add_u64(fields.article_words, self.all_words.into());
        }
        document
    }
}

/// A token that every document of an article bears.
struct Name {
    field: Field,
    list: ListNumber,
    position: u32,
}

/// Documents of a segment that is not yet written.
pub(super) struct SegmentBuilder {
    fields: Fields,
    /// Postings that wait in files, of documents before those in memory.
    runs: Vec<Run>,
    postings: Postings,
    /// The length code of each document, by field: as far as there are documents with it.
    lengths: Vec<Vec<u8>>,
    articles: Vec<Columns>,
    /// Bytes of the articles' columns.
    columns: usize,
    documents: DocId,
}

impl SegmentBuilder {
    pub(super) fn new(fields: Fields) -> Self {
        let (runs, postings) = (Vec::new(), Postings::default());
        let (lengths, articles) = (Vec::new(), Vec::new());
        SegmentBuilder { fields, runs, postings, lengths, articles, columns: 0, documents: 0 }
    }

    /// Bytes of the postings in memory.
    pub(super) fn postings(&self) -> usize {
        self.postings.added()
    }

    /// How many files have postings.
    pub(super) fn runs(&self) -> usize {
        self.runs.len()
    }

    /// Moves the postings in memory into an empty file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn move_postings(&mut self, file: File) -> io::Result<()> {
        self.runs.push(Run::write(&self.postings, file)?);
        self.postings.clear();
        Ok(())
    }

    /// Bytes of the columns in memory, the lengths of texts among them.
    pub(super) fn columns(&self) -> usize {
        let lengths = self.lengths.iter().map(Vec::capacity).sum::<usize>();
        self.columns + lengths + self.articles.capacity() * size_of::<Columns>()
    }

    /// Adds the passages of an article, one document each. It must always be the same analyzer: keys of terms are those
    /// of its memory.
    ///
    /// # Errors
    /// It is too large for any memory.
    pub(super) fn add(&mut self, analyzer: &Analyzer, indexed: Indexed) -> tantivy::Result<()> {
        let Indexed { article, outline, address } = indexed;
        let of_title = match &article.title {
            Some(title) => self.add_title(analyzer, self.documents, title),
            None => 0,
        };
        let mut starts = Starts::of(&outline);
        let mut words = Vec::with_capacity(outline.passages.len());
        let names = self.add_names(analyzer, &article);
        for (ordinal, passage) in outline.passages.iter().enumerate() {
            words.push(self.add_passage(analyzer, &article.body, passage, &mut starts));
            if ordinal > 0 {
                for &Name { list, position, .. } in &names {
                    self.postings.add_to(list, self.documents, position);
                }
            }
            self.count_names(&names);
            self.add_ordinal(ordinal);
            self.documents += 1;
            if self.postings.is_full() {
                return Err(TantivyError::InvalidArgument("the article is too large".to_owned()));
            }
        }
        let all_words = of_title + words.iter().sum::<u32>();
        let Article { id, source, author, date, .. } = article;
        let texts = [Some(&id), source.as_ref(), author.as_ref()];
        self.columns += texts.into_iter().flatten().map(String::len).sum::<usize>();
        self.columns += words.len() * size_of::<u32>();
        self.articles.push(Columns { id, source, author, date, address, words, all_words });
        Ok(())
    }

    /// Adds a title; how many words it has.
    fn add_title(&mut self, analyzer: &Analyzer, document: DocId, title: &str) -> u32 {
        let mut text = TextTokens::new(&mut self.postings, document, Text::Title, self.fields);
        text.read(analyzer, title, |_, _| {});
        let (words, lengths) = (text.words, text.lengths());
        self.add_lengths(document, lengths);
        words
    }

    /// Adds the text of a passage as the next document; how many words it has.
    fn add_passage(
        &mut self,
        analyzer: &Analyzer,
        body: &str,
        passage: &Range<usize>,
        starts: &mut [(char, Starts<'_>)],
    ) -> u32 {
        let (document, bounds) = (self.documents, self.fields.bounds);
        let mut begun = Vec::new();
        let mut text = TextTokens::new(&mut self.postings, document, Text::Body, self.fields);
        text.read(analyzer, &body[passage.clone()], |position, start| {
            for (term, starts) in &mut *starts {
                if starts.has_one_up_to(passage.start + start) {
                    begun.push((*term, position));
                }
            }
        });
        text.mark_edges();
        let (words, lengths) = (text.words, text.lengths());
        if words == 0 {
            begun.push((WORDLESS, 0));
        }
        // One term after the other: each is looked up once.
        begun.sort_unstable();
        for begun in begun.chunk_by(|a, b| a.0 == b.0) {
            let (term, first) = begun[0];
            let mut bytes = [0; 4];
            let term = term.encode_utf8(&mut bytes).as_bytes();
            let Some(list) = self.postings.add(bounds, term, document, first) else { continue };
            let others = begun[1..].iter();
            others.for_each(|&(_, position)| self.postings.add_to(list, document, position));
        }
        self.add_lengths(document, lengths);
        self.add_lengths(document, [(bounds, begun.len() as u32)]);
        words
    }

    /// Adds what the next document bears of its article, the first time; gives what the others are to bear.
    fn add_names(&mut self, analyzer: &Analyzer, article: &Article) -> Vec<Name> {
        let (document, Fields { id, source_key, author, .. }) = (self.documents, self.fields);
        let mut names = Vec::new();
        let mut add = |field: Field, term: &[u8], position: u32| {
            let added = self.postings.add(field, term, document, position);
            names.extend(added.map(|list| Name { field, list, position }));
        };
        add(id, article.id.as_bytes(), 0);
        if let Some(source) = &article.source {
            add(source_key, fold_name(source).as_bytes(), 0);
        }
        if let Some(name) = &article.author {
            analyzer.visit(name, Terms::Exact, |token| {
                token.exact().for_each(|t| add(author, t.as_bytes(), token.position() as u32));
            });
        }
        names
    }

    /// Counts what a document bears of its article.
    fn count_names(&mut self, names: &[Name]) {
        for names in names.chunk_by(|a, b| a.field == b.field) {
            self.add_lengths(self.documents, [(names[0].field, names.len() as u32)]);
        }
    }

    /// Adds the place of a document in its article.
    fn add_ordinal(&mut self, ordinal: usize) {
        let (document, field) = (self.documents, self.fields.ordinal);
        self.postings.add(field, &(ordinal as u64).to_be_bytes(), document, 0);
        self.add_lengths(document, [(field, 1)]);
    }

    fn add_lengths(&mut self, document: DocId, lengths: impl IntoIterator<Item = (Field, u32)>) {
        for (field, tokens) in lengths {
            self.postings.count(field, tokens);
            let field = field.field_id() as usize;
            if self.lengths.len() <= field {
                self.lengths.resize(field + 1, Vec::new());
            }
            self.lengths[field].resize(document as usize, 0);
            self.lengths[field].push(FieldNormReader::fieldnorm_to_id(tokens));
        }
    }
}

/// Writes the documents of all builders as one segment, whose files are those that the engine would write; none if
/// there are no documents. Of two threads one alone writes: what is done to the disk, and when, is the same.
pub(super) fn write(
    engine: &tantivy::Index,
    fields: &Fields,
    builders: Vec<SegmentBuilder>,
    two_threads: bool,
) -> tantivy::Result<Option<SegmentMeta>> {
    let documents = builders.iter().map(|builder| builder.documents).sum();
    if documents == 0 {
        return Ok(None);
    }
    let segment = engine.new_segment();
    let (mut parts, mut lengths, mut articles, mut first) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for builder in builders {
        parts.push(Part::new(first, builder.runs, builder.postings));
        lengths.push((builder.documents, builder.lengths));
        articles.extend(builder.articles);
        first += builder.documents;
    }
    write_store(documents, &segment)?;
    write_lengths(lengths, &segment)?;
    let columns = || make_columns(fields, &articles, &segment);
    let columns = write_postings(&parts, columns, &segment, two_threads)?;
    let mut file = segment.open_write(SegmentComponent::FastFields)?;
    file.write_all(&columns)?;
    file.terminate()?;
    Ok(Some(segment.with_max_doc(documents).meta().clone()))
}

/// Batches of postings that wait to be written.
const AHEAD: usize = 4;

/// Writes the postings, and makes the columns. A second thread writes, if there is one, while this one reads ahead of
/// it and makes them.
fn write_postings(
    parts: &[Part],
    columns: impl FnOnce() -> tantivy::Result<Vec<u8>>,
    segment: &Segment,
    two_threads: bool,
) -> tantivy::Result<Vec<u8>> {
    let lengths = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
    let batches = Batches::new(parts, &segment.schema())?;
    std::thread::scope(|scope| {
        let (sender, ahead) = sync_channel(AHEAD);
        let write_ahead = || batches::write(ahead.into_iter(), parts, segment, &lengths);
        let writing = two_threads.then(|| Builder::new().spawn_scoped(scope, write_ahead));
        // Where no thread is to be had, this one does all.
        let Some(Ok(writing)) = writing else {
            batches::write(batches, parts, segment, &lengths)?;
            return columns();
        };
        for batch in batches {
            // It has failed, and tells it below.
            if sender.send(batch).is_err() {
                break;
            }
        }
        // It waits for more until then.
        drop(sender);
        let columns = columns();
        writing.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        columns
    })
}

/// The columns of all articles, as the engine has them.
fn make_columns(
    fields: &Fields,
    articles: &[Columns],
    segment: &Segment,
) -> tantivy::Result<Vec<u8>> {
    let tokenizers = segment.index().fast_field_tokenizer().clone();
    let mut writer =
        FastFieldsWriter::from_schema_and_tokenizer_manager(&segment.schema(), tokenizers)?;
    for article in articles {
        for ordinal in 0..article.words.len() {
            writer.add_document(&article.of_passage(fields, ordinal))?;
        }
    }
    let mut columns = Vec::new();
    writer.serialize(&mut columns, None)?;
    Ok(columns)
}

/// Writes the length codes of so many documents each, one after the other.
fn write_lengths(parts: Vec<(DocId, Vec<Vec<u8>>)>, segment: &Segment) -> tantivy::Result<()> {
    let file = segment.open_write(SegmentComponent::FieldNorms)?;
    let mut serializer = FieldNormsSerializer::from_write(file)?;
    for (field, entry) in segment.schema().fields() {
        if entry.is_indexed() && entry.has_fieldnorms() {
            let mut all = Vec::new();
            let mut end = 0;
            for (documents, lengths) in &parts {
                all.extend(lengths.get(field.field_id() as usize).into_iter().flatten());
                end += *documents as usize;
                all.resize(end, 0);
            }
            serializer.serialize_field(field, &all)?;
        }
    }
    Ok(serializer.close()?)
}

/// The engine keeps documents, but ours have nothing to keep.
fn write_store(documents: DocId, segment: &Segment) -> tantivy::Result<()> {
    let IndexSettings { docstore_compression: compression, docstore_blocksize: size, .. } =
        *segment.index().settings();
    let file = segment.open_write(SegmentComponent::Store)?;
    let mut store = StoreWriter::new(file, compression, size, false)?;
    let (empty, schema) = (TantivyDocument::new(), segment.schema());
    for _ in 0..documents {
        store.store(&empty, &schema)?;
    }
    Ok(store.close()?)
}

/// The tokens of one text on their way to the postings of two fields: exact words, and all forms, on the same
/// positions.
struct TextTokens<'a> {
    postings: &'a mut Postings,
    document: DocId,
    fields: [Field; 2],
    words: u32,
    /// Of each field.
    tokens: [u32; 2],
    edges: [Edges; 2],
    text: Text,
}

/// The tokens of words that nothing precedes, and of those that no other ends after, with their positions.
#[derive(Default)]
struct Edges {
    first: Vec<ListNumber>,
    last: Vec<(ListNumber, u32)>,
    /// The position after the last word.
    end: u32,
}

impl<'a> TextTokens<'a> {
    fn new(
        postings: &'a mut Postings,
        document: DocId,
        text: Text,
        Fields { exact, forms, title_exact, title_forms, .. }: Fields,
    ) -> Self {
        let fields = match text {
            Text::Body => [exact, forms],
            Text::Title => [title_exact, title_forms],
        };
        let (tokens, edges) = ([0; 2], <[Edges; 2]>::default());
        TextTokens { postings, document, fields, words: 0, tokens, edges, text }
    }

    /// How many it has of each field.
    fn lengths(&self) -> [(Field, u32); 2] {
        [(self.fields[0], self.tokens[0]), (self.fields[1], self.tokens[1])]
    }

    /// Reads a text; calls with the position of each word and the byte where it begins.
    fn read(&mut self, analyzer: &Analyzer, text: &str, mut each: impl FnMut(u32, usize)) {
        let mut wide = String::new();
        analyzer.visit(text, Terms::Both, |token| {
            let position = token.position() as u32;
            each(position, token.offsets().start);
            self.words += 1;
            token.exact_keyed().for_each(|term| self.add_word(0, term, position, 1));
            token.each_form_keyed(|term, _, words| {
                self.add_word(1, term, position, words as u32);
                if words > 1 {
                    wide.clear();
                    wide.extend([term.term(), WIDE.encode_utf8(&mut [0; 4]), &words.to_string()]);
                    let list = self.postings.list(self.fields[1], wide.as_bytes());
                    self.push(1, list, position);
                }
            });
        });
        self.postings.add_noted(self.document);
    }

    /// Adds the token of one or several words.
    #[inline]
    fn add_word(&mut self, field: usize, term: KeyedTerm<'_>, position: u32, words: u32) {
        let list = self.postings.list_of_keyed(self.text, self.fields[field], term);
        self.push(field, list, position);
        if let Some(list) = list {
            self.edges[field].add(list, position, words);
        }
    }

    #[inline]
    fn push(&mut self, field: usize, list: Option<ListNumber>, position: u32) {
        if let Some(list) = list {
            self.postings.note(list, position);
            self.tokens[field] += 1;
        }
    }

    /// Adds the terms of the first and the last words once more, marked.
    fn mark_edges(&mut self) {
        for (tokens, Edges { first, last, .. }) in self.tokens.iter_mut().zip(&self.edges) {
            let first = first.iter().map(|&number| (FIRST, number, 0));
            let last = last.iter().map(|&(number, position)| (LAST, number, position));
            for (mark, number, position) in first.chain(last) {
                let added = self.postings.add_marked(number, mark, self.document, position);
                *tokens += u32::from(added.is_some());
            }
        }
    }
}

impl Edges {
    #[inline]
    fn add(&mut self, number: ListNumber, position: u32, words: u32) {
        if position == 0 {
            self.first.push(number);
        }
        let end = position + words;
        if end > self.end {
            self.last.clear();
            self.end = end;
        }
        if end == self.end {
            self.last.push((number, position));
        }
    }
}

/// Bytes where something begins, passed one after the other.
struct Starts<'a> {
    offsets: std::slice::Iter<'a, usize>,
    next: Option<usize>,
}

impl<'a> Starts<'a> {
    /// Of the sentences and paragraphs of an article, with the terms that tell of them.
    fn of(outline: &'a Outline) -> [(char, Self); 2] {
        [(SENTENCE, Starts::new(&outline.sentences)), (PARAGRAPH, Starts::new(&outline.paragraphs))]
    }

    fn new(offsets: &'a [usize]) -> Self {
        let mut offsets = offsets.iter();
        Starts { next: offsets.next().copied(), offsets }
    }

    /// Whether something begins after the word before and not after this one.
    fn has_one_up_to(&mut self, word: usize) -> bool {
        let mut found = false;
        while self.next.is_some_and(|start| start <= word) {
            found = true;
            self.next = self.offsets.next().copied();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use tantivy::schema::IndexRecordOption;
    use tantivy::{DocSet, IndexWriter, SegmentReader, TERMINATED};

    use super::*;
    use crate::index::versions::EarlierVersions;

    /// Of each term of the field of exact words, and of that of all forms, the documents and positions.
    type Positions = BTreeMap<(&'static str, String), Vec<(DocId, u32)>>;

    fn indexed(id: usize, body: &str) -> Indexed {
        let article = Article::new(format!("a{id}"), body.to_owned());
        Indexed { outline: Outline::of(body), article, address: id as u64 }
    }

    /// An engine in memory, what builds its segments, and what adds them.
    fn engine() -> (tantivy::Index, Fields, IndexWriter) {
        let (schema, fields) = Fields::build();
        let engine = tantivy::Index::create_in_ram(schema);
        let writer = engine.writer_with_num_threads(1, 16 << 20).unwrap();
        (engine, fields, writer)
    }

    /// What the analyzer makes of the bodies.
    fn analysed(analyzer: &Analyzer, bodies: &[String]) -> Positions {
        let (mut positions, mut document) = (Positions::new(), 0);
        for body in bodies {
            for passage in Outline::of(body).passages {
                for token in analyzer.tokens(&body[passage]) {
                    let mut add = |field, term: &str| {
                        let places = positions.entry((field, term.to_owned())).or_default();
                        places.push((document, token.position as u32));
                    };
                    add("exact", &token.exact);
                    token.symbol.iter().for_each(|symbol| add("exact", symbol));
                    token.forms.iter().for_each(|form| add("forms", &form.term));
                }
                document += 1;
            }
        }
        positions
    }

    /// What a segment holds, marked terms aside.
    fn written(segment: &SegmentReader, fields: Fields) -> Positions {
        let mut positions = Positions::new();
        for (name, field) in [("exact", fields.exact), ("forms", fields.forms)] {
            let inverted = segment.inverted_index(field).unwrap();
            let mut terms = inverted.terms().stream().unwrap();
            while let Some((term, info)) = terms.next() {
                let term = String::from_utf8(term.to_vec()).unwrap();
                if term.contains([FIRST, WIDE]) {
                    continue;
                }
                let option = IndexRecordOption::WithFreqsAndPositions;
                let mut postings = inverted.read_postings_from_terminfo(info, option).unwrap();
                let places = positions.entry((name, term)).or_default();
                let mut here = Vec::new();
                while postings.doc() != TERMINATED {
                    tantivy::postings::Postings::positions(&mut postings, &mut here);
                    places.extend(here.iter().map(|&position| (postings.doc(), position)));
                    postings.advance();
                }
            }
        }
        positions
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_segment_holds_what_the_analyzer_makes_of_its_articles(
            bodies in proptest::collection::vec(
                proptest::collection::vec(
                    prop_oneof![
                        Just("la marche"), Just("il marche"), Just("start-up"), Just("C++"),
                        Just("40 %"), Just("l’IA."), Just("Équité\n\n"), Just("10 000 €"),
                        Just("GPT-4"), Just("Il ferme. La ferme !"), Just("œuvres"),
                    ],
                    1..400,
                ).prop_map(|words| words.join(" ")),
                1..4,
            ),
        ) {
            let (engine, fields, mut writer) = engine();
            let analyzer = Analyzer::french();
            // As two threads would have them.
            let (first, second) = bodies.split_at(bodies.len() / 2);
            let builders = [first, second].map(|bodies| {
                let mut builder = SegmentBuilder::new(fields);
                for (id, body) in bodies.iter().enumerate() {
                    builder.add(&analyzer, indexed(id, body)).unwrap();
                    if id == 0 {
                        builder.move_postings(tempfile::tempfile().unwrap()).unwrap();
                    }
                }
                builder
            });
            writer.add_segment(write(&engine, &fields, builders.into(), true).unwrap().unwrap()).unwrap();
            writer.commit().unwrap();
            let searcher = engine.reader().unwrap().searcher();
            let segment = &searcher.segment_readers()[0];
            prop_assert_eq!(written(segment, fields), analysed(&analyzer, &bodies));
        }
    }

    #[test]
    fn files_are_the_same_whoever_writes_and_wherever_postings_wait() {
        let (engine, fields, mut writer) = engine();
        let analyzer = Analyzer::french();
        // More postings than a batch has, of many terms and of one.
        let words = |id: usize| (0..5_000).map(move |i| format!("mot{} ferme", i * (id + 1)));
        let bodies = [0, 1, 2, 3].map(|id| words(id).collect::<Vec<_>>().join(" "));
        let files = [(false, false), (true, false), (false, true), (true, true)].map(|case| {
            let (two_threads, moves_postings) = case;
            let builders = bodies.chunks(2).map(|bodies| {
                let mut builder = SegmentBuilder::new(fields);
                for (id, body) in bodies.iter().enumerate() {
                    builder.add(&analyzer, indexed(id, body)).unwrap();
                    if moves_postings {
                        builder.move_postings(tempfile::tempfile().unwrap()).unwrap();
                    }
                }
                builder
            });
            let meta = write(&engine, &fields, builders.collect(), two_threads).unwrap().unwrap();
            writer.add_segment(meta.clone()).unwrap();
            let segment = engine.segment(meta);
            [
                SegmentComponent::Terms,
                SegmentComponent::Postings,
                SegmentComponent::Positions,
                SegmentComponent::FastFields,
            ]
            .map(|file| segment.open_read(file).unwrap().read_bytes().unwrap().to_vec())
        });
        assert!(files[0].iter().all(|file| file.len() > 100));
        assert!(files.iter().all(|each| *each == files[0]));
        writer.commit().unwrap();
        let searcher = engine.reader().unwrap().searcher();
        let segment = &searcher.segment_readers()[0];
        assert!(written(segment, fields) == analysed(&analyzer, &bodies));
    }

    /// The engine applies a deletion also to segments that are added after it.
    #[test]
    fn what_replaces_an_article_is_not_deleted_with_it() {
        let (engine, fields, mut writer) = engine();
        let add = |writer: &IndexWriter, address: u64| {
            let mut builder = SegmentBuilder::new(fields);
            let version = Indexed { address, ..indexed(1, "Le texte.") };
            builder.add(&Analyzer::french(), version).unwrap();
            writer
                .add_segment(write(&engine, &fields, vec![builder], false).unwrap().unwrap())
                .unwrap();
        };
        add(&writer, 0);
        writer.commit().unwrap();
        let earlier = EarlierVersions::of(vec![(fields.id_term("a1"), 100)]);
        writer.delete_query(Box::new(earlier)).unwrap();
        add(&writer, 100);
        writer.commit().unwrap();
        let searcher = engine.reader().unwrap().searcher();
        let living = searcher.segment_readers().iter().flat_map(|segment| {
            let addresses = segment.fast_fields().u64("address").unwrap();
            segment.doc_ids_alive().map(move |doc| addresses.first(doc)).collect::<Vec<_>>()
        });
        assert_eq!(living.collect::<Vec<_>>(), [Some(100)]);
    }
}
