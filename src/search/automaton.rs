//! Dictionaries searched character by character: words whose beginning is not meant are not looked at.

use tantivy_fst::Automaton;

/// What reads words one character after the other.
pub(super) trait Characters {
    /// How far a word has been read.
    type Progress: Clone;

    fn start(&self) -> Self::Progress;

    /// The next character; none if no word that goes on so is meant.
    fn step(&self, at: &Self::Progress, c: char) -> Option<Self::Progress>;

    fn accepts(&self, at: &Self::Progress) -> bool;
}

/// Reads the bytes of a dictionary.
pub(super) struct Reads<C>(pub(super) C);

/// Whole characters, then the bytes of the one at hand.
#[derive(Clone)]
pub(super) struct Read<P> {
    progress: P,
    bytes: [u8; 4],
    length: usize,
}

impl<C: Characters> Automaton for Reads<C> {
    /// None: no word that begins so is meant.
    type State = Option<Read<C::Progress>>;

    fn start(&self) -> Self::State {
        Some(Read { progress: self.0.start(), bytes: [0; 4], length: 0 })
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.as_ref().is_some_and(|read| read.length == 0 && self.0.accepts(&read.progress))
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let Read { progress, mut bytes, length } = state.clone()?;
        *bytes.get_mut(length)? = byte;
        match str::from_utf8(&bytes[..=length]) {
            Ok(character) => {
                let progress = self.0.step(&progress, character.chars().next()?)?;
                Some(Read { progress, bytes: [0; 4], length: 0 })
            }
            Err(_) => Some(Read { progress, bytes, length: length + 1 }),
        }
    }
}
