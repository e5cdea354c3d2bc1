//! The seam between the desk and the platforms.
//!
//! An adapter turns what a platform says into [`Inbound`] and carries out [`Op`]s; nothing else crosses.
//! Everything here is data plus three traits ([`Adapter`], [`Shelf`], and in tests the conformance rig).
//! This crate knows no platform, no store and no clock, and it may not import a runtime.

pub mod adapter;
pub mod avatar;
pub mod backoff;
pub mod capabilities;
pub mod commands;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod content;
pub mod health;
pub mod ids;
pub mod inbound;
pub mod media;
pub mod names;
pub mod operation;
pub mod private;
pub mod rich;
pub mod split;

pub use adapter::{
    Adapter, AdapterError, Cursor, Health, Intake, IntakeBatch, Probe, SharedShelf, Shelf, ShelfError, Stop,
    Typing,
};
pub use avatar::{Avatar, Avatars};
pub use backoff::Backoff;
pub use capabilities::{Budget, Capabilities, Counts, Idempotency, Identity, Limit, Scope, Support, Unit};
pub use commands::{NativeCommand, Suggestions};
pub use content::{Attachment, Body, Content, File, FileKind, MediaRef};
pub use ids::{
    AccountId, AgentName, ChannelName, ChatId, CustomerId, MessageId, OpId, Place, ThreadId, TopicId,
};
pub use inbound::{Author, Inbound, InboundKind};
pub use media::{Media, MediaError, MediaStream, NoMedia};
pub use operation::{
    Cause, Due, Found, Heal, Mark, Mention, Op, Operation, Outcome, Persona, Refusal, RefusalScope,
    TopicState, Voice,
};
pub use private::{Owner, Private};
