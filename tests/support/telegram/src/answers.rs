//! What a method comes back with.

use serde_json::{Map, Value, json};

/// Why a method was refused.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    /// The status, of HTTP and of the answer.
    pub(crate) code: u16,
    /// The words of the real server.
    pub(crate) description: String,
    /// `parameters` of the answer.
    pub(crate) parameters: Map<String, Value>,
}

/// What a method comes back with.
pub(crate) type Answer = Result<Value, Refused>;

impl Refused {
    pub(crate) fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), parameters: Map::new() }
    }

    /// A request that makes no sense just now.
    pub(crate) fn bad(description: &str) -> Self {
        Self::new(400, format!("Bad Request: {description}"))
    }

    /// A chat that is closed to the bot.
    pub(crate) fn forbidden(description: &str) -> Self {
        Self::new(403, format!("Forbidden: {description}"))
    }

    /// Too much at once.
    pub(crate) fn too_many(retry_after: u64) -> Self {
        let mut refused = Self::new(429, format!("Too Many Requests: retry after {retry_after}"));
        refused.parameters.insert("retry_after".to_owned(), retry_after.into());
        refused
    }

    /// A group that goes on under another id.
    pub(crate) fn moved(to: i64) -> Self {
        let mut refused = Self::bad("group chat was upgraded to a supergroup chat");
        refused.parameters.insert("migrate_to_chat_id".to_owned(), to.into());
        refused
    }
}

/// The whole answer as it is sent, and its status.
pub(crate) fn envelope(answer: &Answer) -> (u16, Value) {
    match answer {
        Ok(result) => (200, json!({ "ok": true, "result": result })),
        Err(refused) => {
            let mut body =
                json!({ "ok": false, "error_code": refused.code, "description": refused.description });
            if !refused.parameters.is_empty() {
                body["parameters"] = Value::Object(refused.parameters.clone());
            }
            (refused.code, body)
        }
    }
}
