//! Deskbridge's shell: everything that touches the world, in reading order.

pub mod store;
