//! What rules made of a thread's priority, so that it can fall again when a tag is taken away.

use crate::policy::Priority;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A rule that raised a thread's priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raise {
    /// The rule's name.
    pub rule: String,
    /// To what.
    pub priority: Priority,
    /// The tags that came with it. It holds for as long as one of them does; without any, for good.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
}

/// A priority that rules raised. An agent who sets it by hand ends that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// What it was before.
    pub from: Priority,
    /// By which rules, each once.
    pub by: Vec<Raise>,
}

impl Raised {
    /// Nothing is raised yet.
    #[must_use]
    pub const fn above(from: Priority) -> Self {
        Self { from, by: Vec::new() }
    }

    /// Adds what rules say now.
    pub fn add(&mut self, raises: &[Raise]) {
        self.by.retain(|known| raises.iter().all(|raise| raise.rule != known.rule));
        self.by.extend(raises.iter().cloned());
    }

    /// Forgets those rules whose tags are all gone.
    pub fn keep_tagged(&mut self, tags: &BTreeSet<String>) {
        self.by.retain(|raise| raise.tags.is_empty() || !raise.tags.is_disjoint(tags));
    }

    /// What the priority is with what is left of it.
    #[must_use]
    pub fn priority(&self) -> Priority {
        self.by.iter().map(|raise| raise.priority).fold(self.from, Priority::max)
    }
}
