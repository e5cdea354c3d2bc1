//! The figures: that they are what the journal says.

mod reference;
