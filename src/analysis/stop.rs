//! Words that a bag of words leaves out: they stand in every text. Phrases keep them.

/// Whether a folded word is one of them.
pub(crate) fn is_stop_word(folded: &str) -> bool {
    STOP_WORDS.binary_search(&folded).is_ok()
}

/// Folded, sorted: articles, prepositions, pronouns, conjunctions, forms of être and avoir. Words that
/// also name things once folded (`or`, `été`, `son`, `pas`, `a` as a letter) are weighed one by one:
/// kept out of this list where a search for the thing is likely.
const STOP_WORDS: &[&str] = &[
    "a", "afin", "ai", "ainsi", "alors", "apres", "as", "au", "aucun", "aucune", "aujourdhui", "auquel",
    "aura", "auront", "aussi", "autre", "autres", "aux", "auxquelles", "auxquels", "avaient", "avait",
    "avant", "avec", "avez", "avoir", "avons", "ayant", "c", "ca", "car", "ce", "ceci", "cela", "celle",
    "celles", "celui", "ces", "cet", "cette", "ceux", "chaque", "chez", "ci", "comme", "comment", "d",
    "dans", "de", "deja", "depuis", "des", "desquelles", "desquels", "donc", "dont", "du", "duquel",
    "elle", "elles", "en", "encore", "entre", "es", "est", "et", "etaient", "etait", "etant", "etc",
    "etes", "etre", "eu", "eux", "fait", "font", "furent", "fut", "ici", "il", "ils", "j", "je", "jusqu",
    "jusque", "l", "la", "laquelle", "le", "lequel", "les", "lesquelles", "lesquels", "leur", "leurs",
    "lors", "lorsqu", "lorsque", "lui", "m", "ma", "mais", "me", "meme", "memes", "mes", "moi", "moins",
    "mon", "n", "ne", "ni", "nos", "notre", "nous", "on", "ont", "ou", "par", "parce", "pas", "pendant",
    "peu", "peut", "peuvent", "plus", "pour", "pourquoi", "puis", "puisqu", "puisque", "qu", "quand",
    "que", "quel", "quelle", "quelles", "quels", "qui", "quoi", "quoiqu", "quoique", "s", "sa", "sans",
    "se", "sera", "serait", "seront", "ses", "si", "soit", "sommes", "son", "sont", "sous", "suis", "sur",
    "t", "ta", "tandis", "te", "tel", "telle", "telles", "tels", "tes", "toi", "ton", "tous", "tout",
    "toute", "toutes", "tres", "tu", "un", "une", "va", "vers", "via", "vos", "votre", "vous", "y",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold;

    #[test]
    fn the_list_is_sorted_and_folded() {
        assert!(STOP_WORDS.is_sorted_by(|a, b| a < b), "{:?}", STOP_WORDS.windows(2).find(|w| w[0] >= w[1]));
        assert!(STOP_WORDS.iter().all(|w| fold(w) == *w));
    }

    #[test]
    fn words_that_name_things_are_kept() {
        for word in ["or", "ete", "droit", "premier", "ia"] {
            assert!(!is_stop_word(word), "{word}");
        }
        assert!(is_stop_word("de") && is_stop_word("qu"));
    }
}
