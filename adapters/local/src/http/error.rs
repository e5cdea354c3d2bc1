//! What a request is told when it cannot be done: `{ "error": …, "hint": … }`.

use crate::log::LogError;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use port::ShelfError;
use serde_json::json;

/// A refused request.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    error: String,
    hint: String,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { status, error: error.into(), hint: hint.into() }
    }

    pub(super) fn nothing_here() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "there is nothing at this address",
            "the addresses are in `local-http.md`",
        )
    }

    pub(super) fn wrong_method() -> Self {
        let hint = "the methods of every address are in `local-http.md`";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "this address does not take this method", hint)
    }

    pub(super) fn no_such(what: &str, hint: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"), hint)
    }

    pub(super) fn unusable(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error, hint)
    }

    pub(super) fn busy(what: &str) -> Self {
        let hint = "close some pages, or try again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, format!("too many {what} at once"), hint)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.error, "hint": self.hint }))).into_response()
    }
}

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Shelf(error) => error.into(),
            LogError::NoTopic => Self::no_such("topic", "read the topics of the room first"),
            LogError::NoMessage => {
                Self::no_such("message", "it may have been deleted; read the messages again")
            }
            LogError::NotOwn => {
                let hint = "only one's own messages can be changed";
                Self::new(StatusCode::FORBIDDEN, "this message is somebody else's", hint)
            }
            LogError::NoReaction => Self::no_such("reaction", "read the messages again"),
            LogError::NoUpload => {
                let hint = "upload the file again: one without a message is kept for an hour, and used once";
                Self::no_such("upload", hint)
            }
            LogError::Empty => Self::unusable("the text is empty", "write something, or add a file"),
            LogError::TooMany(what) => {
                Self::unusable(format!("there are too many {what}"), "take one back first")
            }
        }
    }
}

impl From<ShelfError> for ApiError {
    fn from(error: ShelfError) -> Self {
        tracing::error!(%error, "the local platform's store failed");
        let hint = "it may or may not be kept: send it again with the same `client_id`";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the store failed", hint)
    }
}
