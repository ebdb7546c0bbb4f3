//! Errors in the language of the user: one line that says what, where and what to do.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::string::FromUtf8Error;

use depeche::import::{FIELDS, FORMATS, IgnoreFault, IoFault, OptionsError, SkipReason};
use depeche::render::{Language, french_detail, french_io, visible};
use depeche::{
    Answer, ArticleFault, Error, Expected, LineFault, MAX_CLAUSES, MAX_DEPTH, MAX_DISTANCE,
    MAX_PHRASE_WORDS, MAX_QUERY_BYTES, MAX_SLOP_WORDS, OWN_OPTIONS, ParseError, Reason, Refusal,
    UserFormsError, UserFormsReason,
};

use super::french;
use super::report_place::ReportPlace;

/// Longest message; what is quoted from outside may be long.
const LONGEST: usize = 600;

/// The language asked for by `--lang`, `DEPECHE_LANG`, else by the locale; French where that tells nothing.
pub(super) fn language(arguments: &[OsString]) -> Language {
    let mut values = arguments.iter().map(|a| a.to_string_lossy());
    let mut asked = None;
    while let Some(value) = values.next() {
        if value == "--lang" {
            asked = values.next().map(|v| v.into_owned());
        } else if let Some(value) = value.strip_prefix("--lang=") {
            asked = Some(value.to_owned());
        }
    }
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let asked = asked.or_else(|| set("DEPECHE_LANG"));
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    match asked.or(locale).as_deref() {
        None | Some("C" | "POSIX" | "C.UTF-8" | "C.utf8") => Language::French,
        Some(name) if name.to_ascii_lowercase().starts_with("fr") => Language::French,
        Some(_) => Language::English,
    }
}

/// An error as one line (a query error shows the query below it, with a caret).
pub(super) fn error(error: &anyhow::Error, language: Language) -> String {
    let known = error.downcast_ref::<Error>();
    let message = match language {
        Language::English => known.map(Error::to_string),
        Language::French => {
            let options = || error.downcast_ref::<OptionsError>().map(french_options);
            let cause = || {
                let cause = error.root_cause();
                let io = cause.downcast_ref().map(french_read);
                let forms = || cause.downcast_ref().map(french_forms);
                let utf8 =
                    || cause.is::<FromUtf8Error>().then(|| "ce n’est pas du texte en UTF-8".into());
                Some(format!("{error} : {}", io.or_else(forms).or_else(utf8)?))
            };
            let place = || error.downcast_ref().map(french_place);
            known.map(french).or_else(options).or_else(place).or_else(cause)
        }
    };
    shortened(&message.unwrap_or_else(|| format!("{error:#}")))
}

/// What is wrong with the arguments; in English as clap says it, without its name for it.
pub(super) fn usage_error(error: &clap::Error, language: Language) -> String {
    if language == Language::French {
        return shortened(&french::usage_error(error));
    }
    let message = error.render().to_string();
    let lines: Vec<_> = message.trim_end().lines().map(shortened).collect();
    lines.join("\n").trim_start_matches("error: ").to_owned()
}

/// One line, safe to print, not too long.
fn shortened(message: &str) -> String {
    let safe = visible(message);
    match safe.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &safe[..at]),
        None => safe.into_owned(),
    }
}

/// Characters of the query shown before the place of an error, and in all.
const SHOWN: (usize, usize) = (60, 100);

/// A query error with the query and a caret under the place.
pub(super) fn query_error(query: &str, error: &ParseError, language: Language) -> String {
    let start = query.floor_char_boundary(error.span.start);
    let column = query[..start].chars().count();
    let expected = match language {
        Language::French => french_expected(&error.expected),
        Language::English => error.expected.to_string(),
    };
    let place = language.pick("requête, colonne", "query, column");
    let colon = language.pick(" :", ":");
    // The part of the query around the place, on one line.
    let from = query.char_indices().nth(column.saturating_sub(SHOWN.0)).map_or(0, |(at, _)| at);
    let end = query[from..].char_indices().nth(SHOWN.1).map_or(query.len(), |(at, _)| from + at);
    let cut = |is_cut| if is_cut { "…" } else { "" };
    let before = format!("{}{}", cut(from > 0), visible(&query[from..start]));
    let after = format!("{}{}", visible(&query[start..end]), cut(end < query.len()));
    let caret = " ".repeat(unicode_width::UnicodeWidthStr::width(before.as_str()));
    let expected = visible(&expected);
    format!("{place} {}{colon} {expected}\n  {before}{after}\n  {caret}^", column + 1)
}

fn french_expected(expected: &Expected) -> String {
    match expected {
        Expected::Word => "un mot est attendu, la requête n’en contient aucun".to_owned(),
        Expected::ClosingQuote(c) => {
            format!("la citation ouverte ici n’est jamais fermée, {c} est attendu")
        }
        Expected::PhraseWord => "des mots sont attendus entre les guillemets".to_owned(),
        Expected::ClosingBracket => {
            "la parenthèse ouverte ici n’est jamais fermée, ) est attendue ; pour le signe \
                lui-même, mettez des guillemets"
                .to_owned()
        }
        Expected::OpeningBracket => {
            "aucune parenthèse n’est ouverte ici : ôtez ), ou mettez ( avant ; pour le signe \
                lui-même, mettez des guillemets"
                .to_owned()
        }
        Expected::BracketContent => "des mots sont attendus entre les parenthèses".to_owned(),
        Expected::LeftOperand(operator) => format!(
            "il faut quelque chose avant `{operator}` ; pour chercher ce mot : \
                \"{operator}\""
        ),
        Expected::RightOperand(operator) => format!(
            "il faut quelque chose après `{operator}` ; pour chercher ce mot : \
                \"{operator}\""
        ),
        Expected::OneExcluded { found, either, quoted } => {
            format!("`{found}` peut se lire de deux façons : écrivez {either}, ou {quoted}")
        }
        other => french_near(other)
            .or_else(|| french_limits(other))
            .or_else(|| french_signs(other))
            .unwrap_or_else(|| french_values(other)),
    }
}

fn french_near(expected: &Expected) -> Option<String> {
    Some(match expected {
        Expected::BesideNear { found, bracketed, quoted } => {
            let or = if quoted.is_empty() { "" } else { ", ou " };
            format!("`{found}` peut se lire de deux façons : écrivez {bracketed}{or}{quoted}")
        }
        Expected::NearOperand(operator) => format!(
            "`{operator}` se met entre des mots, des citations, ou des (… OU …) de ceux-ci ; \
                pour plusieurs mots, écrivez \"…\" ou (… OU …)"
        ),
        Expected::Distance(found) => format!(
            "`{found}` n’a pas de distance : écrivez PRES/5 (de 0 à {MAX_DISTANCE}), \
                PRES/PHRASE ou PRES/PARAGRAPHE, et AVANT/… si l’ordre compte"
        ),
        _ => return None,
    })
}

fn french_limits(expected: &Expected) -> Option<String> {
    Some(match expected {
        Expected::ShorterQuery => format!(
            "une requête a au plus {MAX_QUERY_BYTES} octets : raccourcissez-la, ou \
             cherchez en deux fois"
        ),
        Expected::ShorterPhrase => {
            format!("une phrase a au plus {MAX_PHRASE_WORDS} mots : fermez la citation plus tôt")
        }
        Expected::ShorterSlop => {
            format!("une phrase avec ~ a au plus {MAX_SLOP_WORDS} mots : ôtez-en, ou ôtez ~")
        }
        Expected::FewerClauses => format!(
            "une requête a au plus {MAX_CLAUSES} mots, phrases et valeurs : cherchez en deux fois"
        ),
        Expected::FewerBrackets => format!(
            "au plus {MAX_DEPTH} parenthèses ou SAUF peuvent être les uns dans les autres : ôtez-en"
        ),
        Expected::Slop => format!(
            "un nombre de 0 à {MAX_DISTANCE} est attendu après ~ : écrivez \"…\"~5 ; pour \
             toutes les formes, ~\"…\""
        ),
        _ => return None,
    })
}

/// What is wrong with the signs of one word.
fn french_signs(expected: &Expected) -> Option<String> {
    Some(match expected {
        Expected::LongerPattern(word) => format!(
            "`{word}` : un mot tronqué a au moins deux lettres ou chiffres ; si le signe \
             est une ponctuation, mettez une espace avant"
        ),
        Expected::PlainPattern { word, instead } => format!(
            "`{word}` : * et ? se mettent dans un seul mot : écrivez {instead} ; si le \
             signe est une ponctuation, mettez une espace avant"
        ),
        Expected::ShorterPattern { word, most } => {
            format!("`{word}` : un mot tronqué a au plus {most} lettres : tronquez-le plus tôt")
        }
        Expected::OneSign(word) => format!(
            "`{word}` porte plus d’un signe : écrivez +mot (exigé) ou -mot (exclu) ; si c’est \
             une ponctuation, mettez une espace après"
        ),
        Expected::DoubleQuotes { found, instead } => format!(
            "`{found}` : une citation se met entre guillemets doubles : écrivez \"{instead}\""
        ),
        Expected::Errors { found, word } => format!(
            "`{found}` : combien de fautes de frappe ? Écrivez {word}~1 ou {word}~2 ; pour \
             toutes les formes, ~{word}"
        ),
        Expected::FuzzyWord { word, instead } => format!(
            "`{word}` : les fautes de frappe sont pardonnées dans un seul mot de 3 à 64 \
             lettres : écrivez {instead}"
        ),
        Expected::OneMark(word) => format!(
            "`{word}` porte plus d’un signe : gardez-en un de =, ~, *, ? et ~1 ; si c’est \
             une ponctuation, mettez une espace avant"
        ),
        Expected::MarkedWord(mark) => format!(
            "`{mark}` se met devant un mot ou une citation : écrivez {mark}mot, ou \
             {mark}\"plusieurs mots\""
        ),
        Expected::NoBoost(word) => {
            format!("`{word}` : les mots n’ont pas de poids ici : ôtez ^ et le nombre")
        }
        _ => return None,
    })
}

/// What is wrong with a field, or with what another engine writes.
fn french_values(expected: &Expected) -> String {
    match expected {
        Expected::KnownField(name) => format!(
            "`{name}:` n’est pas un champ ; il y a titre:, source:, auteur: et date: ; \
             pour chercher ces mots, mettez une espace après les deux-points, ou des \
             guillemets"
        ),
        Expected::FieldValue(name) => format!(
            "une valeur est attendue juste après `{name}` : écrivez {name}mot ou \
             {name}\"des mots\" ; pour le mot lui-même, mettez une espace avant les \
             deux-points"
        ),
        Expected::PlainValue(name) => format!(
            "`{name}` prend un nom tel quel : écrivez {name}\"Le Monde\", ou \
             {name}(Numerama OU \"Le Monde\")"
        ),
        Expected::TitleContent(found) => format!(
            "titre: prend des mots et des citations : mettez `{found}` hors de ses parenthèses"
        ),
        Expected::Date(value) => format!(
            "`{value}` n’est pas une date : écrivez date:2024, date:2024-03, \
             date:2024-03-05, date:2024-03..2025, date:2024.. ou date:..2024"
        ),
        Expected::DateForm { found, instead } => {
            format!("`{found}` : les dates s’écrivent autrement ici : écrivez date:{instead}")
        }
        Expected::DateOrder { from, to } => {
            format!("la période finit avant de commencer : écrivez date:{to}..{from}")
        }
        Expected::Operator { found, instead } => format!(
            "`{found}` s’écrit autrement ici : {instead} ; pour le chercher comme texte, \
             mettez des guillemets"
        ),
        other => other.to_string(),
    }
}

fn french_forms(error: &UserFormsError) -> String {
    let reason = match &error.reason {
        UserFormsReason::NotAWord(word) => format!("{word:?} n’est pas un seul mot"),
        _ => "une forme, une tabulation et son lemme sont attendus".to_owned(),
    };
    format!("ligne {}, {reason}", error.line)
}

fn french_place(place: &ReportPlace) -> String {
    match place {
        ReportPlace::Input(path) => format!(
            "{} : --report écraserait ce fichier, qui est lu ; nommez-en un autre",
            path.display()
        ),
        ReportPlace::Inside { report, folder } => format!(
            "{} : --report écrirait dans {} ; nommez un fichier ailleurs",
            report.display(),
            folder.display()
        ),
        ReportPlace::NoPicture(path) => format!(
            "{} : --svg écraserait ce fichier, qui n’est pas une image ; nommez-en un autre",
            path.display()
        ),
        ReportPlace::PictureInside(path) => {
            format!("{} : --svg écrirait dans l’index ; nommez un fichier ailleurs", path.display())
        }
    }
}

fn french_options(error: &OptionsError) -> String {
    match error {
        OptionsError::Format { name } => {
            let known: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
            format!("--format : {name:?} n’est pas un format ; il y a : {}", known.join(", "))
        }
        OptionsError::Field { name } => {
            format!("--map : {name:?} n’est pas un champ ; il y a : {}", FIELDS.join(", "))
        }
        OptionsError::Twice { name } => {
            format!(
                "--map : {name:?} est donné deux fois ; une seule par champ : {}",
                FIELDS.join(", ")
            )
        }
        other => other.to_string(),
    }
}

fn french(error: &Error) -> String {
    match error {
        Error::NoIndex { path } => {
            let path = path.display();
            format!(
                "{path} : aucun index ici ; pour en construire un : depeche index DOSSIER \
                 --index {path}"
            )
        }
        Error::Unfinished { path } => format!(
            "{} : la première indexation n’a pas été menée à son terme ; relancez depeche index",
            path.display()
        ),
        Error::NotAnIndex { path } => format!(
            "{} : ce n’est ni un index ni un dossier vide ; choisissez un autre dossier",
            path.display()
        ),
        Error::NewerVersion { path, found, expected } => format!(
            "{} : l’index a été construit par une version plus récente de depeche (format {found}, ce programme \
             a {expected}) : mettez depeche à jour",
            path.display()
        ),
        Error::OtherVersion { path, what, found, expected } => {
            let what = match *what {
                "format" => "le format",
                "passages" => "un découpage de",
                _ => "l’analyse",
            };
            let path = path.display();
            let (found, expected) = (french_detail(found), french_detail(expected));
            format!(
                "{path} : l’index a été construit avec {what} {found}, ce programme a {expected} ; \
                 pour le reconstruire de son propre texte : depeche reindex {path}"
            )
        }
        Error::OtherForms { path } => format!(
            "{} : l’index a été construit avec d’autres formes, ou sans ; ôtez --forms \
             pour les garder, ou supprimez le dossier et réindexez tout",
            path.display()
        ),
        Error::Locked { path, process } => {
            let number = process.map(|number| format!(" (numéro {number})")).unwrap_or_default();
            format!(
                "{} : un autre processus{number} écrit dans l’index ; attendez qu’il ait fini, \
                 puis recommencez",
                path.display()
            )
        }
        Error::Replaced { path } => {
            format!("{} : l’index vient d’être reconstruit ; relancez la commande", path.display())
        }
        Error::NotWritten { path, source } => {
            let (source, cure) = (french_io(source), french_cure(source.kind()));
            format!("{} : {source} ; {cure}", path.display())
        }
        Error::NothingWritten { path, source } => {
            let (source, cure) = (french_io(source), french_first_cure(source.kind()));
            format!("{} : {source} ; rien n’est encore acquis ; {cure}", path.display())
        }
        Error::Damaged { path, detail } => format!(
            "{} : endommagé ({}) ; depeche check dit ce qui l’est et que faire",
            path.display(),
            french_detail(detail)
        ),
        Error::DamagedBefore { index, path, detail } => format!(
            "{} : endommagé ({}) ; pour reconstruire l’index de tout ce qui se lit : depeche reindex --salvage {}",
            path.display(),
            french_detail(detail),
            index.display()
        ),
        Error::Panicked { path, detail } => format!(
            "{} : le moteur a échoué ({detail}) ; l’index est peut-être endommagé, depeche check \
             le dit",
            path.display()
        ),
        Error::TooManyWords { word, found, most } => format!(
            "{word} recouvre {found} mots de l’index, {most} au plus : donnez-en plus de lettres"
        ),
        Error::TooManyWordsInAll { most } => format!(
            "les mots tronqués recouvrent ensemble plus de {most} mots de l’index : donnez-en plus de lettres"
        ),
        Error::TooManyComparisons { most } => format!(
            "trop d’expressions et de voisinages de mots trop fréquents (plus de {most} passages à \
             parcourir) : gardez-en moins, ou des mots plus rares"
        ),
        Error::Article { id, detail } => {
            format!("article {id:?} refusé : {}", french_article(detail))
        }
        Error::NoArticle { id } => format!("aucun article n’a l’identifiant {id:?}"),
        Error::Io { path, source } => format!("{} : {}", path.display(), french_read(source)),
        Error::Engine { path, source } => format!(
            "{} : le moteur a échoué ({source}) ; depeche check dit si l’index est endommagé",
            path.display()
        ),
        Error::Output { source } => french_io(source),
        Error::Line { path, line, fault } => {
            format!("{} : ligne {line}, {}", path.display(), french_line(fault))
        }
        Error::NoJudgments { path } => format!("{} : aucun jugement", path.display()),
        other => other.to_string(),
    }
}

/// What is wrong with a line of judgments or of a run.
fn french_line(fault: &LineFault) -> String {
    match fault {
        LineFault::Columns { form, found: 0 | 1 } => {
            format!("`{form}` est attendu, il n’y a qu’une colonne")
        }
        LineFault::Columns { form, found } => {
            format!("`{form}` est attendu, il y a {found} colonnes")
        }
        LineFault::TooLong { most } => format!("une ligne de plus de {most} octets"),
        LineFault::Relevance { found } => {
            format!("la pertinence {found:?} n’est pas un nombre entier")
        }
        LineFault::Score { found } => format!("le score {found:?} n’est pas un nombre fini"),
        LineFault::Twice { query, document } => {
            format!("le document {document:?} est donné deux fois pour la requête {query:?}")
        }
        LineFault::NotText => "ce n’est pas du texte en UTF-8".to_owned(),
        other => other.to_string(),
    }
}

/// Why a query of a batch has no answer, and where it stands.
pub(super) fn refused(answer: &Answer, refusal: &Refusal, language: Language) -> String {
    let (query, line) = (language.pick("requête", "query"), language.pick("ligne", "line"));
    let colon = language.pick(" :", ":");
    let place = format!("{query} {}, {line} {}{colon}", visible(&answer.id), answer.line);
    let message = match (refusal, language) {
        (Refusal::Query(error), _) => {
            return format!("{place} {}", query_error(&answer.text, error, language));
        }
        (_, Language::English) => refusal.to_string(),
        (_, Language::French) => french_refusal(refusal),
    };
    shortened(&format!("{place} {message}"))
}

fn french_refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooMuch(error) | Refusal::Index(error) => french(error),
        Refusal::Encoding => "la ligne n’est pas en UTF-8".to_owned(),
        Refusal::TooLong { limit } => format!("plus de {limit} octets"),
        Refusal::Json { column, detail } => {
            format!("ce n’est pas un objet JSON, colonne {column} : {}", french_detail(detail))
        }
        Refusal::Csv { detail } => format!("ligne CSV invalide : {}", french_detail(detail)),
        Refusal::NoQuery { expected } => {
            let expected = match *expected {
                "an identifier, a tab and the query" => {
                    "un identifiant, une tabulation et la requête"
                }
                "a text named \"query\"" => "un texte nommé « query »",
                other => other,
            };
            format!("il n’y a pas de requête : il faut {expected}")
        }
        Refusal::UnknownOption { name } => format!(
            "{name:?} n’est pas une option de recherche ; il y a : {}",
            OWN_OPTIONS.join(", ")
        ),
        Refusal::Value { name, found, .. } => format!("{found} n’est pas une valeur de {name}"),
        other => other.to_string(),
    }
}

/// What to do where something could not be written.
fn french_cure(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "ce qui était acquis est intact et se cherche ; libérez de la place, puis relancez la \
             même commande"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "un index se cherche ici, mais ne s’écrit pas ; demandez à qui il appartient, ou \
             travaillez sur une copie de son dossier"
        }
        _ => {
            "ce qui était acquis est intact et se cherche ; vérifiez le disque, puis relancez la \
             même commande"
        }
    }
}

/// What to do where nothing was committed yet.
fn french_first_cure(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "libérez de la place, puis relancez la même commande"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "choisissez pour l’index un dossier où vous pouvez écrire, avec --index"
        }
        _ => "vérifiez le disque, puis relancez la même commande",
    }
}

/// What the system said of a file that is imported, and what to do.
fn french_fault(IoFault { kind, code, detail, .. }: &IoFault) -> String {
    let error = match code {
        Some(code) => io::Error::from_raw_os_error(*code),
        None => io::Error::new(*kind, detail.clone()),
    };
    french_read(&error)
}

/// An error of the system, and what to do where that is not plain.
fn french_read(error: &io::Error) -> String {
    if let Some(reason) = error.get_ref().and_then(|inner| inner.downcast_ref::<SkipReason>()) {
        return french_skip(reason);
    }
    let advice = match error.kind() {
        ErrorKind::PermissionDenied => " ; voyez les droits du fichier et de ses dossiers",
        _ => "",
    };
    french_io(error) + advice
}

/// A failure of the program itself, as one line.
pub(super) fn panicked(detail: &str, language: Language) -> String {
    shortened(&match language {
        Language::French => {
            format!("erreur interne ({detail}) ; depeche check dit si l’index est endommagé")
        }
        Language::English => {
            format!("internal error ({detail}); depeche check tells whether the index is damaged")
        }
    })
}

/// Why a record was skipped.
pub(super) fn reason(reason: &Reason, language: Language) -> String {
    let message = match (reason, language) {
        (_, Language::English) => reason.to_string(),
        (Reason::Import(reason), _) => french_skip(reason),
        (Reason::Repeated(id), _) => {
            format!("dit la même chose qu’un enregistrement précédent d’identifiant {id:?}")
        }
        (Reason::Refused(detail), _) => french_article(detail),
    };
    shortened(&message)
}

fn french_skip(reason: &SkipReason) -> String {
    let rest =
        |stopped: &bool| if *stopped { " ; la suite du fichier n’a pas été lue" } else { "" };
    match reason {
        SkipReason::Empty => "le fichier est vide".to_owned(),
        SkipReason::NoText => "il n’y a pas de texte".to_owned(),
        SkipReason::Binary => "ce n’est pas du texte (données binaires)".to_owned(),
        SkipReason::UnknownFormat { found } => format!(
            "{found:?} n’est pas un format connu ; nommez le fichier lui-même pour le lire \
             d’après son contenu"
        ),
        SkipReason::TooLarge { limit } => {
            format!("enregistrement de plus de {limit} octets ; --max-record élève la limite")
        }
        SkipReason::Inflates { limit } => format!(
            "les données gzip dépassent {limit} octets, la suite n’a pas été lue ; --max-inflated \
             élève la limite"
        ),
        SkipReason::Bomb => "les données gzip dépassent 200 fois leur taille, comme une bombe, la \
                             suite n’a pas été lue ; si elles sont saines, décompressez le fichier"
            .to_owned(),
        SkipReason::Endless => "un enregistrement de plus de 1 Gio, la suite n’a pas été lue ; \
                                découpez le fichier"
            .to_owned(),
        SkipReason::Json { line, column, detail, stopped } => {
            let detail = french_detail(detail);
            format!("JSON invalide ligne {line}, colonne {column} : {detail}{}", rest(stopped))
        }
        SkipReason::Csv { detail, stopped } => {
            format!("ligne CSV invalide : {}{}", french_detail(detail), rest(stopped))
        }
        SkipReason::FrontMatter { line, detail } => {
            format!("en-tête invalide ligne {line} : {}", french_detail(detail))
        }
        SkipReason::Gzip { detail } => {
            format!("gzip endommagé : {} ; la suite n’a pas été lue", french_detail(detail))
        }
        SkipReason::Io(fault) => format!("illisible : {}", french_fault(fault)),
        SkipReason::IgnoreFile(fault) => {
            format!("{} ; rien de son dossier n’a été lu", french_ignore(fault))
        }
        SkipReason::NotAFile => "ce n’est pas un fichier ordinaire".to_owned(),
        SkipReason::SameFolder => "ce lien mène à un dossier déjà lu".to_owned(),
        SkipReason::AnIndex => "ce dossier est un index de depeche, pas des articles".to_owned(),
        SkipReason::NotAnObject { .. } => {
            "l’enregistrement n’est pas un objet avec des champs".to_owned()
        }
        SkipReason::NoTextField { fields } => format!(
            "aucun champ ne contient le texte ; il y a : {} ; nommez le bon avec --map body=CHAMP",
            fields.join(", ")
        ),
        SkipReason::WrongType { field, .. } => format!("le champ {field:?} devrait être un texte"),
        SkipReason::Hostile { what } => format!(
            "page anormale, non analysée : {} ; son texte, enregistré en .txt, sera lu",
            french_excess(what)
        ),
        other => other.to_string(),
    }
}

/// What is wrong with a `.depecheignore`.
fn french_ignore(fault: &IgnoreFault) -> String {
    match fault {
        IgnoreFault::NotAFile => "ce n’est pas un fichier ordinaire".to_owned(),
        IgnoreFault::TooLarge { limit } => format!("il a plus de {limit} octets"),
        IgnoreFault::NotText { line } => {
            format!("la ligne {line} n’est pas du texte en UTF-8")
        }
        IgnoreFault::Pattern { line, pattern } => {
            format!("ligne {line}, {pattern:?} n’est pas un motif de gitignore")
        }
        IgnoreFault::TooMany => "il a trop de motifs".to_owned(),
        IgnoreFault::Io(fault) => format!("illisible : {}", french_fault(fault)),
        other => other.to_string(),
    }
}

/// Why no index can hold an article.
fn french_article(fault: &ArticleFault) -> String {
    match fault {
        ArticleFault::TooLong { field, bytes, most } => {
            let field = match *field {
                "identifier" => "son identifiant",
                "title" => "son titre",
                "source" => "sa source",
                "author" => "son auteur",
                "text" => "son texte",
                _ => "son adresse",
            };
            format!("{field} a {bytes} octets, {most} au plus tiennent ; --map en nomme un autre")
        }
        _ => "il n’y a pas de texte".to_owned(),
    }
}

/// What a page has too much of.
fn french_excess(what: &str) -> &str {
    match what {
        "more than 512 elements one in the other" => "plus de 512 éléments l’un dans l’autre",
        "a tag with more than 500 attributes" => "une balise de plus de 500 attributs",
        "more than 200,000 tags" => "plus de 200 000 balises",
        "more than 500,000 elements and texts" => "plus de 500 000 éléments et textes",
        "more than 1,000,000 attributes" => "plus de 1 000 000 d’attributs",
        "too many elements deep in others" => "trop d’éléments loin dans d’autres",
        "more than 10,000 character references in one text" => {
            "plus de 10 000 entités dans un texte"
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_first_commit_nothing_is_said_to_be_safe() {
        for (kind, cure) in [
            (ErrorKind::StorageFull, "libérez de la place"),
            (ErrorKind::PermissionDenied, "choisissez pour l’index un dossier"),
            (ErrorKind::Other, "vérifiez le disque"),
        ] {
            let message = french(&Error::NothingWritten { path: "ix".into(), source: kind.into() });
            assert!(message.contains("rien n’est encore acquis") && message.contains(cure));
            assert!(!message.contains("se cherche"), "{message}");
        }
    }
}
