//! Full-text search over French press articles: phrases that are true, words in all their forms, and
//! highlights that show what matched and nothing else.
//!
//! ```text
//! files  --import--> Article --passages--> passages --analysis--> Token --index--> segments
//! text   --parse---> Query   --search----> Hit (highlight, snippet)     --render--> bytes
//! ```
//!
//! Index a folder, search it:
//!
//! ```
//! use depeche::import::Input;
//! use depeche::{Index, IndexingOptions, SearchOptions, Searcher, Sense, index_inputs, parse};
//!
//! let folder = tempfile::tempdir()?;
//! let (articles, index) = (folder.path().join("articles"), folder.path().join("index"));
//! std::fs::create_dir(&articles)?;
//! std::fs::write(articles.join("accord.txt"), "Microsoft garde un droit de premier refus.")?;
//!
//! let index = Index::create(&index)?;
//! let inputs = [Input::Path(articles)];
//! let report = index_inputs(&index, &inputs, &IndexingOptions::default(), &mut |_| ())?;
//! assert_eq!(report.added, 1);
//!
//! let query = parse("« droit de premier refus »")?;
//! let results = Searcher::new(&index)?.search(&query, &SearchOptions::default())?;
//! assert_eq!(results.hits[0].article, "accord");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod analysis;
mod article;
mod batch;
mod check;
mod error;
pub mod eval;
mod guard;
mod highlight;
pub mod import;
mod index;
mod indexing;
mod passage;
mod paths;
mod pattern;
mod query;
pub mod render;
mod resolve;
mod search;
mod snippet;
mod spans;

pub use analysis::{
    Analyzer, Explained, ExplainedTerm, Form, NoVocabulary, Source, TextVocabulary, Token,
    TokenRef, UserForms, UserFormsError, UserFormsReason, Vocabulary, fold,
};
pub use article::{Article, DateError, PartialDate};
pub use batch::{
    Answer, BatchOptions, BatchQuery, BatchReader, MAX_BATCH_RECORD, OWN_OPTIONS, OwnOptions,
    QueryFormat, Refusal, answer_all,
};
pub use check::{CheckProgress, CheckReport, Cure, Fault, FaultKind, Remark, RemarkKind, check};
pub use error::{ArticleFault, Error, LineFault, Result};
pub use highlight::highlight;
pub use index::{
    DAMAGED_FORMS, DAMAGED_TEXT, Index, IndexWriter, MAX_FIELD_BYTES, MAX_ID_BYTES, MAX_NAME_BYTES,
    Origin, Outcome, Pruned, ReindexOptions, Reindexed, WriterOptions, reindex,
};
pub use indexing::{Event, IndexingOptions, NotPruned, Reason, Report, Skipped, index_inputs};
pub use passage::{PASSAGE_WORDS, paragraph_starts, passages, sentence_starts};
pub use query::{
    Expected, Lenient, MAX_CLAUSES, MAX_DEPTH, MAX_DISTANCE, MAX_PHRASE_WORDS, MAX_QUERY_BYTES,
    MAX_SLOP_WORDS, ParseError, Phrase, Piece, Query, Within, parse, parse_lenient, parse_plain,
};
pub use search::{
    AskedTerm, AskedWord, ConcordanceOptions, Count, CountOptions, CountedGroup, Counts,
    ExplainedQuery, Facet, Facets, Filters, FoundForm, Grouping, Highlight, Hit, HitOrder, Kind,
    Line, LineOrder, MAX_EXPANSIONS, MAX_EXPANSIONS_IN_ALL, Matches, NameField, Part, Passage,
    Results, ScoreParts, SearchOptions, Searcher, Sense, SourceStats, Span, Stats, TruncatedWord,
    Unit, UnknownName, Weights,
};
pub use snippet::{SNIPPET_BYTES, snippet};
