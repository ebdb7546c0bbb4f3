//! Judgments and runs; a blank line parts them.

use std::path::Path;

use depeche::eval::{Evaluation, MEASURES, Qrels, Run};

use super::{Target, seeds};

pub(super) fn target() -> Target {
    Target { name: "evaluation", seeds: seeds(SEEDS), tokens: TOKENS, case: Box::new(case) }
}

fn case(bytes: &[u8]) {
    let parted = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let (qrels, run) = bytes.split_at(parted);
    let qrels = Qrels::read(Path::new("qrels"), qrels);
    let run = Run::read(Path::new("run"), run);
    for error in [qrels.as_ref().err(), run.as_ref().err()].into_iter().flatten() {
        assert!(!error.to_string().is_empty());
    }
    if let (Ok(qrels), Ok(run)) = (qrels, run) {
        let evaluation = Evaluation::new(&qrels, &run, &MEASURES);
        let means = evaluation.means().unwrap_or_default();
        assert!(means.iter().all(|mean| (0.0..=1.0 + 1e-9).contains(mean)), "{means:?}");
        let p = evaluation.against(&evaluation);
        assert!(p.is_none_or(|all| all.iter().all(|one| (0.0..=1.0).contains(&one.p))));
    }
}

const SEEDS: &[&str] = &[
    "1 0 a 1\n1 0 b 0\n2 0 c 2\n\n1 Q0 b 1 2.5 x\n1 Q0 a 2 1.5 x\n2 Q0 c 1 -1e3 x\n",
    "q1\t0\td1\t3\r\n\n\nq1 Q0 d1 1 0 run\nq1 Q0 d2 2 0 run\n",
];
const TOKENS: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\t",
    "-1",
    "0",
    "nan",
    "inf",
    "-inf",
    "1e308",
    "1e999",
    "Q0",
    "a",
    "b",
    "q1",
    "\0",
    "é",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "0x1p3",
    "\u{feff}",
];
