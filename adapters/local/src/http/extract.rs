//! Reading a request: its body, its query, and whose it is.

use super::Served;
use super::error::ApiError;
use crate::deliver::TEXT_LIMIT;
use crate::log::rows::Customer;
use crate::random::same;
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

/// Carries a customer's token, or several with commas between.
pub(super) const TOKEN: &str = "x-customer-token";
/// The longest number that a browser gives a post.
const CLIENT_ID_MAX: usize = 64;
/// The longest reaction, in bytes.
const EMOJI_MAX: usize = 64;
/// How many files a message has at most.
const FILES_MAX: usize = 20;
/// How many customers one stream may follow.
const CUSTOMERS_MAX: usize = 50;

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Served> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, served: &Served) -> Result<Self, ApiError> {
        match Json::from_request(request, served).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => too_long(),
                StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "the body is not said to be JSON",
                    "send `Content-Type: application/json`",
                ),
                StatusCode::UNPROCESSABLE_ENTITY => ApiError::unusable(
                    "the body has a field too many, too few, or of another kind",
                    "the fields of every address are in `local-http.md`",
                ),
                _ => ApiError::new(StatusCode::BAD_REQUEST, "the body is no JSON", "send one JSON object"),
            }),
        }
    }
}

/// The parameters behind `?`.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Served> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, ApiError> {
        let Query(query) = Query::from_request_parts(parts, served).await.map_err(|_| {
            let hint = "the parameters of every address are in `local-http.md`";
            ApiError::new(StatusCode::BAD_REQUEST, "a parameter behind `?` is unknown or unusable", hint)
        })?;
        Ok(Self(query))
    }
}

/// The customer whose token the request carries.
pub(super) struct Me(pub(super) Customer);

impl FromRequestParts<Served> for Me {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, ApiError> {
        let mut customers = customers(&parts.headers, served).await?;
        match (customers.pop(), customers.is_empty()) {
            (Some(customer), true) => Ok(Self(customer)),
            _ => Err(unknown_customer()),
        }
    }
}

/// All customers whose tokens the request carries.
pub(super) async fn customers(headers: &HeaderMap, served: &Served) -> Result<Vec<Customer>, ApiError> {
    let tokens = headers.get(TOKEN).and_then(|tokens| tokens.to_str().ok()).unwrap_or_default();
    let mut customers = Vec::new();
    for token in tokens.split(',').map(str::trim) {
        if customers.len() >= CUSTOMERS_MAX {
            return Err(ApiError::unusable("too many customers", format!("at most {CUSTOMERS_MAX} at once")));
        }
        let (chat, secret) = token.split_once('.').ok_or_else(unknown_customer)?;
        let customer = served.log.customer(chat).await?.ok_or_else(unknown_customer)?;
        if !customer.secret.text().is_some_and(|kept| same(kept, secret)) {
            return Err(unknown_customer());
        }
        customers.push(customer);
    }
    Ok(customers)
}

/// A text that can be kept. Whether it may be empty is the message's business.
pub(super) fn text(text: &str) -> Result<&str, ApiError> {
    if TEXT_LIMIT.unit.count(text) > TEXT_LIMIT.max {
        return Err(too_long());
    }
    Ok(text)
}

/// An emoji, or a short word in the place of one.
pub(super) fn emoji(key: &str) -> Result<&str, ApiError> {
    let key = key.trim();
    if key.is_empty() || key.len() > EMOJI_MAX || key.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let hint = format!("one emoji, at most {EMOJI_MAX} bytes of UTF-8");
        return Err(ApiError::unusable("the `key` is no reaction", hint));
    }
    Ok(key)
}

/// The uploads of a message.
pub(super) fn files(files: &[String]) -> Result<&[String], ApiError> {
    if files.len() > FILES_MAX {
        return Err(ApiError::unusable("the message has too many files", format!("at most {FILES_MAX}")));
    }
    Ok(files)
}

/// A browser's own number of a post.
pub(super) fn client_id(id: Option<&str>) -> Result<Option<&str>, ApiError> {
    let usable = |id: &str| {
        !id.is_empty()
            && id.len() <= CLIENT_ID_MAX
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match id {
        Some(id) if !usable(id) => {
            let hint = format!("at most {CLIENT_ID_MAX} letters, digits and `-`");
            Err(ApiError::unusable("the `client_id` is unusable", hint))
        }
        id => Ok(id),
    }
}

/// The number of a message as it is written in an address or a body.
pub(super) fn number(id: &str) -> Result<u64, ApiError> {
    id.parse().map_err(|_| ApiError::no_such("message", "use an `id` as it was given"))
}

fn too_long() -> ApiError {
    let hint = format!("at most {} bytes of UTF-8", TEXT_LIMIT.max);
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "the text is too long", hint)
}

fn unknown_customer() -> ApiError {
    let hint = format!("send the `token` of a customer as `{TOKEN}`; POST /api/customers makes a new one");
    ApiError::new(StatusCode::UNAUTHORIZED, "this is no customer's token", hint)
}
