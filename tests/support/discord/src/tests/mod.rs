//! The fake itself, asked by plain HTTP and by a gateway library that is not ours.

mod client;
mod gateway;
mod rest;
mod specification;
