//! Whether a customer's words could be taken for an agent's name.

use crate::setup::Agent;
use port::rich::Looks;
use std::sync::OnceLock;

/// How the agents' names look to readers. Found when it is first asked for: that takes longer than comparing, and every
/// message is compared.
#[derive(Default)]
pub struct Personas(OnceLock<Names>);

struct Names {
    looks: Vec<Looks>,
    /// The longest name, in bytes.
    longest: usize,
}

impl Clone for Personas {
    /// A copy of a configuration may become another one: it finds its own.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Personas {
    /// Whether a text, or one line of it, could be read as if one of these agents spoke.
    pub(crate) fn are_imitated(&self, agents: &[Agent], text: &str) -> bool {
        let names = self.0.get_or_init(|| Names::of(agents));
        if names.are_surely_not_in(text) {
            return false;
        }
        let text = Looks::of(text);
        names.looks.iter().any(|name| text.imitate(name))
    }
}

impl Names {
    fn of(agents: &[Agent]) -> Self {
        let names = agents.iter().flat_map(|agent| [agent.name.to_string(), agent.shown()]);
        let mut of = Self { looks: Vec::new(), longest: 0 };
        for name in names {
            of.longest = of.longest.max(name.len());
            of.looks.push(Looks::of(&name));
        }
        of
    }

    /// What a glance rules out: plain text without a colon can only be a name as a whole, and it may take two letters
    /// to look like one (`rn`).
    fn are_surely_not_in(&self, text: &str) -> bool {
        text.is_ascii() && !text.contains(':') && text.trim().len() > 2 * self.longest + 16
    }
}
