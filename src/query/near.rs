//! What stands beside `PRES` and `AVANT`, and what must not.

use std::ops::Range;

use super::chars::is_one_word;
use super::error::excerpt;
use super::lexer::Token;
use super::meaning::{Node, required};
use super::operators::Operator;
use super::parser::{Parser, Result};
use super::{Expected, MAX_DEPTH, ParseError, Query};

impl Parser<'_> {
    pub(super) fn near(&mut self) -> Result<Node> {
        let mut from = self.at;
        let mut node = self.atom()?;
        let mut count = 0;
        while let Some(Operator::Near { within, ordered }) = self.operator() {
            let operator = self.at;
            count += 1;
            if count > MAX_DEPTH {
                return Err(ParseError::new(Expected::FewerBrackets, self.span(operator)));
            }
            let left = Box::new(self.near_operand(node, from, operator)?);
            self.at += 1;
            from = self.at;
            let right = self.atom()?;
            let right = Box::new(self.near_operand(right, from, operator)?);
            node = Node::Built(Query::Near { left, right, within, ordered });
        }
        Ok(node)
    }

    /// What stands beside the `PRES` at token `operator`, its tokens from `from` to the cursor.
    fn near_operand(&self, node: Node, from: usize, operator: usize) -> Result<Query> {
        let query = required(node);
        let is_signed = matches!(self.tokens.get(from), Some((Token::Sign { .. }, _)));
        let fits = match &query {
            Query::Or(queries) => queries.iter().all(can_be_near),
            query => can_be_near(query),
        };
        if fits && !is_signed {
            return Ok(query);
        }
        let expected = Expected::NearOperand(self.quoted(self.span(operator)));
        Err(ParseError::new(expected, self.since(from)))
    }

    /// Refuses a bare word directly beside a near: it could be meant as part of its operand. Item `i` is
    /// the tokens from `starts[i]` to `starts[i + 1]`.
    pub(super) fn none_beside_near(&self, starts: &[usize]) -> Result<()> {
        let item = |i: usize| Some(starts[i]..*starts.get(i + 1)?);
        let is_word = |i: usize| {
            let is_bare = |item: &Range<usize>| {
                item.len() == 1 && matches!(self.tokens[item.start].0, Token::Word(_))
            };
            item(i).filter(is_bare).is_some()
        };
        for i in 0..starts.len() - 1 {
            let Some(near) = item(i).filter(|item| self.is_open_near(item)) else { continue };
            let before = (0..i).rev().take_while(|&j| is_word(j)).count();
            let after = (i + 1..starts.len() - 1).take_while(|&j| is_word(j)).count();
            if before + after > 0 {
                let all = starts[i - before]..starts[i + 1 + after];
                return Err(self.beside_near(all, near));
            }
        }
        Ok(())
    }

    /// Whether an item is a near without brackets around it.
    fn is_open_near(&self, item: &Range<usize>) -> bool {
        let mut open = 0_usize;
        for (token, _) in &self.tokens[item.clone()] {
            match token {
                Token::Open => open += 1,
                Token::Close => open -= 1,
                Token::Operator(Operator::Near { .. }) if open == 0 => return true,
                _ => (),
            }
        }
        false
    }

    fn beside_near(&self, all: Range<usize>, near: Range<usize>) -> ParseError {
        let text = |tokens: Range<usize>| {
            &self.text[self.span(tokens.start).start..self.span(tokens.end - 1).end]
        };
        let around = |tokens: Range<usize>| if tokens.is_empty() { "" } else { text(tokens) };
        let (before, after) = (all.start..near.start, near.end..all.end);
        let bracketed =
            format!("{} ({}) {}", around(before.clone()), text(near.clone()), around(after));
        // Quotation marks around all bare words up to the operator.
        let is_operator = |i: &usize| matches!(self.tokens[*i].0, Token::Operator(_));
        let first = near.clone().find(is_operator).unwrap_or(near.start);
        let last = near.clone().rev().find(is_operator).unwrap_or(near.start);
        let (left, right) = (all.start..first, last + 1..all.end);
        let is_bare = |i: usize| matches!(self.tokens[i].0, Token::Word(_));
        let mark = |tokens: Range<usize>| {
            if tokens.len() > 1 { format!("\"{}\"", text(tokens)) } else { text(tokens).to_owned() }
        };
        let can_quote = left.clone().all(is_bare) && right.clone().all(is_bare);
        let quoted = if can_quote {
            format!("{} {} {}", mark(left), text(first..last + 1), mark(right))
        } else {
            String::new()
        };
        let expected = Expected::BesideNear {
            found: excerpt(text(all.clone())),
            bracketed: excerpt(bracketed.trim()),
            quoted: excerpt(&quoted),
        };
        ParseError::new(expected, self.span(all.start).start..self.span(all.end - 1).end)
    }
}

/// What may stand beside `PRES`, alternatives aside. A near was looked through when it was read.
fn can_be_near(query: &Query) -> bool {
    match query {
        Query::AllWords(words) => is_one_word(words),
        Query::Phrase(_) | Query::Near { .. } => true,
        _ => false,
    }
}
