//! What is read, what is refused and where, and how it prints.

use super::*;

fn words(text: &str) -> Query {
    Query::Words(text.into())
}

fn all(text: &str) -> Query {
    Query::AllWords(text.into())
}

fn pieces(pieces: Vec<Piece>, slop: Option<u8>) -> Query {
    Query::Phrase(Phrase { pieces, slop })
}

fn exact(text: &str) -> Piece {
    Piece::Exact(text.into())
}

fn exactly(text: &str) -> Query {
    pieces(vec![exact(text)], None)
}

fn letters(text: &str) -> Piece {
    Piece::Letters(text.into())
}

fn forms(text: &str) -> Piece {
    Piece::Forms(text.into())
}

fn pattern(text: &str) -> Query {
    pieces(vec![Piece::Pattern(text.into())], None)
}

fn fuzzy(word: &str, errors: u8) -> Query {
    pieces(vec![Piece::Fuzzy { word: word.into(), errors }], None)
}

fn and<const N: usize>(queries: [Query; N]) -> Query {
    Query::And(queries.into())
}

fn or<const N: usize>(queries: [Query; N]) -> Query {
    Query::Or(queries.into())
}

fn not(query: Query) -> Query {
    Query::Not(Box::new(query))
}

fn title(query: Query) -> Query {
    Query::Title(Box::new(query))
}

fn source(name: &str) -> Query {
    Query::Source(name.into())
}

fn ranked(must: Query, should: &str) -> Query {
    Query::Rank { must: Box::new(must), should: should.into() }
}

fn near(left: Query, right: Query, within: Within, ordered: bool) -> Query {
    Query::Near { left: Box::new(left), right: Box::new(right), within, ordered }
}

fn within(left: Query, distance: u8, right: Query) -> Query {
    near(left, right, Within::Words(distance), false)
}

fn dates(from: &str, to: &str) -> Query {
    Query::Dates { from: from.parse().ok(), to: to.parse().ok() }
}

fn reads(table: &[(&str, Query)]) {
    for (text, expected) in table {
        let query = parse(text);
        assert_eq!(query.as_ref(), Ok(expected), "{text}");
        assert_eq!(parse(&expected.to_string()), query, "{text} printed as {expected}");
    }
}

#[test]
fn bare_words() {
    reads(&[
        ("accord  exclusif", words("accord exclusif")),
        ("médaille d'or", words("médaille d'or")),
        ("médaille d’or ?", words("médaille d’or")),
        ("écran 13\" mat", words("écran 13\" mat")),
        ("(a b) c", words("a b c")),
        ("((a) (b c))", words("a b c")),
        ("\u{feff}e\u{301}te\u{301}", words("e\u{301}te\u{301}")),
        (
            "PRES et ou sauf pres Ou SANS N5 W5 4 /5 XOR",
            words("PRES et ou sauf pres Ou SANS N5 W5 4 /5 XOR"),
        ),
        ("ET/OU R&D A/B 24/7 C++ C# .NET n°5", words("ET/OU R&D A/B 24/7 C++ C# .NET n°5")),
        ("40 % de 10 €, 5 – 10", words("40 % de 10 €, 5 – 10")),
        ("-20 % +5 % -3D", words("-20 % +5 % -3D")),
        ("étudiant(e)s (re)voir f(x) (e)s", words("étudiant(e)s (re)voir f(x) (e)s")),
        ("Meta(ex Facebook)", words("Meta ex Facebook")),
        ("Re: le retour 10:30 C:5 std::vec", words("Re: le retour 10:30 C:5 std::vec")),
        ("http://a.fr/~b?c=*d https://x?y", words("http://a.fr/~b?c=*d https://x?y")),
        ("titre : IA", words("titre IA")),
        ("est-ce l'IA? oui !", words("est-ce l'IA? oui")),
        ("a - b – c … d | e & f * g", words("a b c d e f g")),
        ("10^6 a~b E=mc2 2 = 3", words("10^6 a~b E=mc2 2 3")),
        ("🎉 fête", words("fête")),
    ]);
}

#[test]
fn headlines_can_be_pasted() {
    for text in [
        "Intelligence artificielle : qu’est-ce que le « droit de premier refus » ?",
        "«Nous sommes prêt·e·s», dit l'étudiant(e) – et +5 % en 2024…",
        "Microsoft/OpenAI : l'accord (très) exclusif à 13 Md€ [Enquête]",
        "Start-up & IA : « C'est fini ! » | Numerama",
        "L'iPhone 15 : -20 %, 24/7, n°5, .NET, C++ et C# ?",
        "Apple (AAPL) : 3 000 Md$ — un record",
        "Meta : l'IA d'OpenAI', rock 'n' roll, les '90s' – et 13Md$ en US$ : bravo !",
        "Màj : 10 choses à savoir sur l’I.A. #IA @OpenAI",
    ] {
        assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        let quoted = format!("\"{}\"", text.replace(['«', '»'], "'"));
        assert!(matches!(parse(&quoted), Ok(Query::Phrase(_))), "{quoted}: {:?}", parse(&quoted));
    }
    let quoted =
        "« Qu'est-ce que l'IA? -20 % : +5 ET (ou) SAUF F*** foo:bar ^2 && || a..b NEAR5 w/5 »";
    assert!(matches!(parse(quoted), Ok(Query::Phrase(_))), "{:?}", parse(quoted));
}

#[test]
fn quotations() {
    let mixed = vec![forms("droit"), exact("de"), letters("Premier"), exact("refus")];
    reads(&[
        ("\"droit de premier refus\"", exactly("droit de premier refus")),
        ("«\u{a0}droit de\npremier refus\u{a0}»", exactly("droit de premier refus")),
        ("“premier refus”", exactly("premier refus")),
        ("„premier refus“", exactly("premier refus")),
        ("＂premier refus＂", exactly("premier refus")),
        ("\"a b\" !", exactly("a b")),
        ("\"ET\"", exactly("ET")),
        ("« il dit \"oui\" »", exactly("il dit oui")),
        ("\"~droit de =Premier refus\"", pieces(mixed.clone(), None)),
        ("\"~droit de =Premier refus\"~5", pieces(mixed, Some(5))),
        ("\"a b\"~0", pieces(vec![exact("a b")], Some(0))),
        ("\"a\"~5\"b\"", and([pieces(vec![exact("a")], Some(5)), exactly("b")])),
        ("=Été", pieces(vec![letters("Été")], None)),
        (
            "=I.A., ~refus!",
            and([pieces(vec![letters("I.A.")], None), pieces(vec![forms("refus")], None)]),
        ),
        ("=\"Le Monde\"", pieces(vec![letters("Le"), letters("Monde")], None)),
        ("~«droits du =Refus»", pieces(vec![forms("droits"), forms("du"), letters("Refus")], None)),
        ("=f(x)", pieces(vec![letters("f(x)")], None)),
        (
            "\"invest* mass?f refis~1,\"",
            pieces(
                vec![
                    Piece::Pattern("invest*".into()),
                    Piece::Pattern("mass?f".into()),
                    Piece::Fuzzy { word: "refis".into(), errors: 1 },
                ],
                None,
            ),
        ),
        ("\"= - ~ x\"", exactly("x")),
    ]);
}

#[test]
fn truncated_and_misspelt_words() {
    reads(&[
        ("invest*", pattern("invest*")),
        ("m?t", pattern("m?t")),
        ("*washing", pattern("*washing")),
        ("(invest*), *tech.", and([pattern("invest*"), pattern("*tech")])),
        ("e\u{301}ta*", pattern("e\u{301}ta*")),
        ("faire?", pattern("faire?")),
        ("refus~1", fuzzy("refus", 1)),
        ("«\u{a0}x\u{a0}» refus~2.", and([exactly("x"), fuzzy("refus", 2)])),
        ("IA invest*", ranked(pattern("invest*"), "IA")),
    ]);
}

#[test]
fn operators() {
    reads(&[
        ("a ET b", and([all("a"), all("b")])),
        ("a AND b OR c", or([and([all("a"), all("b")]), all("c")])),
        ("a b ET c d", and([all("a b"), all("c d")])),
        ("a b OU c", or([all("a b"), all("c")])),
        ("a SAUF b", and([all("a"), not(all("b"))])),
        ("a ET SAUF b NOT c", and([all("a"), not(all("b")), not(all("c"))])),
        ("a OU SAUF b", or([all("a"), not(all("b"))])),
        ("SAUF a", not(all("a"))),
        ("SAUF a ET b", and([not(all("a")), all("b")])),
        ("SAUF SAUF a", not(not(all("a")))),
        ("a ET (b ET c)", and([all("a"), all("b"), all("c")])),
        ("a OU (b OU (c))", or([all("a"), all("b"), all("c")])),
        ("a ET (b OU c)", and([all("a"), or([all("b"), all("c")])])),
        ("a SAUF (b OU c)", and([all("a"), not(or([all("b"), all("c")]))])),
        ("a SAUF (b ET c)", and([all("a"), not(and([all("b"), all("c")]))])),
        ("SAUF(a OU b)ET(c)", and([not(or([all("a"), all("b")])), all("c")])),
        ("\"a\"OU\"b\"", or([exactly("a"), exactly("b")])),
        ("a SAUF 40 %", and([all("a"), not(all("40 %"))])),
        ("(\"x\" a) ET b", and([exactly("x"), all("a"), all("b")])),
        ("a \"x\" b OU c", or([and([all("a b"), exactly("x")]), all("c")])),
    ]);
}

#[test]
fn nearness() {
    let (a, b, c) = (|| all("a"), || all("b"), || all("c"));
    reads(&[
        ("a PRES/5 b", within(a(), 5, b())),
        ("a PRÈS/0 b", within(a(), 0, b())),
        ("a PRE\u{300}S/100 b", within(a(), 100, b())),
        ("a NEAR/PHRASE b", near(a(), b(), Within::Sentence, false)),
        ("a AVANT/S b", near(a(), b(), Within::Sentence, true)),
        ("a PRE/P b", near(a(), b(), Within::Paragraph, true)),
        ("a PRES/1 b PRES/2 c", within(within(a(), 1, b()), 2, c())),
        ("a PRES/1 (b PRES/2 c)", within(a(), 1, within(b(), 2, c()))),
        ("a PRES/1 (b OU \"x y\")", within(a(), 1, or([b(), exactly("x y")]))),
        ("(b OU inv*)PRES/1(a)", within(or([b(), pattern("inv*")]), 1, a())),
        ("\"x\"PRES/1 ~a", within(exactly("x"), 1, pieces(vec![forms("a")], None))),
        ("(a PRES/5 b) c", ranked(within(a(), 5, b()), "c")),
        ("\"x\" a PRES/5 b", and([exactly("x"), within(a(), 5, b())])),
        ("a PRES/5 b ET c", and([within(a(), 5, b()), c()])),
        ("SAUF a PRES/5 b", not(within(a(), 5, b()))),
        ("+(a PRES/5 b) c", ranked(within(a(), 5, b()), "c")),
        ("a PRES/5 40 %", within(a(), 5, all("40 %"))),
    ]);
}

#[test]
fn things_side_by_side() {
    reads(&[
        ("\"a b\" \"c d\"", and([exactly("a b"), exactly("c d")])),
        ("Microsoft \"a b\" OpenAI", ranked(exactly("a b"), "Microsoft OpenAI")),
        ("a b -c", and([words("a b"), not(all("c"))])),
        ("a -c b -\"d e\"", and([words("a b"), not(all("c")), not(exactly("d e"))])),
        ("-a", not(all("a"))),
        ("-a -=b", and([not(all("a")), not(pieces(vec![letters("b")], None))])),
        ("+a", all("a")),
        ("+a b", ranked(all("a"), "b")),
        ("+(2024) b", ranked(all("2024"), "b")),
        ("+(a b) c", ranked(all("a b"), "c")),
        ("+a +b c", ranked(and([all("a"), all("b")]), "c")),
        ("\"x\" -y +z w", ranked(and([exactly("x"), not(all("y")), all("z")]), "w")),
        ("(\"x\" a) b", ranked(and([exactly("x"), all("a")]), "b")),
        ("(\"x\" a)", ranked(exactly("x"), "a")),
        ("(a OU b) c", ranked(or([all("a"), all("b")]), "c")),
        ("a (SAUF b)", and([words("a"), not(all("b"))])),
        ("a (-b -c)", and([words("a"), not(all("b")), not(all("c"))])),
        ("a -(b OU c)", and([words("a"), not(or([all("b"), all("c")]))])),
        ("a -(-b)", and([words("a"), not(not(all("b")))])),
        ("a -(2024)", and([words("a"), not(all("2024"))])),
        ("a -*tech -.NET", and([words("a"), not(pattern("*tech")), not(all(".NET"))])),
        ("« Monde »-Diplomatique", ranked(exactly("Monde"), "Diplomatique")),
        ("\"a\"-\"b\"", and([exactly("a"), not(exactly("b"))])),
    ]);
}

#[test]
fn fields() {
    reads(&[
        ("titre:IA", title(all("IA"))),
        ("TITLE:\"a b\" c", ranked(title(exactly("a b")), "c")),
        ("titre:(a b)", title(all("a b"))),
        ("titre:(a -b)", title(and([all("a"), not(all("b"))]))),
        ("titre:(a OU inv*)", title(or([all("a"), pattern("inv*")]))),
        ("titre:(SAUF a)", title(not(all("a")))),
        ("titre:=Été", title(pieces(vec![letters("Été")], None))),
        ("titre:*tech", title(pattern("*tech"))),
        ("titre:-20 %", title(all("-20 %"))),
        ("-titre:a b", and([words("b"), not(title(all("a")))])),
        ("source:Numerama", source("Numerama")),
        ("journal:« Le  Monde »", source("Le Monde")),
        (
            "source:(Numerama OU \"Le Monde\") a",
            ranked(or([source("Numerama"), source("Le Monde")]), "a"),
        ),
        ("source:(Numerama)", source("Numerama")),
        ("source:\"=x~1*\"", source("=x~1*")),
        (
            "Auteur:Dupont SAUF author:\"A. B.\"",
            and([Query::Author("Dupont".into()), not(Query::Author("A. B.".into()))]),
        ),
        ("date:2024", dates("2024", "2024")),
        ("date:2024-03-05", dates("2024-03-05", "2024-03-05")),
        ("date:2024..2025-01", dates("2024", "2025-01")),
        ("date:2024-03..2024", dates("2024-03", "2024")),
        ("date:2024.. a", ranked(dates("2024", ""), "a")),
        ("(date:..2024)", dates("", "2024")),
    ]);
}

#[test]
fn what_is_refused_and_where() {
    let errors = |found: &str| Expected::Errors { found: found.into(), word: "mot".into() };
    let otherwise = |found: &str, instead: &str| Expected::Operator {
        found: found.into(),
        instead: instead.into(),
    };
    let quotes = |found: &str, instead: &str| Expected::DoubleQuotes {
        found: found.into(),
        instead: instead.into(),
    };
    let date = |found: &str, instead: &str| Expected::DateForm {
        found: found.into(),
        instead: instead.into(),
    };
    let table: &[(&str, std::ops::Range<usize>, Expected)] = &[
        ("", 0..0, Expected::Word),
        ("  …!", 0..6, Expected::Word),
        ("*:* ?", 0..5, Expected::Word),
        ("a \"b c", 2..3, Expected::ClosingQuote('"')),
        ("«b", 0..2, Expected::ClosingQuote('»')),
        ("\"…\"", 1..4, Expected::PhraseWord),
        ("\"\"", 1..1, Expected::PhraseWord),
        ("source:\"?\"", 8..9, Expected::PhraseWord),
        ("(a", 0..1, Expected::ClosingBracket),
        ("(", 0..1, Expected::ClosingBracket),
        ("source:(a", 7..8, Expected::ClosingBracket),
        ("a) b", 1..2, Expected::OpeningBracket),
        (")", 0..1, Expected::OpeningBracket),
        ("a ( ? )", 2..7, Expected::BracketContent),
        ("ET a", 0..2, Expected::LeftOperand("ET".into())),
        ("(OU a)", 1..3, Expected::LeftOperand("OU".into())),
        ("PRES/5 a", 0..6, Expected::LeftOperand("PRES/5".into())),
        ("été ET", 6..8, Expected::RightOperand("ET".into())),
        ("a ET OU b", 2..4, Expected::RightOperand("ET".into())),
        ("(a SAUF) b", 3..7, Expected::RightOperand("SAUF".into())),
        ("-OU", 0..1, Expected::RightOperand("-".into())),
        ("a PRES/5 (b c)", 9..14, Expected::NearOperand("PRES/5".into())),
        ("-a PRES/5 b", 0..2, Expected::NearOperand("PRES/5".into())),
        ("+a PRES/5 b", 0..2, Expected::NearOperand("PRES/5".into())),
        ("a PRES/5 titre:b", 9..16, Expected::NearOperand("PRES/5".into())),
        ("a PRES/5 (b ET c)", 9..17, Expected::NearOperand("PRES/5".into())),
        ("a PRES/101 b", 2..10, Expected::Distance("PRES/101".into())),
        ("a PRE/ b", 2..6, Expected::Distance("PRE/".into())),
        ("\"a\"~", 3..4, Expected::Slop),
        ("\"a\"~101", 3..7, Expected::Slop),
        ("\"a\"~0.5", 3..7, Expected::Slop),
        ("\"a\"~b", 3..5, Expected::Slop),
        ("(a b)~5", 5..6, Expected::Slop),
        ("a*", 0..2, Expected::LongerPattern("a*".into())),
        ("hôtel 5*", 7..9, Expected::LongerPattern("5*".into())),
        ("mot~", 0..4, errors("mot~")),
        ("mot~3,", 0..6, errors("mot~3,")),
        ("\"un mot~0.8\"", 4..11, errors("mot~0.8")),
        ("==Free", 0..6, Expected::OneMark("==Free".into())),
        ("a =~Free", 2..8, Expected::OneMark("=~Free".into())),
        ("~=Free", 0..6, Expected::OneMark("~=Free".into())),
        ("~~x", 0..3, Expected::OneMark("~~x".into())),
        ("\"le ==Free\"", 4..10, Expected::OneMark("==Free".into())),
        ("==\"Le Monde\"", 0..2, Expected::OneMark("==".into())),
        ("a -==x", 2..6, Expected::OneMark("-==x".into())),
        ("a +-x", 2..5, Expected::OneSign("+-x".into())),
        ("-+x", 0..3, Expected::OneSign("-+x".into())),
        ("a --x", 2..5, Expected::OneSign("--x".into())),
        ("++x", 0..3, Expected::OneSign("++x".into())),
        ("a --\"x\"", 2..4, Expected::OneSign("--".into())),
        ("a ET NON b", 5..8, otherwise("NON", "SAUF")),
        ("a OR NON \"b\"", 5..8, otherwise("NON", "SAUF")),
        ("NON facebook", 0..3, otherwise("NON", "SAUF")),
        ("a −b", 2..6, otherwise("−b", "SAUF b")),
        ("a –b", 2..6, otherwise("–b", "SAUF b")),
        ("a NEAR b", 2..6, Expected::Distance("NEAR".into())),
        ("a PRÈS b", 2..7, Expected::Distance("PRÈS".into())),
        ("\"a\" AVANT \"b\"", 4..9, Expected::Distance("AVANT".into())),
        ("a PRE b", 2..5, Expected::Distance("PRE".into())),
        ("a ADJ b", 2..5, Expected::Distance("ADJ".into())),
        ("a PRES /5 b", 2..6, Expected::Distance("PRES".into())),
        ("a /5 b", 2..4, otherwise("/5", "PRES/5")),
        ("a N/5 b", 2..5, otherwise("N/5", "PRES/5")),
        ("a ONEAR/5 b", 2..9, otherwise("ONEAR/5", "AVANT/5")),
        ("a SUIVI/5 b", 2..9, otherwise("SUIVI/5", "AVANT/5")),
        ("a XOR b", 2..5, otherwise("XOR", "(a OU b) SAUF (a ET b)")),
        ("\"a b\"/5", 5..7, otherwise("/5", "\"…\"~5")),
        ("\"a b\"@5", 5..7, otherwise("@5", "\"…\"~5")),
        ("\"a b\" ~5", 6..8, Expected::Slop),
        ("\"a b\"~PHRASE", 5..12, Expected::Slop),
        ("title=IA", 0..8, otherwise("title=IA", "titre:IA")),
        ("Journal=\"Le Monde\"", 0..8, otherwise("Journal=", "source:")),
        ("aut=Dupont", 0..10, otherwise("aut=Dupont", "auteur:Dupont")),
        ("a goo$", 2..6, otherwise("goo$", "goo*")),
        ("invest%,", 0..8, otherwise("invest%,", "invest*")),
        ("'vie privée'", 0..13, quotes("'vie privée'", "vie privée")),
        ("a ‘b c’, d", 2..12, quotes("‘b c’,", "b c")),
        ("a -'b c'", 2..8, quotes("-'b c'", "b c")),
        ("titre:'b c' d", 6..11, quotes("'b c'", "b c")),
        ("a -−b", 2..7, Expected::OneSign("-−b".into())),
        ("‹b c›", 0..9, quotes("‹b c›", "b c")),
        ("date:\"2018\"", 5..11, date("\"2018\"", "2018")),
        ("date:31/12/2024", 5..15, date("31/12/2024", "2024-12-31")),
        ("date:2018-5", 5..11, date("2018-5", "2018-05")),
        ("date:>=2024", 5..11, date(">=2024", "2024..")),
        ("date:<2024", 5..10, date("<2024", "..2023")),
        ("date:[2020 TO 2024]", 5..19, date("[2020 TO 2024]", "2020..2024")),
        ("date:2024-02-31", 5..15, Expected::Date("2024-02-31".into())),
        ("=mot*", 0..5, Expected::OneMark("=mot*".into())),
        ("mo*t~1", 0..6, Expected::OneMark("mo*t~1".into())),
        ("~(a OU b)", 0..1, Expected::MarkedWord('~')),
        ("foo:bar", 0..7, Expected::KnownField("foo".into())),
        ("intitle:\"x\"", 0..8, Expected::KnownField("intitle".into())),
        ("taille:>5", 0..9, Expected::KnownField("taille".into())),
        ("titre: a", 0..6, Expected::FieldValue("titre:".into())),
        ("titre:?", 0..6, Expected::FieldValue("titre:".into())),
        ("titre:-a", 0..6, Expected::FieldValue("titre:".into())),
        ("source:OU", 0..7, Expected::FieldValue("source:".into())),
        ("date: 2024", 0..5, Expected::FieldValue("date:".into())),
        ("source:Mond*", 0..12, Expected::PlainValue("source:".into())),
        ("source:(Le Monde)", 0..16, Expected::PlainValue("source:".into())),
        ("source:=\"Le Monde\"", 0..18, Expected::PlainValue("source:".into())),
        ("titre:(a source:b)", 9..16, Expected::TitleContent("source:".into())),
        ("titre:(a date:2024)", 9..18, Expected::TitleContent("date:2024".into())),
        ("date:>2024", 5..10, date(">2024", "2025..")),
        ("date:2024-13", 5..12, Expected::Date("2024-13".into())),
        ("date:..", 5..7, Expected::Date("..".into())),
        ("date:2025..2024", 5..15, Expected::DateOrder { from: "2025".into(), to: "2024".into() }),
        ("mot^2", 0..5, Expected::NoBoost("mot^2".into())),
        ("\"a b\"^2.5", 5..9, Expected::NoBoost("^2.5".into())),
    ];
    for (text, span, expected) in table {
        let error = ParseError { expected: expected.clone(), span: span.clone() };
        assert_eq!(parse(text), Err(error), "{text}");
    }
}

#[test]
fn what_has_two_meanings_or_is_written_otherwise_is_refused_with_a_proposal() {
    let table = [
        ("a SAUF robot jouet", "write NOT (robot OR jouet), or NOT \"robot jouet\""),
        ("a SAUF b -c", "write NOT (b -c), or NOT b AND -c"),
        ("a SAUF b \"c d\"", "write NOT (b \"c d\"), or NOT b AND \"c d\""),
        ("=\"lin*\"", "=lin*"),
        ("~\"lin*x\"", "~lin*x"),
        ("-(a 40 %)", "write -(a OR 40 %), or -\"a 40 %\""),
        ("SAUF (+(a b))", "write NOT (a OR b)"),
        ("droit auteur PRES/5 IA", "write droit (auteur NEAR/5 IA), or \"droit auteur\" NEAR/5 IA"),
        ("a AVANT/5 b c", "write (a PRE/5 b) c, or a PRE/5 \"b c\""),
        ("\"x\" c a PRES/5 \"b\"", "write c (a NEAR/5 \"b\")"),
        ("l'invest*", "write invest*"),
        ("\"d'invest* massif\"", "write invest*"),
        ("l'IA~1", "write l'IA"),
        ("l'équipe~1", "write équipe~1"),
        ("ab~1", "write ab"),
        ("a && b", "AND"),
        ("\"a\"||\"b\"", "OR"),
        ("a !b", "NOT"),
        ("a NEAR5 b", "NEAR/5"),
        ("a pres/5 b", "NEAR/5"),
        ("a Près/5 b", "NEAR/5"),
        ("a w/s b", "NEAR/SENTENCE"),
        ("a pre/3 b", "PRE/3"),
        ("a %3 b", "NEAR/3"),
        ("a AROUND(3) b", "NEAR/3"),
        ("NEAR(a b, 3)", "a NEAR/5 b"),
        ("title:[a TO b]", "title:(a AND b)"),
        ("{2020 TO 2024]", "date:2020..2024"),
        ("2020..2024", "date:2020..2024"),
        ("TIT_HEAD=IA", "title:"),
        ("titre=IA", "title:"),
    ];
    for (text, proposal) in table {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.contains(proposal), "{text}: {error}");
    }
}

#[test]
fn limits() {
    let refused = |text: &str| parse(text).unwrap_err().expected;
    assert_eq!(refused(&"a".repeat(MAX_QUERY_BYTES + 1)), Expected::ShorterQuery);
    assert_eq!(refused(&format!("é{}", "é".repeat(MAX_QUERY_BYTES / 2))), Expected::ShorterQuery);
    let phrase = |words: usize, end: &str| format!("\"{}\"{end}", "a ".repeat(words));
    assert!(parse(&phrase(MAX_PHRASE_WORDS, "")).is_ok());
    assert_eq!(refused(&phrase(MAX_PHRASE_WORDS + 1, "")), Expected::ShorterPhrase);
    assert!(parse(&phrase(MAX_SLOP_WORDS, "~3")).is_ok());
    assert_eq!(refused(&phrase(MAX_SLOP_WORDS + 1, "~3")), Expected::ShorterSlop);
    let many = |count: usize| vec!["a"; count].join(" OU ");
    assert!(parse(&many(MAX_CLAUSES)).is_ok());
    assert_eq!(refused(&many(MAX_CLAUSES + 1)), Expected::FewerClauses);
    let bare = |count: usize| vec!["a"; count].join(" ");
    assert!(parse(&bare(MAX_CLAUSES)).is_ok());
    assert_eq!(refused(&bare(MAX_CLAUSES + 1)), Expected::FewerClauses);
    assert!(parse(&format!("{}*", "a".repeat(62))).is_ok());
    let long = refused(&format!("{}*", "a".repeat(63)));
    assert!(matches!(long, Expected::ShorterPattern { most: 63, .. }));
    // Prints as more than it was.
    let names = format!("source:({})", vec!["Numerama"; 1_000].join(" OU "));
    assert_eq!(refused(&names), Expected::ShorterQuery);
}

#[test]
fn depth_is_limited_while_reading() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("{}a{}", open.repeat(count), close.repeat(count))
    };
    for (open, close) in [
        ("(", ")"),
        ("SAUF ", ""),
        ("b SAUF (", ")"),
        ("b OU (c ET ", ")"),
        ("-(", ")"),
        ("titre:(", ")"),
    ] {
        let one = parse(&deep(open, close, 1));
        assert!(one.is_ok(), "{open}: {one:?}");
        for count in [MAX_DEPTH + 1, 15_000 / (open.len() + close.len())] {
            let expected = parse(&deep(open, close, count)).unwrap_err().expected;
            let known = matches!(expected, Expected::FewerBrackets | Expected::TitleContent(_));
            assert!(known, "{open} {count}: {expected:?}");
        }
    }
    for open in ["(", "SAUF ", "b SAUF (", "b OU (c ET "] {
        let close = if open.contains('(') { ")" } else { "" };
        let query = parse(&deep(open, close, MAX_DEPTH)).unwrap();
        assert_eq!(parse(&query.to_string()), Ok(query));
    }
    let chain = |count: usize| format!("a{}", " PRES/1 a".repeat(count));
    assert!(parse(&chain(MAX_DEPTH)).is_ok());
    assert_eq!(parse(&chain(1_000)).unwrap_err().expected, Expected::FewerBrackets);
    for text in ["(", "SAUF ", "-(", "+(", "titre:(", "a PRES/5 (", "f(", "«", "[a TO ", "a!("] {
        let text = text.repeat(16_000 / text.len());
        assert!(parse(&text).is_err());
        assert!(!parse_lenient(&text).errors.is_empty());
    }
}

#[test]
fn the_best_is_made_of_what_cannot_be_read() {
    let table = [
        ("accord exclusif", Some("accord exclusif"), 0),
        ("", None, 1),
        ("…", None, 1),
        ("\"premier refus", Some("premier refus"), 1),
        ("\"premier refus\" ET (Microsoft", Some("\"premier refus\" ET Microsoft"), 1),
        ("a) ET b", Some("a ET b"), 1),
        ("a ET", Some("a"), 1),
        ("ET", None, 1),
        ("a ET () OU b", Some("a OU b"), 1),
        ("l'invest* mot~ x^2", Some("l'invest mot x"), 3),
        ("mot~3", Some("mot"), 1),
        ("foo:bar baz", Some("foo bar baz"), 1),
        ("titre: IA", Some("IA"), 1),
        ("source:(Le Monde)", Some("Le Monde"), 1),
        ("date:>2024 IA", Some("IA"), 1),
        ("a && b", Some("a b"), 1),
        ("droit auteur PRES/5 IA", Some("droit auteur IA"), 1),
        ("a PRES/5 (b c)", Some("a b c"), 1),
        ("(b c) PRES/5 a", Some("b c a"), 1),
        ("robot SAUF robot jouet", Some("robot"), 1),
        ("-(a b)", None, 1),
        ("\"\" a", Some("a"), 1),
        ("«» a", Some("a"), 1),
        ("\"a b\"~ c", Some("\"a b\" c"), 1),
    ];
    for (text, expected, errors) in table {
        let lenient = parse_lenient(text);
        let query = expected.map(|expected| parse(expected).unwrap());
        assert_eq!(lenient.query, query, "{text}: {:?}", lenient.errors);
        assert_eq!(lenient.errors.len(), errors, "{text}: {:?}", lenient.errors);
        if let Err(error) = parse(text) {
            assert!(lenient.errors.contains(&error), "{text}");
        }
    }
    let deep = parse_lenient(&format!("{}mot OU clé", "(".repeat(10_000)));
    assert_eq!(deep.query, Some(words("mot clé")));
    let long = parse_lenient(&"été ".repeat(MAX_QUERY_BYTES));
    assert!(matches!(long.query, Some(Query::Words(_))) && long.errors.len() == 2);
    // Prints as more than it was, and is cut within a quotation mark of several bytes.
    let text = format!("source:({}) “a b“ ‘c’", vec!["Numerama"; 900].join(" OU "));
    for error in parse_lenient(&text).errors {
        assert!(text.get(error.span.clone()).is_some(), "{error:?}");
    }
}
