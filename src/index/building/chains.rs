//! Many sequences of numbers that grow side by side in one memory.
//!
//! Each is a chain of blocks that grow with it up to a limit, so that the many short ones take little and the few
//! long ones are read fast. Numbers take a byte for each 7 bits, lowest first.

/// Bytes of the blocks of a chain, one after the other, their links included; all after them as the last.
const BLOCKS: [usize; 13] = [8, 16, 16, 32, 32, 64, 64, 128, 128, 256, 256, 512, 1024];
/// The address of the next block, at the end of each.
const LINK: usize = size_of::<u32>();
const PAGE: usize = 1 << 20;
/// What is used at most: addresses are of 32 bits.
const MOST: usize = u32::MAX as usize - PAGE;

/// The memory.
#[derive(Default)]
pub(super) struct Chains {
    pages: Vec<Box<[u8]>>,
    /// How many pages hold blocks.
    begun: usize,
    /// Bytes of the last one of these in use.
    filled: usize,
}

/// One sequence.
#[derive(Clone, Copy)]
pub(super) struct Chain {
    first: u32,
    /// Where the next byte goes.
    at: u32,
    /// Where its last block has its link.
    end: u32,
    /// How many blocks it has less one, as far as they differ in length.
    level: u8,
}

fn size_at(level: u8) -> usize {
    BLOCKS[usize::from(level)]
}

fn after(level: u8) -> u8 {
    (level + 1).min(BLOCKS.len() as u8 - 1)
}

impl Chains {
    /// Bytes of what it holds.
    pub(super) fn used(&self) -> usize {
        self.begun * PAGE
    }

    /// Whether it can take no more.
    pub(super) fn is_full(&self) -> bool {
        self.used() > MOST
    }

    /// Forgets all, and keeps its memory for others.
    pub(super) fn clear(&mut self) {
        (self.begun, self.filled) = (0, 0);
    }

    pub(super) fn begin(&mut self) -> Chain {
        let (level, size) = (0, size_at(0));
        let first = self.block(size);
        Chain { first, at: first, end: first + (size - LINK) as u32, level }
    }

    #[inline]
    pub(super) fn push(&mut self, chain: &mut Chain, mut number: u32) {
        while number >= 0x80 {
            self.push_byte(chain, number as u8 | 0x80);
            number >>= 7;
        }
        self.push_byte(chain, number as u8);
    }

    #[inline]
    fn push_byte(&mut self, chain: &mut Chain, byte: u8) {
        if chain.at == chain.end {
            self.extend(chain);
        }
        let at = chain.at as usize;
        self.pages[at / PAGE][at % PAGE] = byte;
        chain.at += 1;
    }

    #[cold]
    fn extend(&mut self, chain: &mut Chain) {
        chain.level = after(chain.level);
        let size = size_at(chain.level);
        let next = self.block(size);
        let link = chain.end as usize;
        self.pages[link / PAGE][link % PAGE..][..LINK].copy_from_slice(&next.to_le_bytes());
        (chain.at, chain.end) = (next, next + (size - LINK) as u32);
    }

    /// Room for a block: no block lies in two pages.
    fn block(&mut self, size: usize) -> u32 {
        if self.begun == 0 || self.filled + size > PAGE {
            if self.begun == self.pages.len() {
                self.pages.push(vec![0; PAGE].into_boxed_slice());
            }
            self.begun += 1;
            self.filled = 0;
        }
        let address = (self.begun - 1) * PAGE + self.filled;
        self.filled += size;
        address as u32
    }

    /// The numbers of a chain.
    pub(super) fn numbers(&self, chain: Chain) -> Numbers<'_> {
        let next = Some(chain.first as usize);
        Numbers { chains: self, chain, next, level: 0, block: &[] }
    }
}

/// The number that the next bytes say; none where there are no more.
#[inline]
pub(super) fn next_number(mut next: impl FnMut() -> Option<u8>) -> Option<u32> {
    let mut byte = next()?;
    let (mut number, mut shift) = (u32::from(byte & 0x7f), 7);
    while byte >= 0x80 {
        byte = next()?;
        number |= u32::from(byte & 0x7f) << shift;
        shift += 7;
    }
    Some(number)
}

/// The numbers of a chain, read where they lie.
pub(super) struct Numbers<'a> {
    chains: &'a Chains,
    chain: Chain,
    /// Where the next block begins.
    next: Option<usize>,
    level: u8,
    /// What is left of the one that is read.
    block: &'a [u8],
}

impl Numbers<'_> {
    /// Adds the bytes that they take.
    pub(super) fn copy_to(mut self, bytes: &mut Vec<u8>) {
        while self.next_block().is_some() {
            bytes.extend_from_slice(self.block);
        }
    }

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        if self.block.is_empty() {
            self.next_block()?;
        }
        let (&byte, rest) = self.block.split_first()?;
        self.block = rest;
        Some(byte)
    }

    fn next_block(&mut self) -> Option<()> {
        let start = self.next.take()?;
        let (page, size) = (&self.chains.pages[start / PAGE][start % PAGE..], size_at(self.level));
        if start + size == self.chain.end as usize + LINK {
            self.block = &page[..self.chain.at as usize - start];
            return Some(());
        }
        let (block, link) = page[..size].split_at(size - LINK);
        self.block = block;
        // A link is of four bytes.
        let next = link.iter().rev().fold(0, |address, byte| address << 8 | usize::from(*byte));
        self.next = Some(next);
        self.level = after(self.level);
        Some(())
    }
}

impl Iterator for Numbers<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        // Most are small, and in the block that is read.
        match self.block.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.block = rest;
                Some(byte.into())
            }
            _ => next_number(|| self.byte()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_pushed_is_read(pushed in proptest::collection::vec((0..20_usize, any::<u32>()), 0..9_000)) {
            let mut chains = Chains::default();
            let mut all: Vec<_> = (0..20).map(|_| (chains.begin(), Vec::new())).collect();
            for (chain, number) in pushed {
                // Small numbers too.
                let number = number >> (number % 32);
                let (chain, numbers) = &mut all[chain];
                chains.push(chain, number);
                numbers.push(number);
            }
            for (chain, numbers) in all {
                prop_assert_eq!(chains.numbers(chain).collect::<Vec<_>>(), numbers);
            }
        }
    }
}
