//! What was searched, in words.

use super::{Language, visible};
use crate::search::{AskedTerm, AskedWord, ExplainedQuery, Kind};

/// A query as it was understood, a line for each of its parts.
pub fn explained_query(query: &ExplainedQuery, language: Language) -> Vec<String> {
    let colon = language.pick(" :", ":");
    let (open, close) = (language.pick("« ", "“"), language.pick(" »", "”"));
    match query {
        ExplainedQuery::Phrase { words } => vec![format!(
            "phrase {open}{}{close}{colon} {}",
            visible(&words.join(" ")),
            language.pick(
                "ces mots dans cet ordre ; accents, casse et typographie indifférents",
                "these words in this order; accents, case and typography do not matter",
            )
        )],
        ExplainedQuery::Words { words, stop_words } => {
            let mut lines: Vec<String> = words.iter().map(|word| asked(word, language)).collect();
            if !stop_words.is_empty() {
                let label = language.pick("mots-outils laissés de côté", "stop words left out");
                lines.push(format!("{label}{colon} {}", visible(&stop_words.join(", "))));
            }
            lines
        }
        ExplainedQuery::All { queries } => {
            let label = language.pick("chacune de ces conditions", "each of these");
            under(label, queries.iter().flat_map(|query| explained_query(query, language)), colon)
        }
        ExplainedQuery::Rank { must, should } => {
            let label = language.pick("trouvé s’il y a", "found if there is");
            let mut lines = under(label, explained_query(must, language), colon);
            let label = language.pick("mieux classé s’il y a", "ranked higher if there is");
            lines.extend(under(label, explained_query(should, language), colon));
            lines
        }
    }
}

fn under(label: &str, lines: impl IntoIterator<Item = String>, colon: &str) -> Vec<String> {
    let head = format!("{label}{colon}");
    std::iter::once(head).chain(lines.into_iter().map(|line| format!("  {line}"))).collect()
}

fn asked(word: &AskedWord, language: Language) -> String {
    let colon = language.pick(" :", ":");
    let (likely, others): (Vec<_>, Vec<_>) = word.terms.iter().partition(|term| term.likely);
    let named = |terms: &[&AskedTerm]| {
        terms.iter().map(|asked| term(asked, language)).collect::<Vec<_>>().join(", ")
    };
    let mut parts = Vec::new();
    if !likely.is_empty() {
        let label = language.pick("toutes les formes de", "all forms of");
        parts.push(format!("{label}{colon} {}", named(&likely)));
    }
    if !others.is_empty() {
        let label = language.pick("moins bien classé", "ranked lower");
        parts.push(format!("{label}{colon} {}", named(&others)));
    }
    if parts.is_empty() {
        parts.push(language.pick("l’index ne l’a pas", "not in the index").to_owned());
    }
    format!("{}{colon} {}", visible(&word.word), parts.join(language.pick(" ; ", "; ")))
}

fn term(asked: &AskedTerm, language: Language) -> String {
    let AskedTerm { term, kind, passages, .. } = asked;
    let how = match kind {
        Kind::OtherAccents => language.pick(", accentué autrement", ", with other accents"),
        Kind::AsSpelt => language.pick(", forme d’un autre mot", ", a form of another word"),
        _ => "",
    };
    let unit = if *passages == 1 { "passage" } else { "passages" };
    format!("{} ({passages} {unit}{how})", visible(term))
}
