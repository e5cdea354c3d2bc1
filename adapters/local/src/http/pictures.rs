//! Pictures of agents, by the ids of their personas.

use super::Served;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A picture changes with a restart only; that somebody has none is remembered as well.
const KEPT: (axum::http::HeaderName, &str) = (CACHE_CONTROL, "private, max-age=3600");

pub(super) async fn show(State(served): State<Served>, Path(persona): Path<String>) -> Response {
    match served.config.avatars.get(&persona) {
        Some(avatar) => ([KEPT, (CONTENT_TYPE, avatar.mime)], avatar.bytes.to_vec()).into_response(),
        None => (StatusCode::NOT_FOUND, [KEPT]).into_response(),
    }
}
