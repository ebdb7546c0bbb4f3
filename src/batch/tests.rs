//! Each format as people write it, and what may be wrong with it.

use super::{BatchQuery, BatchReader, MAX_BATCH_RECORD, QueryFormat};

/// What is read: `id line text`, or `id line text !kind column`.
fn read_as(bytes: &[u8], format: Option<QueryFormat>) -> Vec<String> {
    let shown = |query: BatchQuery| {
        let BatchQuery { id, line, text, own } = query;
        let refusal = own.err().map(|refusal| match refusal.column(&text) {
            Some(column) => format!(" !{} {column}", refusal.key()),
            None => format!(" !{}", refusal.key()),
        });
        format!("{id} {line} {text}{}", refusal.unwrap_or_default())
    };
    BatchReader::new(bytes, format).unwrap().map(|query| shown(query.unwrap())).collect()
}

fn read(text: &str, format: QueryFormat) -> Vec<String> {
    read_as(text.as_bytes(), Some(format))
}

#[test]
fn one_query_a_line() {
    let text = "\u{feff}premier refus\r\n\r\n  \ncapital\nfin";
    let expected = ["1 1 premier refus", "4 4 capital", "5 5 fin"];
    assert_eq!(read(text, QueryFormat::Lines), expected);
    assert!(read("", QueryFormat::Lines).is_empty());
    let broken = read_as(b"un\nd\xe9j\xe0 vu\nrefus\n", None);
    assert_eq!(broken, ["1 1 un", "2 2 d\u{fffd}j\u{fffd} vu !encoding 2", "3 3 refus"]);
}

#[test]
fn an_identifier_a_tab_and_a_query() {
    let text = "q1\tpremier refus\r\n\n\tsans nom\nrien\nq5\tun\tdeux";
    let expected = ["q1 1 premier refus", "3 3 sans nom", "4 4 rien !no_query", "q5 5 un\tdeux"];
    assert_eq!(read(text, QueryFormat::Tsv), expected);
    let broken = read_as(b"q1\t\xe9t\xe9\nq2\tb\n", None);
    assert_eq!(broken, ["q1 1 \u{fffd}t\u{fffd} !encoding 1", "q2 2 b"]);
}

#[test]
fn a_table() {
    let text =
        "id;query;hits\r\nq1;\"un \"\"deux\"\" ; trois\";5\r\n;quatre;\r\nq3;cinq;x\r\nq4;a;1;b\n";
    let expected = ["q1 2 un \"deux\" ; trois", "3 3 quatre", "q3 4 cinq !value", "q4 5 a !csv"];
    assert_eq!(read(text, QueryFormat::Csv), expected);
    assert_eq!(read("query\nx,y\n", QueryFormat::Csv), ["2 2 x !csv"]);
    assert_eq!(read("query,note\nx,y\n", QueryFormat::Csv), ["2 2 x !unknown_option"]);
    assert_eq!(read("query,\nx,\n", QueryFormat::Csv), ["2 2 x"]);
    assert_eq!(read("id,query\na,\"b\nc,d\n", QueryFormat::Csv), ["2 2  !csv"]);
    assert_eq!(
        read_as(b"query\nd\xe9\nb\n", Some(QueryFormat::Csv)),
        ["2 2 d\u{fffd} !encoding 2", "3 3 b"]
    );
    let none = BatchReader::new("id,question\n".as_bytes(), Some(QueryFormat::Csv));
    assert!(none.is_err_and(|error| error.to_string().contains("no column is named query")));
    assert!(read("", QueryFormat::Csv).is_empty());
}

#[test]
fn one_object_a_line() {
    let text = "{\"id\":\"q1\",\"query\":\"un\",\"hits\":3}\n\n{\"id\":7,\"query\":\"deux\"}\n{\"query\":\n\
        {\"id\":\"a\"}\n[1]\n{\"query\":\"b\",\"autor\":\"x\"}\n{\"_id\":\"z\",\"text\":\"c\"}";
    let expected = [
        "q1 1 un",
        "7 3 deux",
        "4 4  !json 9",
        "a 5  !no_query",
        "6 6  !json 1",
        "7 7 b !unknown_option",
        "z 8 c",
    ];
    assert_eq!(read(text, QueryFormat::Jsonl), expected);
    let reader = BatchReader::new(text.as_bytes(), None).unwrap();
    let hits: Vec<_> =
        reader.map(|query| query.unwrap().own.ok().and_then(|own| own.hits)).collect();
    assert_eq!(&hits[..2], [Some(3), None]);
    assert_eq!(read_as(b"{\"query\":\"\xe9\"}\n", Some(QueryFormat::Jsonl)), ["1 1  !encoding"]);
}

#[test]
fn topics() {
    let text = "<?xml version=\"1.0\"?>\n<topics>\n<top>\n<num> Number: 301\n<title> Crime\n  organisé &amp; argent\n\n\
        <desc> Description:\nOn cherche <i>tout</i>.\n</top>\n<top><num>302</num><title>Topic: polio < 5 ans</title></top>\n\
        <TOP>\n<num>303\n<narr>rien\n</TOP>\n<top><title>sans fin";
    let expected = [
        "301 5 Crime organisé & argent",
        "302 11 polio < 5 ans",
        "303 12  !no_query",
        "16 16 sans fin",
    ];
    assert_eq!(read_as(text.as_bytes(), None), expected);
    let two = "<top><num>1<title>un<top><num>2<title>deux</top><top><num>3<title>t</top>";
    assert_eq!(read(two, QueryFormat::Trec), ["1 1 un", "2 1 deux", "3 1 t"]);
    let broken = b"<top><num>1<title>\xe9</top>\n<top><num>2<title>b\n<desc>\xe9\n</top>\n";
    assert_eq!(read_as(broken, None), ["1 1 \u{fffd} !encoding 1", "2 2 b"]);
    assert!(read("rien", QueryFormat::Trec).is_empty());
}

#[test]
fn what_is_endless_is_read_past() {
    let long = "x".repeat(MAX_BATCH_RECORD + 1);
    assert_eq!(
        read(&format!("a\n{long}\nb"), QueryFormat::Lines),
        ["1 1 a", "2 2  !too_long", "3 3 b"]
    );
    let topic = format!(
        "<top><num>1<title>\n{}</top><top><num>2<title>b</top>",
        "mot\n".repeat(MAX_BATCH_RECORD / 2)
    );
    let shown = read(&topic, QueryFormat::Trec);
    assert!(shown[0].ends_with("!too_long") && shown[1].starts_with("2 "), "{}", shown[1]);
}

#[test]
fn the_format_is_seen_by_the_first_bytes() {
    for (text, expected) in [
        ("{\"id\":\"a\",\"query\":\"b\"}", "a 1 b"),
        ("a\tb", "a 1 b"),
        ("<top>\n<num>a<title>b</top>", "a 2 b"),
        ("<topics>\n<topic number=\"7\" type=x>\n<query>b</query>\n</topic></topics>", "7 3 b"),
        ("<topic number=7><title>b</title></topic>", "7 1 b"),
        ("<topic my-number='1'\n NUMBER = '7'>\n<title>b</title></topic>", "7 3 b"),
        ("<topic id=\"7\"><title>b</title></topic>", "7 1 b"),
        ("a b", "1 1 a b"),
    ] {
        assert_eq!(read_as(text.as_bytes(), None), [expected]);
    }
}

/// Names of columns make a table of what comes on standard input; a query is none.
#[test]
fn names_of_columns_make_a_table() {
    for text in [
        "id,query\nq1,openai\n",
        "\u{feff}\"id\";\"query\";hits\r\nq1;openai;3\r\n",
        "id\tquery\nq1\topenai\n",
    ] {
        assert_eq!(read_as(text.as_bytes(), None), ["q1 2 openai"], "{text}");
    }
    assert_eq!(read("id\tquery\nq1\topenai\n", QueryFormat::Tsv), ["q1 2 openai"]);
    assert_eq!(read_as(b"query\nopenai\n", None), ["1 1 query", "2 2 openai"]);
    assert_eq!(read_as(b"text, accord\nopenai\n", None), ["1 1 text, accord", "2 2 openai"]);
}

#[test]
fn a_list_of_objects_is_told_as_one() {
    let list = BatchReader::new("[\n {\"query\": \"a\"},\n {\"query\": \"b\"}]".as_bytes(), None);
    let error = list.err().unwrap().to_string();
    assert!(error.contains("one object a line"), "{error}");
    assert_eq!(read_as(b"[sic]\n", None), ["1 1 [sic]"]);
    assert_eq!(read("[{a} b\n", QueryFormat::Lines), ["1 1 [{a} b"]);
}

#[test]
fn a_name_tells_the_format_too() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, expected) in [
        ("q.csv", "query\nb", "2 2 b"),
        ("q.TSV", "a\tb", "a 1 b"),
        ("q.ndjson", "{\"query\":\"b\"}", "1 1 b"),
        ("q.txt", "b\n", "1 1 b"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut queries = BatchReader::open(&path, None).unwrap();
        let BatchQuery { id, line, text, .. } = queries.next().unwrap().unwrap();
        assert_eq!(format!("{id} {line} {text}"), expected, "{name}");
    }
    assert!(BatchReader::open(&folder.path().join("absent"), None).is_err());
    assert!(BatchReader::open(folder.path(), None).is_err(), "a folder");
}
