//! From French text to terms: the one way that indexing, querying and highlighting share.
//!
//! 1. [`words`]: where each word stands in the original bytes;
//! 2. [`compounds`]: clitics (`l’`, `-t-il`), and words that also read as one (`start-up`, `I.A.`);
//!    [`quantities`]: numbers with what stands beside them (`10 000`, `40 %`, `GPT 4`);
//! 3. [`fold`](fn@fold): the exact term: case, accents, ligatures and typography forgiven;
//! 4. [`forms`]: the terms of all forms, from the [`lexicon`]; from the stemmer ([`stem`]) for what it lacks;
//!    [`context`]: which of them the words beside it leave.
//!
//! A query goes the same way ([`query`]), and asks for what [`asked`] tells.
//!
//! Both kinds of terms stand on the same positions, one a word, so that a query may mix them.

mod asked;
mod beginnings;
mod compounds;
mod context;
mod explain;
mod fold;
mod forms;
mod lexicon;
mod memo;
mod quantities;
mod query;
mod stem;
mod stop;
mod user_forms;
mod vocabulary;
mod words;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use asked::Kind;
pub(crate) use asked::{Asked, AskedMemory};
pub(crate) use beginnings::Beginnings;
use compounds::{
    Compound, CompoundTerm, compound_at, is_clitic, is_in_address, is_plain, is_tied, symbol_at,
};
pub use explain::{Explained, ExplainedTerm, Source};
pub use fold::fold;
pub(crate) use fold::fold_name;
use fold::{fold_into, lower};
use forms::Forms;
use memo::{HyphenatedEntries, Memo};
pub(crate) use memo::{KeyedTerm, TermKey};
use quantities::{Amount, Numbered, Unit, amount_at, numbered_at, unit_at};
pub(crate) use quantities::{is_quantity, is_sign_word};
use query::QueryReader;
use stop::is_stop_word;
pub use user_forms::{UserForms, UserFormsError, UserFormsReason};
pub use vocabulary::{NoVocabulary, TextVocabulary, Vocabulary};
use words::Word;

/// Where each word of a text stands, without analysing it.
pub(crate) fn word_spans(text: &str) -> impl Iterator<Item = Range<usize>> {
    words::words(text).map(|word| word.start..word.end)
}

/// One word of a text: where it stands and what it is indexed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// 0, 1, 2… in the order of the text; the same in both fields.
    pub position: usize,
    /// Its bytes in the analysed text, on character boundaries: `équité` of `l’équité`.
    pub offsets: Range<usize>,
    /// Tied to the word beside it by an apostrophe (`l’`, `qu’`) or a hyphen (`-t-il`): has no forms.
    pub clitic: bool,
    /// A word that bags of words leave out.
    pub stop_word: bool,
    /// The folded word.
    pub exact: String,
    /// The exact term that its symbol makes of it: `c++` beside `c`.
    pub symbol: Option<String>,
    /// Terms of all forms, alternatives of one another; empty for clitics and inner parts of compounds.
    pub forms: Vec<Form>,
}

/// A term of the field of all forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What is indexed.
    pub term: String,
    /// The bytes that it stands for: more than its first word's for a compound.
    pub offsets: Range<usize>,
    /// How many words those are.
    pub words: usize,
    /// False in a query for what its word hardly means: it is found, after the rest.
    pub likely: bool,
}

/// The French analysis. Cheap to clone; a clone has a memory of its own.
///
/// ```
/// use depeche::Analyzer;
/// let tokens = Analyzer::french().tokens("l’équité");
/// assert_eq!(tokens[1].exact, "equite");
/// assert_eq!(&"l’équité"[tokens[1].offsets.clone()], "équité");
/// ```
pub struct Analyzer {
    forms: Arc<Forms>,
    memo: Mutex<Memo>,
}

/// Which terms of the tokens are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Terms {
    Exact,
    Both,
}

impl Clone for Analyzer {
    fn clone(&self) -> Self {
        Analyzer::of(self.forms.clone())
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Analyzer::french()
    }
}

impl Analyzer {
    /// Names the rules: an index built under another name is not searched with these.
    pub const NAME: &'static str = "french-3";

    /// The analyzer of French text.
    pub fn french() -> Self {
        Analyzer::french_with(UserForms::default())
    }

    /// The analyzer of French text, with a user's own forms beside those of the lexicon.
    ///
    /// ```
    /// use depeche::{Analyzer, UserForms};
    /// let analyzer = Analyzer::french_with(UserForms::parse("scrollait\tscroller")?);
    /// let lemmas = |text| analyzer.tokens(text).pop().map(|token| token.forms);
    /// let is_scroller = |form: &depeche::Form| form.term == "scroller";
    /// assert!(lemmas("il scrollait").unwrap().iter().any(is_scroller));
    /// # Ok::<(), depeche::UserFormsError>(())
    /// ```
    pub fn french_with(user_forms: UserForms) -> Self {
        Analyzer::of(Arc::new(Forms::french(user_forms)))
    }

    fn of(forms: Arc<Forms>) -> Self {
        Analyzer { forms, memo: Mutex::default() }
    }

    /// The user's own forms that it knows.
    pub(crate) fn user_forms(&self) -> &UserForms {
        self.forms.user_forms()
    }

    /// Whether the lexicon has it as a word of the language: names, brands and codes are none.
    pub(crate) fn is_common(&self, lemma: &str) -> bool {
        !self.forms.lexicon.exact(lemma).is_empty()
    }

    /// The tokens of a text to be indexed or highlighted.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        self.tokens_with(text, Terms::Both)
    }

    /// The tokens with the terms asked for only: the others are left empty and cost nothing. Where no
    /// forms are asked for, stop words are not told either.
    pub(crate) fn tokens_with(&self, text: &str, terms: Terms) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(text.len() / 6);
        self.visit(text, terms, |token| tokens.push(token.to_owned()));
        tokens
    }

    /// The tokens of a query: each word in all the forms under which the index may hold it, a
    /// compound as one (`start-up` asks for `startup`, which both spellings bear).
    pub fn query_tokens(&self, text: &str) -> Vec<Token> {
        self.query_tokens_in(text, &NoVocabulary)
    }

    /// The tokens of a query put to an index that has these words: a word of several readings prefers the
    /// one in whose dictionary form it stands, and a word that the lexicon lacks is sought in every
    /// spelling that the index has of it.
    pub fn query_tokens_in(&self, text: &str, vocabulary: &dyn Vocabulary) -> Vec<Token> {
        self.query_tokens_remembered(text, vocabulary, None)
    }

    /// The same, with a memory of what words asked for, of this analyzer and these words.
    pub(crate) fn query_tokens_remembered(
        &self,
        text: &str,
        vocabulary: &dyn Vocabulary,
        memory: Option<&dyn AskedMemory>,
    ) -> Vec<Token> {
        QueryReader::new(text, &self.forms, vocabulary, memory).tokens()
    }

    /// The tokens of a phrase: its exact terms, without forms.
    pub(crate) fn phrase_tokens(&self, text: &str) -> Vec<Token> {
        QueryReader::new(text, &self.forms, &NoVocabulary, None).exact_tokens()
    }

    /// Hands out the tokens of a text, for both fields, without building them: what indexing does.
    ///
    /// ```
    /// let mut terms = Vec::new();
    /// depeche::Analyzer::french().each_token("l’équité", |token| {
    ///     token.each_form(|term, offsets, _words| terms.push((term.to_owned(), offsets)));
    /// });
    /// assert_eq!(terms, [("équité".to_owned(), 4..12)]);
    /// ```
    pub fn each_token(&self, text: &str, visitor: impl FnMut(&TokenRef<'_>)) {
        self.visit(text, Terms::Both, visitor);
    }

    /// The same for the terms that are wanted.
    pub(crate) fn visit(&self, text: &str, terms: Terms, visitor: impl FnMut(&TokenRef<'_>)) {
        self.with_words(text, |memo| match terms {
            Terms::Exact => visit_exact(text, memo, visitor),
            Terms::Both => self.visit_forms(text, memo, visitor),
        });
    }

    /// Calls with the bytes of each word of a text, and with the exact terms of those that begin so.
    pub(crate) fn visit_beginning(
        &self,
        text: &str,
        beginnings: &Beginnings,
        mut visitor: impl FnMut(Range<usize>, Option<&TokenRef<'_>>),
    ) {
        self.with_words(text, |Memo { words, folded, .. }| {
            for (i, &word) in words.iter().enumerate() {
                let offsets = word.start..word.end;
                match beginnings.may_begin(word.of(text)) {
                    true => with_exact(text, i, word, folded, |t| visitor(offsets, Some(t))),
                    false => visitor(offsets, None),
                }
            }
        });
    }

    /// Calls with the memory, the words of a text in it.
    fn with_words(&self, text: &str, call: impl FnOnce(&mut Memo)) {
        // The memory is taken out, so that the visitor may use the analyzer too.
        let mut memo = std::mem::take(&mut *self.memo());
        memo.words.clear();
        memo.words.extend(words::words(text));
        call(&mut memo);
        *self.memo() = memo;
    }

    fn visit_forms(&self, text: &str, memo: &mut Memo, mut visitor: impl FnMut(&TokenRef<'_>)) {
        static PLAIN: Setting = Setting::plain();
        let Memo { entries, hyphenated, words, window, .. } = memo;
        window.clear();
        let mut inside_compound = 0;
        for (i, &word) in words.iter().enumerate() {
            let around;
            let setting = match is_plain(text, word) {
                true => &PLAIN,
                false => {
                    around = self.setting(text, words, i, hyphenated);
                    &around
                }
            };
            if !window.covers(i, words.len()) {
                entries.fill(window, &self.forms, text, words, i);
            }
            let reading = entries.read(window, text, words, i);
            let inside = inside_compound > 0;
            inside_compound = match &setting.compound {
                Some(compound) if !inside && !compound.keeps_parts => compound.words - 1,
                _ => inside_compound.saturating_sub(1),
            };
            let symbol = setting.compound.as_ref().and_then(Compound::symbol);
            visitor(&TokenRef {
                position: i,
                word,
                exact: Exact { folded: reading.exact, symbol: symbol.as_deref() },
                stop_word: setting.clitic || reading.stop_word,
                forms: Some(FormsRef { own: reading.terms, setting, inside }),
            });
        }
    }

    /// What the signs around a word make of it.
    fn setting(
        &self,
        text: &str,
        words: &[Word],
        i: usize,
        hyphenated: &mut HyphenatedEntries,
    ) -> Setting {
        if is_clitic(text, words, i) {
            return Setting { clitic: true, ..Setting::plain() };
        }
        let mut compound = compound_at(text, words, i);
        let compound_terms = match compound.as_ref().map(|compound| &compound.term) {
            None => Vec::new(),
            Some(CompoundTerm::Hyphenated(word)) => {
                let read = hyphenated.read(&self.forms, word);
                // Of Arc-et-Senans the end alone is nothing; of ex-start-up it is.
                let is_end = is_tied(text, words, i) && !read.is_known;
                compound = compound.filter(|_| !is_end);
                compound.iter_mut().for_each(|c| c.keeps_parts &= !read.is_grammar);
                read.terms.clone()
            }
            Some(CompoundTerm::Whole(term) | CompoundTerm::Symbol(term)) => vec![term.clone()],
            Some(CompoundTerm::Word(word)) => self.forms.of_text(word, false).all(),
        };
        let word = words[i].of(text);
        let is_name =
            |_: &Numbered| word.contains(char::is_uppercase) && !is_stop_word(&fold(word));
        Setting {
            clitic: false,
            unit: unit_at(text, words, i, compound.as_ref()),
            compound,
            compound_terms,
            amount: amount_at(text, words, i),
            numbered: numbered_at(text, words, i).filter(is_name),
            address: is_in_address(text, words[i]).then(|| lower(word)),
        }
    }

    fn memo(&self) -> MutexGuard<'_, Memo> {
        // A memory left by a panicking thread holds only finished entries.
        self.memo.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Compound {
    fn symbol(&self) -> Option<String> {
        match &self.term {
            CompoundTerm::Symbol(term) => Some(term.clone()),
            _ => None,
        }
    }
}

/// What the signs around a word make of it: nothing, mostly.
struct Setting {
    clitic: bool,
    compound: Option<Compound>,
    /// Of the field of all forms.
    compound_terms: Vec<String>,
    unit: Option<Unit>,
    amount: Option<Amount>,
    numbered: Option<Numbered>,
    /// The word as it is, in an address.
    address: Option<String>,
}

impl Setting {
    const fn plain() -> Self {
        Setting {
            clitic: false,
            compound: None,
            compound_terms: Vec::new(),
            unit: None,
            amount: None,
            numbered: None,
            address: None,
        }
    }
}

/// Exact terms alone: folding costs less than remembering.
fn visit_exact(text: &str, memo: &mut Memo, mut visitor: impl FnMut(&TokenRef<'_>)) {
    let Memo { words, folded, .. } = memo;
    for (i, &word) in words.iter().enumerate() {
        with_exact(text, i, word, folded, &mut visitor);
    }
}

/// Calls with the exact terms of a word; `folded` is used again.
fn with_exact(
    text: &str,
    position: usize,
    word: Word,
    folded: &mut String,
    visitor: impl FnOnce(&TokenRef<'_>),
) {
    folded.clear();
    fold_into(word.of(text), folded);
    let symbol = match is_plain(text, word) {
        true => None,
        false => symbol_at(text, word).as_ref().and_then(Compound::symbol),
    };
    let exact = Exact { folded: KeyedTerm::unkeyed(folded), symbol: symbol.as_deref() };
    visitor(&TokenRef { position, word, exact, stop_word: false, forms: None });
}

/// A token that borrows from the analyzer's memory.
pub struct TokenRef<'a> {
    position: usize,
    word: Word,
    exact: Exact<'a>,
    stop_word: bool,
    /// None where they were not asked for.
    forms: Option<FormsRef<'a>>,
}

struct Exact<'a> {
    folded: KeyedTerm<'a>,
    symbol: Option<&'a str>,
}

struct FormsRef<'a> {
    own: memo::Terms<'a>,
    setting: &'a Setting,
    /// Whether a compound that keeps none of its parts began before.
    inside: bool,
}

impl TokenRef<'_> {
    /// 0, 1, 2… in the order of the text.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Its bytes of the text.
    pub fn offsets(&self) -> Range<usize> {
        self.word.start..self.word.end
    }

    /// Its terms of the field of exact words: the folded word, and what its symbol makes of it.
    pub fn exact(&self) -> impl Iterator<Item = &str> {
        self.exact_keyed().map(|term| term.term())
    }

    /// The same, with the keys of those that are remembered.
    pub(crate) fn exact_keyed(&self) -> impl Iterator<Item = KeyedTerm<'_>> {
        std::iter::once(self.exact.folded).chain(self.exact.symbol.map(KeyedTerm::unkeyed))
    }

    /// Every term of the field of all forms, with its bytes of the text and its number of words.
    pub fn each_form(&self, mut visitor: impl FnMut(&str, Range<usize>, usize)) {
        self.each_form_keyed(|term, offsets, words| visitor(term.term(), offsets, words));
    }

    /// The same, with the keys of those that are remembered.
    #[inline]
    pub(crate) fn each_form_keyed(
        &self,
        mut visitor: impl FnMut(KeyedTerm<'_>, Range<usize>, usize),
    ) {
        let Some(FormsRef { own, setting, inside }) = &self.forms else { return };
        let keeps_own = match &setting.compound {
            Some(compound) => compound.keeps_parts,
            None => !setting.clitic && !inside,
        };
        if keeps_own {
            own.each(|term| visitor(term, self.offsets(), 1));
        }
        if !inside {
            self.each_of_setting(setting, |term, offsets, words| {
                visitor(KeyedTerm::unkeyed(term), offsets, words)
            });
        }
    }

    /// The terms that the signs around it make.
    fn each_of_setting(
        &self,
        setting: &Setting,
        mut visitor: impl FnMut(&str, Range<usize>, usize),
    ) {
        if let Some(address) = &setting.address {
            visitor(address, self.offsets(), 1);
        }
        if let Some(Amount { term, span, stands_for }) = &setting.amount {
            stands_for.iter().flatten().for_each(|word| visitor(word, self.offsets(), 1));
            visitor(term, span.clone(), 1);
        }
        if let Some(Numbered { term, span, words }) = &setting.numbered {
            visitor(term, span.clone(), *words);
        }
        if let Some(Unit { term, span, sign }) = &setting.unit {
            visitor(term, span.clone(), 1);
            if let Some((named, place)) = sign {
                visitor(named, place.clone(), 1);
            }
        }
        if let Some(compound) = &setting.compound {
            for term in &setting.compound_terms {
                visitor(term, compound.start..compound.end, compound.words);
            }
        }
    }

    pub(crate) fn to_owned(&self) -> Token {
        let mut forms = Vec::new();
        self.each_form(|term, offsets, words| {
            forms.push(Form { term: term.to_owned(), offsets, words, likely: true })
        });
        Token {
            position: self.position,
            offsets: self.offsets(),
            clitic: self.forms.as_ref().is_some_and(|forms| forms.setting.clitic),
            stop_word: self.stop_word,
            exact: self.exact.folded.term().to_owned(),
            symbol: self.exact.symbol.map(str::to_owned),
            forms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `position:term` of the field of forms, then the lit bytes; what is unlikely after a question mark.
    fn forms(tokens: &[Token], text: &str) -> Vec<String> {
        let shown = |t: &Token| {
            let position = t.position;
            let forms = t.forms.clone();
            forms.into_iter().map(move |f| {
                let unlikely = if f.likely { "" } else { "?" };
                format!("{unlikely}{position}:{} {}", f.term, &text[f.offsets])
            })
        };
        tokens.iter().flat_map(shown).collect()
    }

    #[test]
    fn text_tokens() {
        let analyzer = Analyzer::french();
        let table: &[(&str, &[&str])] = &[
            ("l’équité", &["1:équité équité"]),
            ("il marche", &["0:il il", "1:=marche marche", "1:marcher marche"]),
            ("la marche", &["0:la la", "0:le la", "1:marche marche"]),
            ("marche", &["0:marche marche", "0:marcher marche"]),
            ("start-up", &["0:start start", "0:startup start-up", "1:up up"]),
            ("10 000 euros", &["0:10000€ 10 000 euros", "0:10000 10 000", "2:euro euros"]),
            ("40 %", &["0:40 40", "0:40% 40", "0:% %"]),
            (
                "13 Md€",
                &["0:13 13", "1:milliard Md", "1:milliard Md", "1:euro Md", "1:milliard€ Md€"],
            ),
            ("GPT 4", &["0:gpt GPT", "0:gpt4 GPT 4", "1:4 4"]),
            ("3ème", &["0:3e 3ème"]),
            ("n° 5", &["0:numéro n°", "1:5 5"]),
            ("paris.fr", &["0:pari paris", "0:paris paris", "1:fr fr", "1:fr fr"]),
            ("aujourd'hui", &["0:aujourdhui aujourd'hui"]),
            ("GPT-4", &["0:gpt GPT", "0:gpt4 GPT-4", "1:4 4"]),
        ];
        for (text, expected) in table {
            assert_eq!(forms(&analyzer.tokens(text), text), *expected, "{text}");
        }
    }

    #[test]
    fn query_tokens() {
        let analyzer = Analyzer::french();
        let table: &[(&str, &[&str])] = &[
            ("l'équité", &["1:équité équité", "1:=équité équité", "?1:~équité équité"]),
            (
                "equite",
                &["0:équité equite", "0:=équité equite", "0:equite equite", "0:~équité equite"],
            ),
            (
                "googlisée",
                &[
                    "0:googlis googlisée",
                    "0:googlisée googlisée",
                    "0:googlisee googlisée",
                    "?0:googlise googlisée",
                ],
            ),
            ("start-up", &["0:startup start-up"]),
            ("là-bas", &["0:làbas là-bas"]),
            ("rendez-vous", &["0:rendezvous rendez-vous"]),
            ("iPhones", &["0:iphon iPhones", "0:iphones iPhones", "0:iphone iPhones"]),
            ("APIs", &["0:apis APIs", "0:api APIs"]),
            ("I.A.", &["0:ia I.A"]),
            ("EU", &["0:eu EU", "?0:avoir EU", "?0:~avoir EU"]),
            ("l'EU", &["1:eu EU", "?1:avoir EU", "?1:~avoir EU"]),
        ];
        for (text, expected) in table {
            assert_eq!(forms(&analyzer.query_tokens(text), text), *expected, "{text}");
        }
    }

    #[test]
    fn a_query_prefers_what_the_index_has() {
        let analyzer = Analyzer::french();
        let lines = ["La pêche est longue.", "Une faute grave.", "Le téléscope, la Googlisée"];
        let vocabulary = TextVocabulary::new(&analyzer, lines);
        let table: &[(&str, &[&str])] = &[
            // A dictionary form that the index uses is meant before what it is a form of.
            ("pêche", &["0:pêche pêche"]),
            ("fête", &["0:fête fête", "0:fêter fête"]),
            // Accents of its own, for what the index spells so.
            (
                "téléscope",
                &["0:téléscop téléscope", "0:téléscope téléscope", "0:telescope téléscope"],
            ),
            (
                "télèscope",
                &[
                    "0:télèscop télèscope",
                    "0:télèscope télèscope",
                    "0:telescope télèscope",
                    "0:télescope télèscope",
                    "0:télescoper télèscope",
                ],
            ),
            // What the lexicon lacks, in every spelling that the index has.
            (
                "googlisee",
                &[
                    "0:googlise googlisee",
                    "0:googlisee googlisee",
                    "0:googlis googlisee",
                    "0:googlisée googlisee",
                ],
            ),
            // What the index never joins is asked for apart.
            ("faute-grave", &["0:faute faute", "1:grave grave"]),
        ];
        let likely = |query| {
            let mut tokens = analyzer.query_tokens_in(query, &vocabulary);
            let is_plain = |form: &Form| form.likely && !form.term.starts_with(['=', '~']);
            tokens.iter_mut().for_each(|token| token.forms.retain(is_plain));
            forms(&tokens, query)
        };
        for (query, expected) in table {
            assert_eq!(likely(query), *expected, "{query}");
        }
    }

    #[test]
    fn exact_words_stand_at_every_position() {
        let exact =
            |text| Analyzer::french().tokens(text).into_iter().map(|t| t.exact).collect::<Vec<_>>();
        assert_eq!(exact("Droit d’usage : 10 000 €"), ["droit", "d", "usage", "10", "000"]);
    }

    #[test]
    fn the_memory_changes_nothing() {
        let analyzer = Analyzer::french();
        let text = "L’IA d’OpenAI, aujourd’hui : 10 000 start-ups ; C++ et .NET";
        assert_eq!(analyzer.tokens(text), analyzer.tokens(text));
    }
}
