//! What customers wrote and who they are, marked by type.
//!
//! A store seals every [`Private`] it finds under the key of its [`Owner`] without knowing the shape
//! around it; dropping that key makes the text unreadable and leaves the rest whole.

use crate::ids::{ChannelName, CustomerId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whose key seals a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Erased when this customer asks for it.
    Customer(CustomerId),
    /// A channel's own secrets and rows (sessions, tokens).
    Channel(ChannelName),
    /// What concerns several customers at once, such as the answer to a listing.
    Desk,
}

/// A text that is sealed at rest and hidden from `Debug`.
///
/// In JSON it is an object with the single key `$private` (readable) or `$erased` (its key was dropped);
/// a store turns the first into a sealed form of its own and back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Private {
    /// A readable text.
    #[serde(rename = "$private")]
    Open {
        /// Whose key seals it.
        of: Owner,
        /// The text itself.
        text: String,
    },
    /// The owner's key was dropped; the text is gone for good.
    #[serde(rename = "$erased")]
    Erased {
        /// Whose key it was.
        of: Owner,
    },
}

impl Private {
    /// Marks a text as belonging to an owner.
    pub fn new(of: Owner, text: impl Into<String>) -> Self {
        Self::Open { of, text: text.into() }
    }

    /// Marks a text as a customer's.
    pub fn of_customer(customer: CustomerId, text: impl Into<String>) -> Self {
        Self::new(Owner::Customer(customer), text)
    }

    /// The text, or nothing once it was erased.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Open { text, .. } => Some(text),
            Self::Erased { .. } => None,
        }
    }

    /// The text, or a sign that stands for what was erased.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.text().unwrap_or("[…]")
    }

    /// Whose key seals it.
    #[must_use]
    pub const fn owner(&self) -> &Owner {
        match self {
            Self::Open { of, .. } | Self::Erased { of } => of,
        }
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { text, .. } => write!(f, "Private({} bytes)", text.len()),
            Self::Erased { .. } => f.write_str("Private(erased)"),
        }
    }
}
