//! Whether a customer's words could be taken for an agent's name.

use crate::setup::Agent;
use port::rich::{Looks, may_imitate};
use std::sync::OnceLock;

/// How the agents' names look to readers. Found when it is first asked for: that takes longer than comparing, and every
/// message is compared.
#[derive(Default)]
pub struct Personas(OnceLock<Vec<Looks>>);

impl Clone for Personas {
    /// A copy of a configuration may become another one: it finds its own.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Personas {
    /// Whether a text, or one line of it, could be read as if one of these agents spoke.
    pub(crate) fn are_imitated(&self, agents: &[Agent], text: &str) -> bool {
        let names: &[Looks] = self.0.get_or_init(|| {
            let names = agents.iter().flat_map(|agent| [agent.name.to_string(), agent.shown()]);
            names.map(|name| Looks::of(&name)).collect()
        });
        may_imitate(text, names) && {
            let text = Looks::of(text);
            names.iter().any(|name| text.imitate(name))
        }
    }
}
