//! Bytes as a slow source gives them: a few at a time, so that every boundary falls somewhere else.

use std::io::{self, Read};

/// Gives 1, 2, 3, … 13, 1, 2, … bytes at a time.
pub(super) struct Slow<'a> {
    bytes: &'a [u8],
    step: usize,
}

impl<'a> Slow<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Slow { bytes, step: 0 }
    }
}

impl Read for Slow<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.step = self.step % 13 + 1;
        let most = self.step.min(buf.len());
        self.bytes.read(&mut buf[..most])
    }
}
