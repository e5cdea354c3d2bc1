//! What goes wrong on demand, and limits that are off until a test turns them on.

use crate::errors::{Refused, bare, refused};
use serde_json::{Value, json};

/// What goes wrong with a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// It is carried out; the connection is cut before the answer.
    AnswerLost,
    /// It is not carried out; the connection is cut.
    CutBefore,
    /// It is not carried out; this HTTP status is answered (401, 404, 500, 502, …).
    Status(u16),
    /// It is carried out; this HTTP status is answered all the same.
    StatusAfter(u16),
    /// It is refused with one of Discord's numbers.
    Code(u64),
    /// Too many requests.
    Limited {
        /// Seconds.
        after: f64,
        /// Whether for all routes.
        global: bool,
    },
    /// What stands before the API lets nothing through for so many seconds; the answer is no JSON.
    Barred(u32),
    /// It waits until [`crate::Fake::release`], then is carried out.
    Slow,
}

/// Which requests a fault meets.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// `POST`, …; any when empty.
    pub method: String,
    /// What the path holds, e.g. `/messages`; any when empty.
    pub path: String,
    /// How many requests; 0 is all until [`crate::Fake::heal`].
    pub times: u32,
}

impl Which {
    /// The next request of this method whose path holds this.
    #[must_use]
    pub fn next(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), times: 1 }
    }

    /// All of them until healed.
    #[must_use]
    pub fn every(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), times: 0 }
    }

    fn meets(&self, method: &str, path: &str) -> bool {
        (self.method.is_empty() || self.method == method) && path.contains(&self.path)
    }
}

/// The faults that are laid out.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<(Which, Fault)>,
}

impl Faults {
    pub(crate) fn add(&mut self, which: Which, fault: Fault) {
        self.waiting.push((which, fault));
    }

    pub(crate) fn heal(&mut self) {
        self.waiting.clear();
    }

    /// The fault that meets a request; used up when it was for so many.
    pub(crate) fn meet(&mut self, method: &str, path: &str) -> Option<Fault> {
        let at = self.waiting.iter().position(|(which, _)| which.meets(method, path))?;
        let (which, fault) = &mut self.waiting[at];
        let fault = fault.clone();
        match which.times {
            0 => {}
            1 => {
                self.waiting.remove(at);
            }
            _ => which.times -= 1,
        }
        Some(fault)
    }
}

impl Fault {
    /// What is answered instead of carrying out; nothing when it is carried out.
    pub(crate) fn refusal(&self) -> Option<Refused> {
        match self {
            Self::Status(status) => Some(bare(*status)),
            Self::Code(code) => Some(refused(*code)),
            Self::Limited { after, global } => Some(too_many(*after, *global)),
            Self::Barred(after) => Some(Refused { status: 429, body: json!(after) }),
            Self::AnswerLost | Self::CutBefore | Self::StatusAfter(_) | Self::Slow => None,
        }
    }
}

/// "Too many requests", with what there is to wait.
pub(crate) fn too_many(after: f64, global: bool) -> Refused {
    let body = json!({ "message": "You are being rate limited.", "retry_after": after, "global": global });
    Refused { status: 429, body }
}

/// The headers of a refusal for too many requests.
pub(crate) fn headers(body: &Value) -> Vec<(&'static str, String)> {
    if let Some(after) = body.as_u64() {
        return vec![("retry-after", after.to_string())];
    }
    // some numbers come with this status and no wait
    let Some(after) = body["retry_after"].as_f64() else { return Vec::new() };
    let global = body["global"] == true;
    let mut headers = vec![
        ("retry-after", format!("{:.0}", after.ceil())),
        ("x-ratelimit-reset-after", format!("{after:.3}")),
        ("x-ratelimit-scope", if global { "global" } else { "user" }.to_owned()),
    ];
    if global {
        headers.push(("x-ratelimit-global", "true".to_owned()));
    }
    headers
}
