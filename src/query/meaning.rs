//! What stands side by side: bare words that rank, things that are required, things that are excluded.

use super::Query;

/// What the grammar has read so far. Whether bare words are required depends on what is around them, so
/// they are kept apart until that is known.
#[derive(Debug)]
pub(super) enum Node {
    Word(String),
    Built(Query),
    /// Bare words and built queries side by side, two at least.
    Sequence(Vec<Node>),
}

impl Node {
    /// Whether two bare words that follow each other, whatever stands between, are such.
    pub(super) fn words_follow(&self, are: fn(&str, &str) -> bool) -> bool {
        let Node::Sequence(items) = self else { return false };
        let mut words = items.iter().filter_map(|item| match item {
            Node::Word(word) => Some(word.as_str()),
            _ => None,
        });
        let mut before = words.next().unwrap_or_default();
        words.any(|word| are(std::mem::replace(&mut before, word), word))
    }

    /// The bare words side by side, and whether nothing else is there.
    pub(super) fn bare(&self) -> (Vec<&str>, bool) {
        let items = match self {
            Node::Sequence(items) => items.as_slice(),
            _ => &[],
        };
        let mut words = Vec::with_capacity(items.len());
        for item in items {
            if let Node::Word(word) = item {
                words.push(word.as_str());
            }
        }
        let is_all = words.len() == items.len();
        (words, is_all)
    }

    /// The words, if there is nothing else.
    pub(super) fn into_words(self) -> Result<Vec<String>, Node> {
        match self {
            Node::Word(word) => Ok(vec![word]),
            Node::Built(_) => Err(self),
            Node::Sequence(items) => {
                if items.iter().any(|item| matches!(item, Node::Built(_))) {
                    return Err(Node::Sequence(items));
                }
                let word = |item| if let Node::Word(word) = item { Some(word) } else { None };
                Ok(items.into_iter().filter_map(word).collect())
            }
        }
    }
}

/// Things side by side, brackets inside them resolved.
pub(super) fn sequence(mut items: Vec<Node>) -> Node {
    if items.len() == 1
        && let Some(item) = items.pop()
    {
        return item;
    }
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item.into_words() {
            Ok(words) => flat.extend(words.into_iter().map(Node::Word)),
            Err(other) => flat.push(Node::Built(required(other))),
        }
    }
    Node::Sequence(flat)
}

/// What it means as an operand: all of it is required.
pub(super) fn required(node: Node) -> Query {
    let items = match node {
        Node::Word(word) => return Query::AllWords(word),
        Node::Built(query) => return query,
        Node::Sequence(items) => items,
    };
    let (mut words, mut place, mut queries) = (Vec::new(), None, Vec::new());
    for item in items {
        match item {
            Node::Word(word) => {
                place.get_or_insert(queries.len());
                words.push(word);
            }
            other => push_and(&mut queries, required(other)),
        }
    }
    if let Some(place) = place {
        queries.insert(place, Query::AllWords(words.join(" ")));
    }
    and(queries)
}

/// What it means as the whole query: bare words only rank beside what is required.
pub(super) fn outermost(node: Node) -> Query {
    let items = match node {
        Node::Word(word) => return Query::Words(word),
        Node::Built(query) => return query,
        Node::Sequence(items) => items,
    };
    let (mut words, mut queries) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Node::Word(word) => words.push(word),
            other => push_and(&mut queries, required(other)),
        }
    }
    let words = words.join(" ");
    if words.is_empty() {
        and(queries)
    } else if queries.is_empty() {
        Query::Words(words)
    } else if queries.iter().all(|query| matches!(query, Query::Not(_))) {
        queries.insert(0, Query::Words(words));
        Query::And(queries)
    } else {
        Query::Rank { must: Box::new(and(queries)), should: words }
    }
}

/// Adds a query that is required; an `And` inside an `And` is one.
pub(super) fn push_and(queries: &mut Vec<Query>, query: Query) {
    match query {
        Query::And(inner) => queries.extend(inner),
        other => queries.push(other),
    }
}

/// Adds an alternative; an `Or` inside an `Or` is one.
pub(super) fn push_or(queries: &mut Vec<Query>, query: Query) {
    match query {
        Query::Or(inner) => queries.extend(inner),
        other => queries.push(other),
    }
}

/// Queries that are all required: itself, where there is but one.
pub(super) fn and(mut queries: Vec<Query>) -> Query {
    match queries.pop() {
        Some(only) if queries.is_empty() => only,
        Some(last) => {
            queries.push(last);
            Query::And(queries)
        }
        None => Query::And(queries),
    }
}

/// How deep a query prints, at most: brackets and `SAUF` inside one another. `PRES` in a row count too,
/// since the tree is as deep.
pub(super) fn depth(query: &Query) -> usize {
    match query {
        Query::And(items) => required_depth(items),
        Query::Or(items) => either_depth(items),
        Query::Near { left, right, .. } => inner_depth(left).max(inner_depth(right)),
        Query::Rank { must, .. } => match &**must {
            Query::And(items) => required_depth(items),
            other => inner_depth(other),
        },
        other => inner_depth(other),
    }
}

fn inner_depth(query: &Query) -> usize {
    match query {
        Query::And(items) => 1 + required_depth(items),
        Query::Or(items) => 1 + either_depth(items),
        Query::Not(query) | Query::Title(query) => 1 + inner_depth(query),
        Query::Near { left, right, .. } => 1 + inner_depth(left).max(inner_depth(right)),
        Query::Rank { must, .. } => inner_depth(must),
        Query::Words(_) | Query::AllWords(_) | Query::Phrase(_) => 0,
        Query::Source(_) | Query::Author(_) | Query::Dates { .. } => 0,
    }
}

fn required_depth(items: &[Query]) -> usize {
    let depth = |(i, item): (usize, &Query)| match item {
        Query::Not(query) if i > 0 => inner_depth(query),
        other => inner_depth(other),
    };
    items.iter().enumerate().map(depth).max().unwrap_or(0)
}

fn either_depth(items: &[Query]) -> usize {
    let depth = |item: &Query| match item {
        Query::And(items) => required_depth(items),
        other => inner_depth(other),
    };
    items.iter().map(depth).max().unwrap_or(0)
}
