//! How the records of the text file are compressed: a zstd frame each, with a dictionary of press French, since
//! articles are short and each is read by itself. The dictionary is part of the format: the example
//! `build-dictionary` makes it of the sample articles.
//!
//! Up to index format 5 it was LZ4, which is read where such an index is rebuilt.

use std::cell::RefCell;
use std::io;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::{MAGICNUMBER, get_frame_content_size};

static DICTIONARY: &[u8] = include_bytes!("text.dict");
/// Higher levels take several times as long and save 3 % of the text.
const LEVEL: i32 = 3;
/// One byte becomes no more, of a frame of zstd and of LZ4, whatever is claimed: it is not allocated.
const MOST_INFLATED: usize = 1 << 16;
const MOST_INFLATED_LZ4: usize = 255;

/// Compresses records, one after the other.
pub(super) struct Encoder(Compressor<'static>);

impl Encoder {
    /// # Errors
    /// No memory.
    pub(super) fn new() -> io::Result<Self> {
        static PREPARED: LazyLock<EncoderDictionary<'static>> =
            LazyLock::new(|| EncoderDictionary::new(DICTIONARY, LEVEL));
        Ok(Encoder(Compressor::with_prepared_dictionary(&PREPARED)?))
    }

    /// # Errors
    /// No memory.
    pub(super) fn encode(&mut self, raw: &[u8]) -> io::Result<Vec<u8>> {
        self.0.compress(raw)
    }
}

/// Whether so many bytes may become of what is stored: a length that is damage is not allocated.
pub(super) fn may_become(stored: &[u8], length: usize) -> bool {
    let most = |times: usize| stored.len().saturating_mul(times);
    match is_zstd(stored) {
        true => {
            let told = get_frame_content_size(stored).ok().flatten();
            told == Some(length as u64) && length <= most(MOST_INFLATED)
        }
        false => length <= most(MOST_INFLATED_LZ4),
    }
}

/// Fills the bytes with what is stored.
///
/// # Errors
/// What is wrong with it: it is damaged, or makes another number of bytes.
pub(super) fn decode(stored: &[u8], raw: &mut [u8]) -> Result<(), String> {
    let length = match is_zstd(stored) {
        true => inflate(stored, &mut *raw).map_err(|e| e.to_string())?,
        false => lz4_flex::block::decompress_into(stored, raw).map_err(|e| e.to_string())?,
    };
    if length == raw.len() { Ok(()) } else { Err("the length differs".to_owned()) }
}

/// By how it begins: nothing that LZ4 makes begins so, whose matches reach no further back than its text.
fn is_zstd(stored: &[u8]) -> bool {
    stored.starts_with(&MAGICNUMBER.to_le_bytes())
}

fn inflate(stored: &[u8], raw: &mut [u8]) -> io::Result<usize> {
    static PREPARED: LazyLock<DecoderDictionary<'static>> =
        LazyLock::new(|| DecoderDictionary::new(DICTIONARY));
    thread_local! {
        // What it works with takes longer to make than an article to read.
        static DECODER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    DECODER.with_borrow_mut(|decoder| {
        let decoder = match decoder {
            Some(decoder) => decoder,
            None => decoder.insert(Decompressor::with_prepared_dictionary(&PREPARED)?),
        };
        decoder.decompress_to_buffer(stored, raw)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read() {
        let mut encoder = Encoder::new().unwrap();
        for text in ["", "a", "Un accord a été signé mardi.", &"Le corps. ".repeat(50_000)] {
            let stored = encoder.encode(text.as_bytes()).unwrap();
            for stored in [stored, lz4_flex::block::compress(text.as_bytes())] {
                assert!(may_become(&stored, text.len()));
                let mut read = vec![0; text.len()];
                decode(&stored, &mut read).unwrap();
                assert_eq!(read, text.as_bytes());
            }
        }
    }

    #[test]
    fn a_length_that_is_not_its_own_is_refused() {
        let text = "Un accord a été signé mardi.";
        let stored = Encoder::new().unwrap().encode(text.as_bytes()).unwrap();
        assert!(!may_become(&stored, text.len() + 1));
        assert!(!may_become(&stored[..5], text.len()));
        assert!(decode(&stored, &mut vec![0; text.len() - 1]).is_err());
        assert!(decode(&stored[..stored.len() - 1], &mut vec![0; text.len()]).is_err());
    }
}
