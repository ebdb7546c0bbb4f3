//! What the system, the readers of files and a check of an index say in English, in French.

use std::borrow::Cow;
use std::io::{self, ErrorKind};

/// English and French, `{}` in both for what is told in between: names, numbers, or another of these.
const DETAILS: &[(&str, &str)] = &[
    // Of an index.
    ("{}, record at byte {}", "{}, enregistrement à l’octet {}"),
    ("it is missing", "il manque"),
    ("it is cut off, or its end was written over", "coupé, ou sa fin est écrasée"),
    ("it is not a regular file", "ce n’est pas un fichier ordinaire"),
    ("it bears no checksum", "il n’a pas de somme de contrôle"),
    ("it has no end", "il n’a pas de fin"),
    (
        "it is not what the index was built with",
        "ce n’est pas ce avec quoi l’index a été construit",
    ),
    ("its fields are not those of its format", "ses champs ne sont pas ceux de son format"),
    ("the checksum differs", "la somme de contrôle diffère"),
    ("the checksum is missing", "la somme de contrôle manque"),
    ("the length differs", "la longueur diffère"),
    ("the length of the text file is missing", "la longueur du fichier des textes manque"),
    ("the file ends", "le fichier s’arrête"),
    ("a length beyond reason", "une longueur impossible"),
    ("no identifier", "pas d’identifiant"),
    ("no article", "pas d’article"),
    (
        "its first bytes are not those of a text file",
        "ses premiers octets ne sont pas ceux d’un fichier de textes",
    ),
    ("it is the text of another index", "c’est le texte d’un autre index"),
    (
        "its last record is not the one that was committed",
        "son dernier article n’est pas celui qui a été validé",
    ),
    ("it was written after another one", "il a été écrit à la suite d’un autre"),
    ("it is of another index", "c’est celui d’un autre index"),
    ("no article can be read in it", "aucun article ne s’y lit"),
    (
        "no number is left for the rebuilt data",
        "il n’y a plus de numéro pour les données reconstruites",
    ),
    ("{} has no passage {}", "{} n’a pas de passage {}"),
    ("is a directory", "c’est un dossier"),
    ("Directory does not exist: {}", "le dossier {} n’existe pas"),
    ("Path exists but is not a directory: {}", "{} n’est pas un dossier"),
    ("missing field {}", "il manque le champ {}"),
    ("invalid value: {}, expected {}", "valeur impossible : {}"),
    ("this is not text in UTF-8", "ce n’est pas du texte en UTF-8"),
    ("an earlier write failed", "une écriture précédente a échoué"),
    ("shorter than the {} bytes committed", "plus court que les {} octets acquis"),
    ("{} bytes, {} committed", "{} octets, {} acquis"),
    ("{} articles of {} were written", "{} articles sur {} ont été écrits"),
    ("{} words a passage", "{} mots par passage"),
    ("{}: the order of {}", "{} : l’ordre de {}"),
    ("{}: the documents of {}", "{} : les documents de {}"),
    ("{}: the positions of {}", "{} : les positions de {}"),
    ("{}: the number of documents of {}", "{} : le nombre de documents de {}"),
    ("identifiers of {} documents", "des identifiants pour {} documents"),
    ("lengths of {} documents", "des longueurs pour {} documents"),
    ("{} documents", "{} documents"),
    ("byte {}", "octet {}"),
    // Of JSON.
    ("{} at line {} column {}", "{}, ligne {}, colonne {}"),
    ("EOF while parsing a list", "le texte s’arrête dans une liste"),
    ("EOF while parsing an object", "le texte s’arrête dans un objet"),
    ("EOF while parsing a string", "le texte s’arrête dans une chaîne"),
    ("EOF while parsing a value", "le texte s’arrête avant une valeur"),
    ("expected value", "une valeur est attendue"),
    ("expected ident", "true, false ou null est attendu"),
    ("expected a list or an object", "une liste ou un objet est attendu"),
    ("expected an element of the list", "un élément de la liste est attendu"),
    ("expected the name of a field", "le nom d’un champ est attendu"),
    ("expected `{}` or `{}`", "`{}` ou `{}` est attendu"),
    ("expected `{}`", "`{}` est attendu"),
    ("trailing comma", "une virgule de trop"),
    ("trailing characters", "des caractères de trop à la fin"),
    ("key must be a string", "le nom d’un champ est une chaîne"),
    ("recursion limit exceeded", "plus de 128 niveaux"),
    ("invalid number", "ce n’est pas un nombre"),
    ("number out of range", "un nombre trop grand"),
    ("invalid escape", "un échappement inconnu après \\"),
    ("invalid unicode code point", "ce n’est pas un caractère d’Unicode"),
    ("lone leading surrogate in hex escape", "une moitié de caractère seule après \\u"),
    ("unexpected end of hex escape", "quatre chiffres sont attendus après \\u"),
    (
        "control character ({}) found while parsing a string",
        "un caractère de commande ({}) dans une chaîne",
    ),
    ("invalid type: {}, expected a map", "un objet est attendu"),
    ("this text is not closed on its line", "cette chaîne n’est pas fermée sur sa ligne"),
    ("the file ends before the list does", "le fichier s’arrête dans la liste"),
    (
        "the file ends inside the record that begins at line {}",
        "le fichier s’arrête dans l’enregistrement qui commence ligne {}",
    ),
    ("more than 1,000,000 values in one record", "plus de 1 000 000 de valeurs"),
    // Of other formats.
    (
        "a list of JSON objects; one object a line is expected, without brackets and commas around them",
        "une liste d’objets JSON ; il faut un objet par ligne, sans crochets ni virgules autour",
    ),
    ("a quotation mark that opens in it is never closed", "un guillemet n’est jamais fermé"),
    ("{} fields where the first row has {}", "{} champs, la première ligne en a {}"),
    (
        "more cells than the first row, which has {}",
        "plus de cellules que la première ligne, qui en a {}",
    ),
    ("no column is named query; there is: {}", "aucune colonne ne s’appelle query ; il y a : {}"),
    ("a record without end", "un enregistrement sans fin"),
    ("more than {} times its size", "plus de {} fois sa taille"),
    ("more than {} bytes", "plus de {} octets"),
    ("the file is cut off", "le fichier est coupé"),
    ("other bytes follow its end", "d’autres octets suivent sa fin"),
    ("corrupt deflate stream", "les données ne se décompressent pas"),
    ("corrupt gzip stream does not have a matching checksum", "la somme de contrôle diffère"),
    ("invalid gzip header", "l’en-tête n’est pas de gzip"),
    ("expected `name: value`", "« nom: valeur » est attendu"),
    ("the name stands twice", "ce nom y est deux fois"),
    ("not valid TOML", "ce n’est pas du TOML"),
    ("stream did not contain valid UTF-8", "ce n’est pas du texte en UTF-8"),
    ("failed to fill whole buffer", "le fichier s’arrête"),
];

/// What is said of a file, in French where it is known.
pub fn french_detail(detail: &str) -> Cow<'_, str> {
    if let Some((said, code)) = detail.rsplit_once(" (os error ")
        && let Ok(code) = code.trim_end_matches(')').parse()
        && !said.is_empty()
    {
        return french_io(&io::Error::from_raw_os_error(code)).into();
    }
    let known = DETAILS.iter().find_map(|(english, french)| {
        let told = told(english, detail)?;
        let mut told = told.into_iter().map(french_detail);
        let mut text = String::new();
        for (number, part) in french.split("{}").enumerate() {
            if number > 0 {
                text.push_str(&told.next().unwrap_or_default());
            }
            text.push_str(part);
        }
        Some(text.into())
    });
    known.unwrap_or(detail.into())
}

/// What stands in a text at each `{}` of its pattern; none where the text is another one.
fn told<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let (first, others) = pattern.split_once("{}").unwrap_or((pattern, ""));
    let rest = text.strip_prefix(first)?;
    if first.len() == pattern.len() {
        return rest.is_empty().then(Vec::new);
    }
    let (next, _) = others.split_once("{}").unwrap_or((others, ""));
    let end = match next.len() == others.len() {
        true => rest.strip_suffix(others)?.len(),
        false => rest.find(next)?,
    };
    let (part, rest) = rest.split_at(end);
    let mut parts = vec![Some(part).filter(|part| !part.is_empty())?];
    parts.extend(told(others, rest)?);
    Some(parts)
}

/// An error of the system, or of a stream that is read, in French.
pub fn french_io(error: &io::Error) -> String {
    match (french_kind(error.kind()), error.raw_os_error()) {
        (Some(french), _) => french.to_owned(),
        (None, Some(code)) => french_code(code),
        (None, None) => french_detail(&error.to_string()).into_owned(),
    }
}

fn french_kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "fichier ou dossier introuvable",
        ErrorKind::PermissionDenied => "permission refusée",
        ErrorKind::AlreadyExists => "il existe déjà",
        ErrorKind::NotADirectory => "ce n’est pas un dossier",
        ErrorKind::IsADirectory => "c’est un dossier",
        ErrorKind::DirectoryNotEmpty => "le dossier n’est pas vide",
        ErrorKind::StorageFull => "il n’y a plus de place sur le disque",
        ErrorKind::QuotaExceeded => "le quota de disque est atteint",
        ErrorKind::FileTooLarge => "le fichier dépasse la taille permise",
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        ErrorKind::ResourceBusy => "il est occupé par un autre programme",
        ErrorKind::ExecutableFileBusy => "il est en cours d’exécution",
        ErrorKind::StaleNetworkFileHandle => "le disque du réseau n’est plus le même",
        ErrorKind::TimedOut => "le délai est dépassé",
        ErrorKind::InvalidFilename => "le nom est trop long ou impossible",
        ErrorKind::TooManyLinks => "trop de liens",
        ErrorKind::OutOfMemory => "il n’y a plus de mémoire",
        ErrorKind::WouldBlock => "le système n’accorde pas un fil d’exécution de plus",
        ErrorKind::BrokenPipe => "le lecteur est parti",
        _ => return None,
    })
}

/// What has no kind of its own, by its number on Unix.
fn french_code(code: i32) -> String {
    match code {
        5 if cfg!(unix) => "erreur de lecture ou d’écriture du disque".to_owned(),
        23 | 24 if cfg!(unix) => "trop de fichiers ouverts".to_owned(),
        40 if cfg!(target_os = "linux") => "les liens tournent en rond".to_owned(),
        _ => format!("erreur {code} du système"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_told_in_french() {
        for (english, french) in [
            (
                "the checksum differs, record at byte 16",
                "la somme de contrôle diffère, enregistrement à l’octet 16",
            ),
            ("expected `,` or `}`", "`,` ou `}` est attendu"),
            ("expected `:`", "`:` est attendu"),
            ("title: the number of documents of \"a\"", "title : le nombre de documents de \"a\""),
            (
                "EOF while parsing a value at line 1 column 0",
                "le texte s’arrête avant une valeur, ligne 1, colonne 0",
            ),
            ("Permission denied (os error 13)", "permission refusée"),
            ("what nobody knows", "what nobody knows"),
        ] {
            assert_eq!(french_detail(english), french);
        }
    }

    #[test]
    fn errors_of_streams_are_told_in_french() {
        let endless = io::Error::other("a record without end");
        assert_eq!(french_io(&endless), "un enregistrement sans fin");
        assert_eq!(
            french_io(&io::Error::other("it is not a regular file")),
            "ce n’est pas un fichier ordinaire"
        );
        assert_eq!(french_io(&io::Error::from_raw_os_error(9_999)), "erreur 9999 du système");
    }
}
