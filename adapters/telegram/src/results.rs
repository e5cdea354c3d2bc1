//! What became of the latest operations. An operation that is asked for again after it was done gets the first result
//! instead of a second message; after a restart nothing is known of it.

use port::{OpId, Outcome};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many are remembered.
const REMEMBERED: usize = 512;

/// The latest results.
#[derive(Default)]
pub(crate) struct Results(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    outcomes: HashMap<OpId, Outcome>,
    order: VecDeque<OpId>,
}

impl Results {
    /// What was delivered under an operation's id.
    pub(crate) fn of(&self, op: &OpId) -> Option<Outcome> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).outcomes.get(op).cloned()
    }

    /// Remembers what was delivered.
    pub(crate) fn note(&self, op: &OpId, outcome: &Outcome) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.outcomes.insert(op.clone(), outcome.clone()).is_some() {
            return;
        }
        memory.order.push_back(op.clone());
        if memory.order.len() > REMEMBERED
            && let Some(oldest) = memory.order.pop_front()
        {
            memory.outcomes.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_results_are_remembered() {
        let results = Results::default();
        let outcome = Outcome::Delivered { parts: Vec::new(), topic: None };
        for number in 0..=REMEMBERED {
            results.note(&OpId::new(number.to_string()), &outcome);
        }
        assert_eq!(results.of(&OpId::new("0")), None);
        assert_eq!(results.of(&OpId::new("1")), Some(outcome));
    }
}
