//! Requests: read, counted, refused or carried out, answered, recorded.

mod channels;
mod execute;
mod interactions;
mod messages;
mod route;
mod threads;
mod users;
mod webhooks;

use crate::errors::{Refused, Result, bare, refused};
use crate::fake::Core;
use crate::faults::{self, Fault};
use crate::listener::Knife;
use crate::posting::Sent;
use crate::world::{Id, World};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The most that a request may hold.
const REQUEST_MAX: usize = 110 * 1024 * 1024;
/// New messages in a stretch, where limits hold.
const BUCKET: u32 = 5;
/// The stretch.
const STRETCH: Duration = Duration::from_secs(2);

/// A request as it was understood.
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Behind `/api/v10/`.
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: Value,
    pub(crate) files: BTreeMap<String, Sent>,
    pub(crate) authorized: bool,
}

/// What is answered when it is carried out.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// An answer with a body.
#[expect(clippy::unnecessary_wraps, reason = "every request ends in a result")]
pub(crate) fn ok(body: Value) -> Result<Answer> {
    Ok(Answer { status: 200, body })
}

/// An answer without one.
#[expect(clippy::unnecessary_wraps, reason = "every request ends in a result")]
pub(crate) fn nothing() -> Result<Answer> {
    Ok(Answer { status: 204, body: Value::Null })
}

impl Asked {
    /// Notes fields that no documentation names.
    pub(crate) fn only(&self, world: &mut World, fields: &[&str]) {
        for name in self.body.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if !fields.contains(&name.as_str()) {
                world.complaints.push(format!("{} {}: field {name}", self.method, shape(&self.path)));
            }
        }
    }

    /// Notes query parameters that no documentation names.
    pub(crate) fn only_query(&self, world: &mut World, names: &[&str]) {
        for name in self.query.keys().filter(|name| !names.contains(&name.as_str())) {
            world.complaints.push(format!("{} {}: query {name}", self.method, shape(&self.path)));
        }
    }

    /// A parameter of the query as a number.
    pub(crate) fn number(&self, name: &str) -> Option<Id> {
        self.query.get(name)?.parse().ok()
    }
}

/// A path without its ids.
fn shape(path: &str) -> String {
    let word = |word: &str| {
        if word.bytes().all(|byte| byte.is_ascii_digit()) { "*".to_owned() } else { word.to_owned() }
    };
    path.split('/').map(word).collect::<Vec<_>>().join("/")
}

/// An answer outside the API.
pub(crate) fn plain(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// Answers one request.
pub(crate) async fn answer(core: &Core, knife: &Knife, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/attachments/") {
        return file(core, &path, request.uri().query().unwrap_or_default());
    }
    let full = request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let method = request.method().to_string();
    let fault = core.with(|world| world.faults.meet(&method, &full));
    if fault == Some(Fault::CutBefore) {
        knife.cut();
        return plain(500);
    }
    let asked = read(core, request).await;
    if fault == Some(Fault::Slow) {
        core.wait_for_release().await;
    }
    let (request, outcome) = match asked {
        Ok(asked) => {
            let body = asked.body.clone();
            let refusal = fault.as_ref().and_then(Fault::refusal);
            let outcome = core.with(|world| match refusal {
                Some(refusal) => Err(refusal),
                None => count(world, &asked).and_then(|()| route::route(world, &asked)),
            });
            (body, outcome)
        }
        Err(refusal) => (Value::Null, Err(refusal)),
    };
    let (status, body) = match (fault, outcome) {
        (Some(Fault::AnswerLost), _) => {
            knife.cut();
            return plain(500);
        }
        (Some(Fault::StatusAfter(status)), Ok(_)) => (status, bare(status).body),
        (_, Ok(Answer { status, body }) | Err(Refused { status, body })) => (status, body),
    };
    core.with(|world| {
        let line = json!({ "m": method, "p": full, "req": request, "st": status, "res": body });
        world.traffic.push(line);
    });
    respond(core, status, &body, &full)
}

fn respond(core: &Core, status: u16, body: &Value, path: &str) -> Response {
    let mut response = plain(status);
    let mut headers = if status == 429 { faults::headers(body) } else { Vec::new() };
    if status != 429 {
        headers.extend(core.look(|world| told_limits(world, path)));
    }
    if status == 429 && body.is_u64() {
        headers.push(("content-type", "text/html".to_owned()));
        *response.body_mut() = Body::from("<html>You are being blocked</html>");
    } else if !body.is_null() {
        headers.push(("content-type", "application/json".to_owned()));
        *response.body_mut() = Body::from(body.to_string());
    }
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The bucket of a new message; nothing for other requests.
fn bucket(method: &str, path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default().trim_start_matches("/api/v10/");
    let words: Vec<_> = path.split('/').collect();
    match (method, words.as_slice()) {
        ("POST", ["channels", id, "messages"] | ["webhooks", id, _]) => Some((*id).to_owned()),
        _ => None,
    }
}

fn count(world: &mut World, asked: &Asked) -> Result<()> {
    let Some(name) = bucket(&asked.method, &asked.path) else { return Ok(()) };
    let Some(buckets) = &mut world.buckets else { return Ok(()) };
    let now = Instant::now();
    let (taken, since) = buckets.entry(name).or_insert((0, now));
    if now.duration_since(*since) >= STRETCH {
        (*taken, *since) = (0, now);
    }
    if *taken >= BUCKET {
        let after = STRETCH.saturating_sub(now.duration_since(*since));
        return Err(faults::too_many(after.as_secs_f64(), false));
    }
    *taken += 1;
    Ok(())
}

fn told_limits(world: &World, path: &str) -> Vec<(&'static str, String)> {
    let Some((name, (taken, since))) =
        bucket("POST", path).and_then(|name| world.buckets.as_ref()?.get_key_value(&name))
    else {
        return Vec::new();
    };
    let after = STRETCH.saturating_sub(Instant::now().duration_since(*since));
    vec![
        ("x-ratelimit-bucket", format!("messages-{}", name.len())),
        ("x-ratelimit-limit", BUCKET.to_string()),
        ("x-ratelimit-remaining", BUCKET.saturating_sub(*taken).to_string()),
        ("x-ratelimit-reset-after", format!("{:.3}", after.as_secs_f64())),
    ]
}

/// A file at its signed address.
fn file(core: &Core, path: &str, query: &str) -> Response {
    let id: Id = path.split('/').nth(3).and_then(|id| id.parse().ok()).unwrap_or_default();
    core.look(|world| {
        let signed = query.contains(&format!("hm={:032x}", id ^ world.signature));
        match world.files.get(&id) {
            Some((kind, bytes)) if signed => {
                let mut response = Response::new(Body::from(bytes.clone()));
                if let Ok(kind) = HeaderValue::from_str(kind) {
                    response.headers_mut().insert("content-type", kind);
                }
                response
            }
            _ => {
                let mut response = plain(404);
                *response.body_mut() = Body::from("This content is no longer available.");
                response
            }
        }
    })
}

async fn read(core: &Core, request: Request) -> Result<Asked> {
    let token = core.look(|world| format!("Bot {}", world.token));
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix("/api/v10/").map(str::to_owned) else { return Err(bare(404)) };
    let query = request.uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (unescaped(name), unescaped(value))
    };
    let query = query.map(pair).collect();
    let (authorized, agent, kind) = {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let of = |name: &str| header(name).unwrap_or_default().to_owned();
        (of("authorization") == token, of("user-agent"), of("content-type"))
    };
    if !agent.starts_with("DiscordBot (") {
        core.look(|world| world.complaints.push("a user agent that is no DiscordBot (…)".to_owned()));
    }
    let mut asked = Asked { method, path, query, body: Value::Null, files: BTreeMap::new(), authorized };
    if kind.starts_with("multipart/form-data") {
        multipart(&mut asked, request).await?;
        return Ok(asked);
    }
    let bytes = to_bytes(request.into_body(), REQUEST_MAX).await.map_err(|_| refused(40005))?;
    if !bytes.is_empty() {
        asked.body = serde_json::from_slice(&bytes).map_err(|_| refused(50109))?;
    }
    Ok(asked)
}

async fn multipart(asked: &mut Asked, request: Request) -> Result<()> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| refused(50109))?;
    let mut total = 0;
    while let Some(part) = parts.next_field().await.map_err(|_| refused(50109))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| refused(40005))?;
        total += bytes.len();
        if total > REQUEST_MAX {
            return Err(refused(40005));
        }
        if name == "payload_json" {
            asked.body = serde_json::from_slice(&bytes).map_err(|_| refused(50109))?;
        } else if let Some(file) = file {
            asked.files.insert(name, Sent { name: file, bytes: bytes.to_vec(), extra: json!({}) });
        }
    }
    Ok(())
}

/// Percent signs resolved.
pub(crate) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        match byte {
            b'%' => {
                let (high, low) = (digit().unwrap_or_default(), digit().unwrap_or_default());
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
