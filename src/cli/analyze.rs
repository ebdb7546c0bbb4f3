//! `depeche analyze`: lines to tokens of the field of all forms, without an index.

use std::io::{BufRead, Write};

use anyhow::Context as _;
use depeche::render::{Language, visible};
use depeche::{
    Analyzer, Explained, ExplainedTerm, Index, NoVocabulary, Searcher, Source, TextVocabulary,
    Token, Vocabulary, render,
};
use serde::Serialize;

use super::args::AnalyzeArgs;
use super::index::forms;
use super::{Context, FOUND, out, read_words};

/// A term, its bytes of the line and its position; terms of one position are alternatives.
#[derive(Serialize)]
struct Shown<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    pos: usize,
}

pub(super) fn run(args: AnalyzeArgs, context: Context) -> anyhow::Result<u8> {
    let Reading { analyzer, vocabulary } = reading(&args)?;
    let mut out = out();
    let mut line = |line: &str| match (args.query, args.explain) {
        (_, true) => explain(&analyzer.explain(line, &*vocabulary), context.language, &mut out),
        (true, _) => write(&analyzer.query_tokens_in(line, &*vocabulary), &mut out),
        (false, _) => write(&analyzer.tokens(line), &mut out),
    };
    if !args.text.is_empty() {
        line(&args.text.join(" "))?;
    } else {
        // Lines end at \n only: a lone \r belongs to its line, as byte offsets must.
        for read in std::io::stdin().lock().split(b'\n') {
            line(&String::from_utf8_lossy(&read?))?;
        }
    }
    out.flush()?;
    Ok(FOUND)
}

/// How lines are read: by which analysis, and as queries to which words.
struct Reading {
    analyzer: Analyzer,
    vocabulary: Box<dyn Vocabulary>,
}

fn reading(args: &AnalyzeArgs) -> anyhow::Result<Reading> {
    if let Some(dir) = &args.index {
        let index = Index::open(dir)?;
        let vocabulary = Box::new(Searcher::new(&index)?);
        return Ok(Reading { analyzer: index.analyzer().clone(), vocabulary });
    }
    let analyzer = Analyzer::french_with(forms(args.forms.as_deref())?.unwrap_or_default());
    let vocabulary: Box<dyn Vocabulary> = match &args.vocabulary {
        None => Box::new(NoVocabulary),
        Some(path) => {
            let bytes = read_words(path).with_context(|| path.display().to_string())?;
            let text = String::from_utf8_lossy(&bytes);
            Box::new(TextVocabulary::new(&analyzer, text.lines()))
        }
    };
    Ok(Reading { analyzer, vocabulary })
}

/// A block of lines for each word.
fn explain(words: &[Explained], language: Language, out: &mut impl Write) -> std::io::Result<()> {
    let named = |terms: &[ExplainedTerm]| {
        let each = terms.iter().map(|t| format!("{} ({})", t.term, source(t.source, language)));
        each.collect::<Vec<_>>().join(", ")
    };
    for word in words {
        let Explained {
            word: text,
            exact,
            clitic,
            stop_word,
            indexed,
            set_aside,
            asked,
            also_asked,
        } = word;
        let text = visible(text);
        let colon = language.pick(" :", ":");
        writeln!(out, "{text}{colon} exact {}", visible(exact))?;
        let remarks = [
            (
                *clitic,
                "clitique (l’, -t-il), n’a pas de formes",
                "clitic (l’, -t-il), has no forms",
            ),
            (
                *stop_word && !clitic,
                "mot-outil, laissé de côté dans les mots libres",
                "stop word, left out of bare words",
            ),
        ];
        for (_, french, english) in remarks.iter().filter(|(holds, ..)| *holds) {
            writeln!(out, "  {}", language.pick(french, english))?;
        }
        let rows = [
            ("indexé sous", "indexed under", named(indexed)),
            (
                "écarté par les mots voisins",
                "set aside by the words beside it",
                set_aside.join(", "),
            ),
            ("cherche", "asks for", named(asked)),
            ("cherche aussi, moins bien classé", "asks for too, ranked lower", named(also_asked)),
        ];
        for (french, english, terms) in rows.iter().filter(|(.., terms)| !terms.is_empty()) {
            writeln!(out, "  {}{colon} {}", language.pick(french, english), visible(terms))?;
        }
    }
    Ok(())
}

fn source(source: Source, language: Language) -> &'static str {
    match source {
        Source::Lexicon => language.pick("lexique", "lexicon"),
        Source::User => language.pick("vos formes", "your forms"),
        Source::OtherAccents => language.pick("accents rétablis", "accents put back"),
        Source::Stemmer => language.pick("racineur", "stemmer"),
        Source::Whole => language.pick("laissé entier", "left whole"),
        Source::Compound => language.pick("lu d’un bloc", "read as one"),
        _ => "",
    }
}

fn write(tokens: &[Token], out: &mut impl Write) -> std::io::Result<()> {
    let shown = tokens.iter().flat_map(|token| {
        token.forms.iter().filter(|form| form.likely).map(|form| Shown {
            text: &form.term,
            start: form.offsets.start,
            end: form.offsets.end,
            pos: token.position,
        })
    });
    render::json_line(&shown.collect::<Vec<_>>(), out)
}
