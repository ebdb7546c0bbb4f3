//! What was searched, in words that can go into the method section of a paper.

use super::numbers::{counted, decimal, grouped};
use super::{Language, date, visible};
use crate::search::{
    AskedTerm, AskedWord, ExplainedQuery, Hit, Kind, NameField, ScoreParts, Sense, TruncatedWord,
    UnknownName,
};

/// Forms of a word that are named; the rest are counted.
const MOST_FORMS: usize = 12;

/// A query as it was understood: a sentence, then a line for each word that stands for several.
pub fn explained_query(query: &ExplainedQuery, language: Language) -> Vec<String> {
    let wording = Wording { language };
    let mut lines = vec![wording.sentence(query)];
    let mut words = Vec::new();
    add_words(query, &mut words);
    words.dedup();
    lines.extend(words.into_iter().filter_map(|word| wording.word(word)));
    lines
}

/// More characters than this are not said again with what could be typed instead.
const LONG: usize = 150;

/// That bare words are taken one by one where nothing ranks them, and how to ask for more.
pub fn bare_words(words: &str, language: Language) -> String {
    let words = visible(words);
    match language {
        Language::French if words.chars().count() > LONG => {
            "un au moins de ces mots suffit ; pour leur suite exacte, mettez-les entre guillemets"
                .into()
        }
        Language::English if words.chars().count() > LONG => {
            "any of these words will do; for all in order, put them in quotation marks".into()
        }
        Language::French => format!(
            "un au moins de ces mots suffit ; pour leur suite exacte : '\"{words}\"' ; pour tous : '{}'",
            words.split_whitespace().collect::<Vec<_>>().join(" ET ")
        ),
        Language::English => format!(
            "any of these words will do; for all in order: '\"{words}\"'; for each of them: '{}'",
            words.split_whitespace().collect::<Vec<_>>().join(" AND ")
        ),
    }
}

/// That bare words beside what is required only rank, and how to require them.
pub fn words_that_rank(words: &str, language: Language) -> String {
    let words = visible(words);
    match language {
        Language::French => format!(
            "ces mots ne feraient que classer, rien n’en est compté : {words} ; pour les exiger : + devant \
             chacun, ou ET entre eux et le reste"
        ),
        Language::English => format!(
            "these words would only rank, nothing of them is counted: {words}; to require them: + before \
             each, or AND between them and the rest"
        ),
    }
}

/// How many words of the index a truncated word stands for: `invest* : 41 mots de l’index`.
pub fn truncated_word(word: &TruncatedWord, language: Language) -> String {
    let colon = language.pick(" : ", ": ");
    let words = counted(
        word.words as u64,
        language.pick("mot de l’index, accents à part", "word of the index, accents aside"),
        language.pick("mots de l’index, accents à part", "words of the index, accents aside"),
        language,
    );
    format!("{}{colon}{words}", visible(&word.word))
}

/// The score of an article as a sum: `1. id : 9,53 = formes 4,10 (accord 1,52 ; exclusif 2,58) + titre …`.
pub fn score_parts(hit: &Hit, parts: &ScoreParts, language: Language) -> String {
    let number = |score: f32| decimal(f64::from(score), 2, language);
    let words =
        parts.forms.iter().map(|(word, score)| format!("{} {}", visible(word), number(*score)));
    let words: Vec<String> = words.collect();
    let forms = parts.forms.iter().map(|(_, score)| score).sum();
    let others = [
        (language.pick("titre", "title"), parts.title),
        (language.pick("tels quels", "as typed"), parts.exact),
        (language.pick("à la suite", "in order"), parts.pairs),
        (language.pick("mots parents", "kin words"), parts.kin),
        (language.pick("le tout tel quel", "the whole as typed"), parts.whole),
    ];
    let others = others.iter().filter(|(_, score)| *score > 0.0);
    let others: String =
        others.map(|(name, score)| format!(" + {name} {}", number(*score))).collect();
    let (all, colon, then) = match language {
        Language::French => ("toutes les formes", " : ", " ; "),
        Language::English => ("all forms", ": ", "; "),
    };
    let head = format!("{}. {}{colon}{}", hit.rank, visible(&hit.article), number(parts.total()));
    format!("{head} = {all} {} ({}){others}", number(forms), words.join(then))
}

/// That no article has a source or author, and which are near.
pub fn unknown_name(unknown: &UnknownName, language: Language) -> String {
    let UnknownName { field, name, nearest } = unknown;
    let name = visible(name);
    let nearest: Vec<_> = nearest.iter().map(|name| visible(name)).collect();
    let (quoted, what) = match (language, field) {
        (Language::French, NameField::Source) => (format!("«\u{a0}{name}\u{a0}»"), "n’a la source"),
        (Language::French, NameField::Author) => (format!("«\u{a0}{name}\u{a0}»"), "n’est signé"),
        (Language::English, NameField::Source) => (format!("\"{name}\""), "has the source"),
        (Language::English, NameField::Author) => (format!("\"{name}\""), "is signed"),
    };
    let article = language.pick("aucun article", "no article");
    match nearest.is_empty() {
        true => format!("{article} {what} {quoted}"),
        false => {
            let near = language.pick(" ; au plus près : ", "; nearest: ");
            format!("{article} {what} {quoted}{near}{}", nearest.join(", "))
        }
    }
}

/// The words of a query, in order.
fn add_words<'a>(query: &'a ExplainedQuery, words: &mut Vec<&'a AskedWord>) {
    match query {
        ExplainedQuery::Words { words: these, .. }
        | ExplainedQuery::AllWords { words: these }
        | ExplainedQuery::Phrase { words: these, .. } => words.extend(these),
        ExplainedQuery::Near { left, right, .. } => {
            add_words(left, words);
            add_words(right, words);
        }
        ExplainedQuery::All { queries } | ExplainedQuery::Any { queries } => {
            queries.iter().for_each(|query| add_words(query, words));
        }
        ExplainedQuery::Not { query } | ExplainedQuery::Title { query } => add_words(query, words),
        ExplainedQuery::Rank { must, should } => {
            add_words(must, words);
            add_words(should, words);
        }
        ExplainedQuery::Source { .. }
        | ExplainedQuery::Author { .. }
        | ExplainedQuery::Dates { .. } => {}
    }
}

struct Wording {
    language: Language,
}

impl Wording {
    fn pick(&self, french: &'static str, english: &'static str) -> &'static str {
        self.language.pick(french, english)
    }

    fn sentence(&self, query: &ExplainedQuery) -> String {
        let head = self.pick("articles cherchés : ", "articles searched for: ");
        let forgiven = match has_exact_words(query) {
            true => self.pick(
                " (accents, casse et typographie indifférents)",
                " (accents, case and typography do not matter)",
            ),
            false => "",
        };
        format!("{head}{}{forgiven}", self.clause(query))
    }

    fn quoted(&self, text: &str) -> String {
        format!("{}{}{}", self.pick("« ", "“"), visible(text), self.pick(" »", "”"))
    }

    fn clause(&self, query: &ExplainedQuery) -> String {
        match query {
            ExplainedQuery::Words { words, stop_words } => self.bag(words, stop_words),
            ExplainedQuery::AllWords { words } => {
                let each: Vec<String> = words.iter().map(|word| self.named(word)).collect();
                each.join(self.pick(" et ", " and "))
            }
            ExplainedQuery::Phrase { words, others } => self.phrase(words, *others),
            ExplainedQuery::Near { left, right, words, same, ordered } => {
                self.near(left, right, (*words, *same, *ordered))
            }
            ExplainedQuery::All { queries } => self.all(queries),
            ExplainedQuery::Any { queries } => {
                let each: Vec<String> = queries.iter().map(|q| self.grouped(q)).collect();
                each.join(self.pick(" ou ", " or "))
            }
            ExplainedQuery::Not { query } => {
                format!("{}{}", self.pick("tout sauf ", "all but "), self.grouped(query))
            }
            ExplainedQuery::Rank { must, should } => format!(
                "{}{}{}",
                self.clause(must),
                self.pick(" ; sont mieux classés ceux qui ont ", "; ranked higher with "),
                self.clause(should)
            ),
            ExplainedQuery::Title { query } => {
                format!("{} {}", self.grouped(query), self.pick("dans le titre", "in the title"))
            }
            ExplainedQuery::Source { name } => {
                format!("{} {}", self.pick("la source", "the source"), self.quoted(name))
            }
            ExplainedQuery::Author { name } => {
                format!("{} {}", self.pick("la signature", "the signature"), self.quoted(name))
            }
            ExplainedQuery::Dates { from, to } => {
                let day = |day| date(day, self.language);
                match (from.map(day), to.map(day)) {
                    (Some(from), Some(to)) if from == to => {
                        format!("{} {from}", self.pick("une date de", "a date of"))
                    }
                    (Some(from), Some(to)) => format!(
                        "{} {from} {} {to}",
                        self.pick("une date de", "a date from"),
                        self.pick("à", "to")
                    ),
                    (Some(from), None) => {
                        format!("{} {from}", self.pick("une date à partir de", "a date from"))
                    }
                    (None, Some(to)) => {
                        format!("{} {to}", self.pick("une date jusqu’à", "a date up to"))
                    }
                    (None, None) => self.pick("une date", "a date").to_owned(),
                }
            }
        }
    }

    /// A part of a larger query, in brackets where its own words would run into the rest.
    fn grouped(&self, query: &ExplainedQuery) -> String {
        let clause = self.clause(query);
        match query {
            ExplainedQuery::All { .. }
            | ExplainedQuery::Any { .. }
            | ExplainedQuery::Near { .. } => {
                format!("({clause})")
            }
            ExplainedQuery::AllWords { words } if words.len() > 1 => format!("({clause})"),
            _ => clause,
        }
    }

    fn bag(&self, words: &[AskedWord], stop_words: &[String]) -> String {
        let each: Vec<String> = words.iter().map(|word| self.quoted(&word.word)).collect();
        let mut clause = match words.len() {
            1 => format!("{} {}", each[0], self.pick("dans toutes ses formes", "in all its forms")),
            _ => format!(
                "{} {}, {}",
                self.pick("un au moins des mots", "at least one of the words"),
                each.join(", "),
                self.pick("chacun dans toutes ses formes", "each in all its forms")
            ),
        };
        if !stop_words.is_empty() {
            let left_out = self.pick("mots-outils laissés de côté", "stop words left out");
            let colon = self.pick(" : ", ": ");
            clause.push_str(&format!(" ({left_out}{colon}{})", visible(&stop_words.join(", "))));
        }
        clause
    }

    /// A word with how it is taken.
    fn named(&self, word: &AskedWord) -> String {
        let quoted = self.quoted(&word.word);
        let sense = match word.sense {
            Sense::Exact => return quoted,
            Sense::Letters => self.pick("lettre pour lettre", "letter for letter"),
            Sense::Forms => self.pick("dans toutes ses formes", "in all its forms"),
            Sense::Truncated => self.pick("tronqué", "truncated"),
            Sense::Typos => self.pick("aux fautes de frappe près", "give or take typing errors"),
        };
        format!("{quoted} {sense}")
    }

    fn phrase(&self, words: &[AskedWord], others: Option<u8>) -> String {
        let text = |words: &[AskedWord]| {
            let each: Vec<&str> = words.iter().map(|word| word.word.as_str()).collect();
            self.quoted(&each.join(" "))
        };
        let same_sense = words.windows(2).all(|pair| pair[0].sense == pair[1].sense);
        let mut clause = match words {
            [word] => return self.named(word),
            _ if others.is_some() => {
                format!("{} {}", self.pick("les mots", "the words"), text(words))
            }
            _ => format!("{} {}", self.pick("la suite de mots", "the words in order"), text(words)),
        };
        let remarks: Vec<String> = match (same_sense, words.first().map(|word| word.sense)) {
            (true, Some(Sense::Exact)) => Vec::new(),
            (true, Some(Sense::Letters)) => {
                vec![self.pick("lettre pour lettre", "letter for letter").into()]
            }
            (true, Some(Sense::Forms)) => {
                vec![self.pick("chacun dans toutes ses formes", "each in all its forms").into()]
            }
            _ => {
                let marked = words.iter().filter(|word| word.sense != Sense::Exact);
                marked.map(|word| self.named(word)).collect()
            }
        };
        if !remarks.is_empty() {
            clause.push_str(&format!(", {}", remarks.join(", ")));
        }
        if let Some(others) = others {
            clause.push_str(&match self.language {
                Language::French => {
                    let s = if others > 1 { "s" } else { "" };
                    format!(
                        ", dans n’importe quel ordre, {others} autre{s} mot{s} au plus parmi eux"
                    )
                }
                Language::English => {
                    format!(", in any order, at most {others} other words among them")
                }
            });
        }
        clause
    }

    fn near(
        &self,
        left: &ExplainedQuery,
        right: &ExplainedQuery,
        (words, same, ordered): (Option<u8>, Option<&str>, bool),
    ) -> String {
        let (left, right) = (self.grouped(left), self.grouped(right));
        let joint = match ordered {
            true => self.pick("puis", "then"),
            false => self.pick("et", "and"),
        };
        let place = match (words, same) {
            (Some(words), _) => match self.language {
                Language::French => {
                    format!(
                        "{words} mot{} au plus entre les deux",
                        if words > 1 { "s" } else { "" }
                    )
                }
                Language::English => {
                    format!(
                        "at most {words} word{} between them",
                        if words == 1 { "" } else { "s" }
                    )
                }
            },
            (None, Some("sentence")) => {
                self.pick("dans la même phrase", "in the same sentence").to_owned()
            }
            _ => self.pick("dans le même paragraphe", "in the same paragraph").to_owned(),
        };
        format!("{left} {joint} {right}, {place}")
    }

    /// What must be, then what must not.
    fn all(&self, queries: &[ExplainedQuery]) -> String {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for query in queries {
            match query {
                ExplainedQuery::Not { query } => unwanted.push(self.grouped(query)),
                query => wanted.push(self.grouped(query)),
            }
        }
        let wanted = match wanted.is_empty() {
            true => self.pick("tous", "all").to_owned(),
            false => wanted.join(self.pick(", et ", ", and ")),
        };
        let unwanted =
            unwanted.iter().map(|q| format!("{}{q}", self.pick(", mais pas ", ", but not ")));
        format!("{wanted}{}", unwanted.collect::<String>())
    }

    /// What a word stands for in this index; nothing to say of one that stands for itself alone.
    fn word(&self, word: &AskedWord) -> Option<String> {
        if matches!(word.sense, Sense::Exact | Sense::Letters) && word.matches > 0 {
            return None;
        }
        let colon = self.pick(" : ", ": ");
        let name = visible(&word.word);
        if word.matches == 0 {
            let none = self.pick("absent de l’index", "not in the index");
            return Some(format!("{name}{colon}{none}"));
        }
        let forms = word.forms.iter().take(MOST_FORMS).map(|form| {
            format!("{} ({})", visible(&form.form), grouped(form.matches, self.language))
        });
        let mut forms: Vec<String> = forms.collect();
        if word.forms.len() > MOST_FORMS {
            forms.push("…".to_owned());
        }
        let count = grouped(word.forms.len() as u64, self.language);
        let label = match word.forms.len() {
            1 => self.pick("forme", "form"),
            _ => self.pick("formes", "forms"),
        };
        let lemmas = self.lemmas(&word.terms);
        Some(format!("{name}{colon}{count} {label}{colon}{}{lemmas}", forms.join(", ")))
    }

    /// What the forms are forms of.
    fn lemmas(&self, terms: &[AskedTerm]) -> String {
        let named = |likely: bool| {
            let terms = terms.iter().filter(|t| t.likely == likely && t.kind == Kind::Word);
            terms.map(|term| visible(&term.term).into_owned()).collect::<Vec<_>>().join(", ")
        };
        let (likely, others) = (named(true), named(false));
        let mut text = String::new();
        if !likely.is_empty() {
            text.push_str(self.pick(" ; lemmes : ", "; lemmas: "));
            text.push_str(&likely);
        }
        if !others.is_empty() {
            text.push_str(self.pick(" ; moins bien classé : ", "; ranked lower: "));
            text.push_str(&others);
        }
        text
    }
}

/// Whether a word is looked for as an exact term, which forgives accents: of all forms a typed accent counts.
fn has_exact_words(query: &ExplainedQuery) -> bool {
    let mut words = Vec::new();
    add_words(query, &mut words);
    words.iter().any(|word| !matches!(word.sense, Sense::Letters | Sense::Forms))
}
