//! What goes wrong on demand.

use std::collections::BTreeMap;

/// One thing that goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is cut before anything was done.
    CutBefore,
    /// It is done, and the connection is cut before the answer.
    CutAfter,
    /// 429 with `retry_after` in seconds; nothing is done.
    TooMany(u64),
    /// 500 as JSON; nothing is done.
    ServerError,
    /// 502 with a page of a proxy; nothing is done.
    BadGateway,
    /// A page of somebody in between with this status; nothing is done.
    Page(u16),
    /// An empty list at once, as of a server that does not hold polls; nothing is done.
    Hurried,
    /// It is done, and the answer is half a JSON.
    BrokenJson,
    /// 401; nothing is done.
    Unauthorized,
    /// Nothing is done and nothing is answered until [`crate::Fake::release`].
    Held,
    /// It is done, and nothing is answered until [`crate::Fake::release`].
    HeldAfter,
    /// Refused in these words: the error's number, the description in full.
    Refused(u16, String),
}

/// The faults to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(BTreeMap<String, Vec<(Fault, u32)>>);

impl Faults {
    pub(crate) fn add(&mut self, method: &str, fault: Fault, times: u32) {
        self.0.entry(method.to_ascii_lowercase()).or_default().push((fault, times));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What happens to a request of this method (in lower case); every fault is used up in its turn.
    pub(crate) fn take(&mut self, method: &str) -> Option<Fault> {
        for key in [method, "*"] {
            let Some(queue) = self.0.get_mut(key) else { continue };
            let Some((fault, times)) = queue.first_mut() else { continue };
            let fault = fault.clone();
            *times = times.saturating_sub(1);
            if *times == 0 {
                queue.remove(0);
            }
            return Some(fault);
        }
        None
    }
}
