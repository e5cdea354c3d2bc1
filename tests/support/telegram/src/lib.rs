//! The Bot API as documented, on loopback, with faults on demand.
//!
//! A test starts a [`Fake`], lets people write, and looks at what they see. Everything goes through the same HTTP
//! interface as Telegram's: `/bot<token>/<method>` and `/file/bot<token>/<path>`. What the server said and was told is
//! kept as [`Exchange`]s, so that both can be held against the API's description. It must not know the adapter.

mod answers;
mod connection;
mod described;
mod fake;
mod faults;
mod files;
mod group;
mod http;
mod methods;
mod params;
mod people;
mod shown;
mod text;
mod throttle;
mod updates;
mod world;

pub use described::{Described, check as check_against_the_description};
pub use fake::{Exchange, Fake};
pub use faults::Fault;
pub use group::Group;
pub use people::{FileSent, Person};
pub use shown::{Shown, TopicShown};

#[cfg(test)]
mod tests;
