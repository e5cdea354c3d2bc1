//! The pure decisions.
pub mod sentence;
pub mod setup;
pub use sentence::{Arg, Sentence, Words};
