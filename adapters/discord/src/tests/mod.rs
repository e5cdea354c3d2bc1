//! What becomes of what people do.
mod conformance;
