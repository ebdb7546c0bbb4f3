//! depeche
mod analysis;
mod article;
pub mod import;
pub use analysis::{Analyzer, Form, Token, fold};
pub use article::{Article, DateError, PartialDate};
