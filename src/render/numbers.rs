//! Numbers as people write them.

use super::Language;

/// A number with its noun; French has the singular up to 1.
pub(super) fn counted(n: u64, one: &str, many: &str, language: Language) -> String {
    let noun = if n < 2 && (n == 1 || language == Language::French) { one } else { many };
    format!("{} {noun}", grouped(n, language))
}

/// Thousands apart, by a narrow no-break space in French.
pub(super) fn grouped(n: u64, language: Language) -> String {
    let digits = n.to_string();
    let separator = language.pick("\u{202f}", ",");
    let mut shown = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push_str(separator);
        }
        shown.push(digit);
    }
    shown
}

/// A number that is not negative, with so many decimals.
pub(super) fn decimal(value: f64, places: usize, language: Language) -> String {
    let text = format!("{value:.places$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), |n| grouped(n, language));
    match part {
        "" => whole,
        part => format!("{whole}{}{part}", language.pick(",", ".")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_languages() {
        assert_eq!(grouped(1_234_567, Language::French), "1\u{202f}234\u{202f}567");
        assert_eq!(grouped(999, Language::English), "999");
        assert_eq!(counted(0, "passage", "passages", Language::French), "0 passage");
        assert_eq!(counted(0, "passage", "passages", Language::English), "0 passages");
        assert_eq!(decimal(1234.567, 2, Language::French), "1\u{202f}234,57");
        assert_eq!(decimal(0.5, 0, Language::English), "0");
    }
}
