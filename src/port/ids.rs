//! Names of things. Every id is opaque: only the adapter that minted a platform id may look inside it.
//!
//! An id is part of many rows, keys and operations at once; its copies share one text.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps a value minted by its owner.
            pub fn new(value: impl Into<String>) -> Self {
                Self(value.into().into())
            }

            /// The value as its owner wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }
    };
}

macro_rules! shown {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

macro_rules! hidden {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(…)", stringify!($name))
            }
        }
    )*};
}

opaque!(
    /// The configured name of a channel, e.g. `telegram-shop`. Unique in the configuration.
    ChannelName
);
opaque!(
    /// A place on a platform where messages are, minted by the channel's adapter.
    ChatId
);
opaque!(
    /// One message within a chat, minted by the channel's adapter. Unique within its chat.
    MessageId
);
opaque!(
    /// A platform-native thread within a team chat, minted by the channel's adapter.
    TopicId
);
opaque!(
    /// A person's account on a platform, e.g. a Matrix user id. Names a person: never logged.
    AccountId
);
opaque!(
    /// The name of an agent as configured; it is what customers read. Names a person: never logged.
    AgentName
);
opaque!(
    /// Identifies one operation for ever, across restarts; the platform's idempotency key is made of it.
    /// ASCII letters, digits and `-`, at most 25 characters, so that every platform takes it as it is.
    OpId
);

shown!(ChannelName, ChatId, MessageId, TopicId, OpId);
hidden!(AccountId, AgentName);

impl ChannelName {
    /// Stands where a channel would, for what the bridge makes itself. No channel can be configured under this name.
    #[must_use]
    pub fn bridge() -> Self {
        Self::new("(bridge)")
    }
}

/// A chat of a channel: where something was said or is to be said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The configured connection.
    pub channel: ChannelName,
    /// The chat within it.
    pub chat: ChatId,
}

impl Place {
    /// A chat of a channel.
    #[must_use]
    pub const fn new(channel: ChannelName, chat: ChatId) -> Self {
        Self { channel, chat }
    }
}

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

numbered!(
    /// One customer's matter; counted up from 1 by the desk and shown to agents as `#17`.
    ThreadId
);
numbered!(
    /// A person outside who asks; counted up from 1 by the desk.
    CustomerId
);
