//! Help in English: what `args.rs` says in French, by command and argument.

/// `(command, argument, help)`; an empty argument is the command itself, an empty command every command.
const HELP: &[(&str, &str, &str)] = &[
    (
        "depeche",
        "",
        "Full-text search over French tech news: exact phrases, all forms, lit passages",
    ),
    ("", "lang", "Language of messages; else DEPECHE_LANG, then that of the system"),
    ("", "color", "Colours"),
    ("", "index", "Folder of the index"),
    ("", "verify", "Verify the checksums of the index's files first"),
    ("", "source", "Only this source (repeatable; accents and case do not matter)"),
    ("", "author", "Only articles signed so (repeatable)"),
    ("", "from", "From this date on: 2024, 2024-12 or 2024-12-05"),
    ("", "to", "Up to this date, included"),
    ("", "csv", "CSV for a spreadsheet"),
    (
        "",
        "separator",
        "Between the cells of CSV: ; (numbers then have the decimal comma), \",\" or tab [default: ;]",
    ),
    ("", "bom", "CSV with the byte order mark that Excel needs, as by default"),
    ("", "no_bom", "CSV without that mark"),
    (
        "",
        "keep_formulas",
        "CSV with its cells as they are, without the apostrophe that disarms those which a spreadsheet would take for formulas (=, +, -, @)",
    ),
    ("index", "", "Index files and folders of articles"),
    ("index", "inputs", "Files, folders, or - for standard input"),
    ("index", "map", "Name a field of the files: --map title=headline (repeatable)"),
    ("index", "format", "Format of standard input and of files without a known extension"),
    ("index", "forms", "Your own words: lines of form, tab, lemma; the index keeps them"),
    (
        "index",
        "prune",
        "Remove articles that came from the same paths and are there no more; those of a path that gives no article stay (exit code 2), as when a disk is not mounted",
    ),
    (
        "index",
        "prune_empty",
        "With --prune, also remove the articles of a path that gives none any more, or is not there",
    ),
    (
        "index",
        "report",
        "Write the report as JSON: a line per skipped record, then the totals; outside the folders indexed and the index, and never in place of a file that is read",
    ),
    ("index", "threads", "Number of threads [default: the processors]"),
    ("index", "max_record", "Largest record, in MiB"),
    (
        "index",
        "max_inflated",
        "What a gzip file (each of its members) may give at most, in MiB; past 64 MiB never more than 200 times its size",
    ),
    (
        "index",
        "commit_every",
        "Size of text after which what was read is committed, on the disk and searchable, in MiB",
    ),
    ("index", "verbose", "Also tell, on the way, how many articles are committed"),
    ("index", "quiet", "Print errors only"),
    ("reindex", "", "Rebuild an index from its own text, without the files that it came from"),
    ("reindex", "dir", "Folder of the index"),
    (
        "reindex",
        "salvage",
        "Where segments are damaged: take every article that the text can give; removed ones come back",
    ),
    ("reindex", "threads", "Number of threads [default: the processors]"),
    ("reindex", "quiet", "Print errors only"),
    ("search", "", "Search passages"),
    (
        "search",
        "query",
        "Bare words, or an exact phrase in quotation marks: '\"droit de premier refus\"'",
    ),
    ("search", "limit", "Number of articles shown"),
    ("search", "offset", "Number of articles passed over first"),
    ("search", "k1", "Ranking of bare words: saturation of a repeated word (BM25)"),
    ("search", "b", "Ranking of bare words: weight of the article's length (BM25), 0 to 1"),
    ("search", "title", "Ranking of bare words: weight of the headline beside the whole"),
    (
        "search",
        "explain",
        "Tell where the score of each article comes from, for bare words, on standard error",
    ),
    ("search", "per_article", "Number of passages shown of each article"),
    ("search", "sort", "Order of the articles: relevance, newest first (date), oldest first"),
    ("search", "facets", "Also count what is found by source, year and author"),
    ("search", "json", "One JSON object a passage"),
    (
        "search",
        "explain_query",
        "Tell what was searched, on standard error; with --json, as JSON before the results",
    ),
    (
        "concordance",
        "explain_query",
        "Tell what was searched, on standard error; with --json, as JSON before the results",
    ),
    (
        "count",
        "explain_query",
        "Tell what was searched, on standard error; with --json, as JSON before the results",
    ),
    ("concordance", "", "Show every match in its context"),
    (
        "concordance",
        "query",
        "Bare words, or an exact phrase in quotation marks: '\"droit de premier refus\"'",
    ),
    ("concordance", "context", "Number of words shown on each side"),
    (
        "concordance",
        "sort",
        "Order of the lines (date: oldest first) [default: that of the import]",
    ),
    ("concordance", "json", "One JSON object a match"),
    ("count", "", "Count matches by month, year, source or author"),
    (
        "count",
        "queries",
        "Queries to count side by side, each in apostrophes: 'accord' '\"premier refus\"'",
    ),
    ("count", "by", "What is counted together"),
    ("count", "measure", "What the bars and lines show"),
    ("count", "json", "One JSON object a group and query, the total last"),
    ("count", "svg", "Draw the numbers into an SVG file (-: standard output)"),
    ("count", "title", "Title of the drawing [default: the measure and the queries]"),
    ("batch", "", "Answer a file of queries, for scripts"),
    ("batch", "queries", "File of queries, or - for standard input (gzip is fine)"),
    ("batch", "queries_format", "How they are written [default: by the name, then the content]"),
    ("batch", "plain", "The queries are text: no sign is an operator"),
    ("batch", "unit", "What is ranked"),
    ("batch", "hits", "Number of articles (or passages, with --unit passage) a query; 0: all"),
    ("batch", "offset", "Number passed over first"),
    ("batch", "k1", "Ranking of bare words: saturation of a repeated word (BM25)"),
    ("batch", "b", "Ranking of bare words: weight of the article's length (BM25), 0 to 1"),
    ("batch", "title", "Ranking of bare words: weight of the headline beside the whole"),
    ("batch", "per_article", "Number of passages of each article"),
    ("batch", "sort", "Order: relevance, newest first (date), oldest first"),
    ("batch", "count_only", "Give only the numbers of passages and articles of each query"),
    ("batch", "format", "How answers are written"),
    ("batch", "tag", "Name of the run, in the last column of trec"),
    ("batch", "threads", "Number of threads [default: the processors]"),
    ("show", "", "Print an article"),
    ("show", "id", "Identifier of the article"),
    ("show", "query", "Query to light"),
    ("show", "json", "One JSON object"),
    ("stats", "", "Tell what the index holds"),
    ("stats", "json", "One JSON object"),
    ("check", "", "Read the whole index and name what is damaged"),
    ("check", "folder", "Folder of the index [default: that of --index]"),
    ("check", "json", "One JSON object"),
    ("analyze", "", "Show as JSON the words that a line of text becomes (no index needed)"),
    ("analyze", "text", "Text to analyse [default: the lines of standard input]"),
    ("analyze", "query", "Analyse as a query"),
    ("analyze", "explain", "Tell what each word became, and why"),
    ("analyze", "forms", "Your own words, as for index"),
    (
        "analyze",
        "vocabulary",
        "Read the query for an index that has the words of this text, each line a passage",
    ),
    ("analyze", "index", "Read text and query as this index does"),
    ("eval", "", "Measure TREC runs against judgments, and compare them"),
    ("eval", "qrels", "Judgments: lines of qid 0 docid rel"),
    (
        "eval",
        "runs",
        "Runs: lines of qid Q0 docid rank score tag (-: standard input); each is compared with the first",
    ),
    ("eval", "measure", "What is measured, with commas between; any depth after @"),
    ("eval", "per_query", "Also give the values of each query"),
    ("eval", "only_answered", "Leave out the queries that the run lacks, which else count 0"),
    ("eval", "json", "One JSON object a run, after those of its queries with --per-query"),
    ("completions", "", "Write the completion script of a shell"),
    ("completions", "shell", "Shell"),
    ("man", "", "Write the manual page (roff)"),
];

/// The command with its help in English. `parent` is empty for the program itself.
pub(super) fn translate(command: clap::Command, parent: &str) -> clap::Command {
    let name = command.get_name().to_owned();
    let about = help(&name, "").unwrap_or_default();
    let translated =
        command.about(about).mut_args(|arg| match help(&name, arg.get_id().as_str()) {
            Some(text) => arg.help(text),
            None => arg,
        });
    if parent.is_empty() {
        translated.mut_subcommands(|sub| translate(sub, &name))
    } else {
        translated
    }
}

fn help(command: &str, argument: &str) -> Option<&'static str> {
    let found = HELP
        .iter()
        .find(|(c, a, _)| *a == argument && (*c == command || (c.is_empty() && !a.is_empty())));
    found.map(|(_, _, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::command;
    use depeche::render::Language;

    fn check(command: &clap::Command) {
        assert!(help(command.get_name(), "").is_some(), "{}", command.get_name());
        for arg in command.get_arguments() {
            assert!(
                help(command.get_name(), arg.get_id().as_str()).is_some(),
                "{} {}",
                command.get_name(),
                arg.get_id()
            );
        }
        command.get_subcommands().for_each(check);
    }

    #[test]
    fn everything_is_translated() {
        check(&command(Language::English));
    }
}
