//! Who may ask at all: this machine's own pages, or whoever knows the credential.

use super::Served;
use super::error::ApiError;
use super::extract::Body;
use crate::random::same;
use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, ORIGIN, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::net::IpAddr;

/// The name of the cookie that stands for the credential.
const SESSION: &str = "deskbridge_session";

/// Only our own files, no inline scripts or styles, no frames, nothing sent elsewhere. What the pages fetched with a
/// token, they show from memory (`blob:`).
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
     media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Refuses names that were bent to this machine, and other sites' requests; adds what browsers are to obey.
pub(super) async fn origin(State(served): State<Served>, request: Request, next: Next) -> Response {
    let refused = refusal(&served, &request);
    let mut response = match refused {
        Some(refused) => refused.into_response(),
        None => match served.requests.clone().try_acquire_owned() {
            Ok(_working) => next.run(request).await,
            Err(_) => ApiError::busy("requests").into_response(),
        },
    };
    let headers = response.headers_mut();
    // a file has a stricter one of its own
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_POLICY));
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // a page and its script must be of one version, and nothing said here belongs into a cache
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn refusal(served: &Served, request: &Request) -> Option<ApiError> {
    let headers = request.headers();
    let host = header(headers, &HOST);
    if served.config.listen.ip().is_loopback() && !host.is_some_and(is_this_machine) {
        let hint = format!("open http://{}/", served.config.listen);
        return Some(ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this is not the name of this machine",
            hint,
        ));
    }
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return None;
    }
    let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let foreign = origin.is_some_and(|origin| origin.split_once("://").map(|(_, host)| host) != host);
    let cross = header(headers, &HeaderName::from_static("sec-fetch-site"));
    if foreign || cross.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        let hint = "post from the pages of this address, or without an `Origin`";
        return Some(ApiError::new(StatusCode::FORBIDDEN, "another site asked for this", hint));
    }
    None
}

/// Whether a `Host` names the loopback interface.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Wants the credential, when there is one, for everything but the page that asks for it.
pub(super) async fn credential(State(served): State<Served>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let open = matches!(path, "/login" | "/api/login") || path.starts_with("/assets/");
    if open || knows(&served, request.headers()) {
        return next.run(request).await;
    }
    if matches!(path, "/" | "/customer" | "/team") {
        return Redirect::to("/login").into_response();
    }
    unknown().into_response()
}

fn knows(served: &Served, headers: &HeaderMap) -> bool {
    let (Some(session), Some(credential)) = (&served.session, &served.config.credential) else {
        return true;
    };
    let bearer = header(headers, &AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    if bearer.is_some_and(|bearer| same(bearer, credential.secret())) {
        return true;
    }
    let cookies = header(headers, &COOKIE).unwrap_or_default().split(';');
    let mut sessions =
        cookies.filter_map(|cookie| cookie.trim().split_once('=')).filter(|(name, _)| *name == SESSION);
    sessions.any(|(_, value)| same(value, session))
}

/// What the page that asks for the credential sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogIn {
    credential: String,
}

/// Gives a browser that knows the credential a cookie.
pub(super) async fn log_in(
    State(served): State<Served>,
    Body(body): Body<LogIn>,
) -> Result<Response, ApiError> {
    let (Some(session), Some(credential)) = (&served.session, &served.config.credential) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    if !same(&body.credential, credential.secret()) {
        return Err(unknown());
    }
    let cookie = format!("{SESSION}={session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000");
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

fn unknown() -> ApiError {
    let hint = "log in at /login, or send `Authorization: Bearer …` with the configured credential";
    ApiError::new(StatusCode::UNAUTHORIZED, "the credential is missing or wrong", hint)
}

fn header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_this_machine() {
        for (host, ours) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1:8080", true),
            ("127.3.4.5", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("", false),
            ("evil.example", false),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example:8080", false),
            ("10.0.0.1:8080", false),
            ("0.0.0.0:8080", false),
        ] {
            assert_eq!(is_this_machine(host), ours, "{host}");
        }
    }
}
