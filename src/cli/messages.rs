//! Errors in the language of the user: one line that says what, where and what to do.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::string::FromUtf8Error;

use depeche::import::{FIELDS, FORMATS, OptionsError, SkipReason};
use depeche::render::{Language, visible};
use depeche::{
    Error, Expected, MAX_PHRASE_WORDS, MAX_QUERY_BYTES, ParseError, Reason, UserFormsError,
    UserFormsReason,
};

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
                let io = cause.downcast_ref().map(french_io);
                let forms = || cause.downcast_ref().map(french_forms);
                let utf8 =
                    || cause.is::<FromUtf8Error>().then(|| "ce n’est pas du texte en UTF-8".into());
                Some(format!("{error} : {}", io.or_else(forms).or_else(utf8)?))
            };
            known.map(french).or_else(options).or_else(cause)
        }
    };
    shortened(&message.unwrap_or_else(|| format!("{error:#}")))
}

/// One line, safe to print, not too long.
fn shortened(message: &str) -> String {
    let safe = visible(message);
    match safe.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &safe[..at]),
        None => safe.into_owned(),
    }
}

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
    let from = query.char_indices().nth(column.saturating_sub(60)).map_or(0, |(at, _)| at);
    let shown: String = visible(&query[from..]).chars().take(100).collect();
    let caret = " ".repeat(query[from..start].chars().count());
    format!("{place} {}{colon} {expected}\n  {shown}\n  {caret}^", column + 1)
}

fn french_expected(expected: &Expected) -> String {
    match expected {
        Expected::Word => "un mot est attendu, la requête n’en contient aucun".to_owned(),
        Expected::ClosingQuote(c) => {
            format!("la citation ouverte ici n’est jamais fermée, {c} est attendu")
        }
        Expected::PhraseWord => "des mots sont attendus entre les guillemets".to_owned(),
        Expected::ShorterPhrase => format!("une phrase a au plus {MAX_PHRASE_WORDS} mots"),
        Expected::ShorterQuery => format!("une requête a au plus {MAX_QUERY_BYTES} octets"),
        Expected::NoOperator(text) => format!(
            "{text} n’est pas encore un opérateur : ôtez-le, ou cherchez-le comme un mot, entre guillemets"
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
                "{path} : aucun index ici ; pour en construire un : depeche index DOSSIER --index {path}"
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
        Error::OtherVersion { path, what, found, expected } => {
            let what = match *what {
                "format" => "le format",
                "passages" => "un découpage de",
                _ => "l’analyse",
            };
            format!(
                "{} : l’index a été construit avec {what} {found}, ce programme a {expected} ; \
                 supprimez le dossier et relancez depeche index",
                path.display()
            )
        }
        Error::OtherForms { path } => format!(
            "{} : l’index a été construit avec d’autres formes, ou sans ; ôtez --forms pour les garder, ou supprimez le dossier et réindexez tout",
            path.display()
        ),
        Error::Locked { path } => format!(
            "{} : un autre processus écrit dans l’index ; attendez qu’il ait fini, puis recommencez",
            path.display()
        ),
        Error::Damaged { path, detail } => format!(
            "{} : endommagé ({detail}) ; supprimez le dossier de l’index et relancez depeche index",
            path.display()
        ),
        Error::Article { id, detail } => format!("article {id:?} refusé : {detail}"),
        Error::NoArticle { id } => format!("aucun article n’a l’identifiant {id:?}"),
        Error::Io { path, source } => format!("{} : {}", path.display(), french_io(source)),
        Error::Engine { path, source } => format!("{} : {source}", path.display()),
        other => other.to_string(),
    }
}

/// What the operating system says most often; the rest in its own words.
fn french_io(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "fichier ou dossier introuvable".to_owned(),
        ErrorKind::PermissionDenied => "permission refusée".to_owned(),
        ErrorKind::NotADirectory => "ce n’est pas un dossier".to_owned(),
        ErrorKind::IsADirectory => "c’est un dossier".to_owned(),
        ErrorKind::StorageFull => "le disque est plein".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule".to_owned(),
        _ => error.to_string(),
    }
}

/// A failure of the program itself, as one line.
pub(super) fn panicked(detail: &str, language: Language) -> String {
    shortened(&match language {
        Language::French => format!(
            "erreur interne ({detail}) ; si l’index est endommagé, supprimez son dossier et relancez depeche index"
        ),
        Language::English => format!(
            "internal error ({detail}); if the index is damaged, remove its folder and run depeche index again"
        ),
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
        (Reason::Refused(detail), _) => format!("refusé ({detail})"),
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
            "{found:?} n’est pas un format connu ; nommez le fichier lui-même pour le lire d’après son contenu"
        ),
        SkipReason::TooLarge { limit } => {
            format!("enregistrement de plus de {limit} octets ; --max-record élève la limite")
        }
        SkipReason::Inflates { limit } => format!("les données gzip dépassent {limit} octets"),
        SkipReason::Json { line, column, detail, stopped } => {
            format!("JSON invalide ligne {line}, colonne {column} : {detail}{}", rest(stopped))
        }
        SkipReason::Csv { detail, stopped } => {
            format!("ligne CSV invalide : {detail}{}", rest(stopped))
        }
        SkipReason::FrontMatter { line, detail } => {
            let detail = match detail.as_str() {
                "expected `name: value`" => "« nom: valeur » est attendu",
                "the name stands twice" => "ce nom y est deux fois",
                "not valid TOML" => "ce n’est pas du TOML",
                other => other,
            };
            format!("en-tête invalide ligne {line} : {detail}")
        }
        SkipReason::Gzip { detail } => {
            format!("gzip endommagé : {detail} ; la suite n’a pas été lue")
        }
        SkipReason::Io { detail } => format!("illisible : {detail}"),
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
        SkipReason::Hostile { .. } => format!("page anormale, non analysée ({reason})"),
        other => other.to_string(),
    }
}
