//! Panics become errors: the engine panics on files that are not what it wrote.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use crate::error::{Error, Result};

/// A panic of the caller's own function, on its way through [`caught`].
struct Foreign(Box<dyn Any + Send>);

/// What `run` gives; a panic in it is [`Error::Panicked`]. The process's panic hook sees it all the same.
pub(crate) fn caught<T>(path: &Path, run: impl FnOnce() -> Result<T>) -> Result<T> {
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result,
        Err(payload) => match payload.downcast::<Foreign>() {
            Ok(foreign) => panic::resume_unwind(foreign.0),
            Err(payload) => {
                let detail = said(&*payload);
                Err(Error::Panicked { path: path.to_owned(), detail })
            }
        },
    }
}

/// Calls a function of the caller's inside [`caught`]: its panics are none of the engine's.
pub(crate) fn foreign<T>(run: impl FnOnce() -> T) -> T {
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => value,
        Err(payload) => panic::resume_unwind(Box::new(Foreign(payload))),
    }
}

fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("panic").chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_engine_is_an_error_one_of_the_caller_goes_on() {
        let path = Path::new("x");
        let engine: Result<()> = caught(path, || panic!("slice {}", 7));
        assert!(matches!(engine, Err(Error::Panicked { detail, .. }) if detail == "slice 7"));
        let sink = || panic!("the caller's");
        let caller = panic::catch_unwind(AssertUnwindSafe(|| {
            caught(path, || {
                foreign(sink);
                Ok(())
            })
        }));
        assert_eq!(caller.unwrap_err().downcast_ref::<&str>(), Some(&"the caller's"));
        assert_eq!(caught(path, || Ok(3)).unwrap(), 3);
    }
}
