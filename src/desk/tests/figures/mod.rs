//! The figures: what they say, and that they are what the journal says.

mod definitions;
mod files;
mod missed;
mod periods;
mod promises;
mod reference;
mod said;
mod words;

pub(super) use definitions::ask;
pub(super) use files::{columns, table};
