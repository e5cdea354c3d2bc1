//! The interface: addresses, encodings, faults, the record. It must not know what a method does.

use crate::answers::{Answer, Refused, envelope};
use crate::connection::Scissors;
use crate::fake::{Exchange, Inner};
use crate::faults::Fault;
use crate::methods;
use crate::params::{Params, Upload};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{any, get};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The largest request: what an own server takes would be more.
const REQUEST_MAX: usize = 64 << 20;
/// The largest upload.
const UPLOAD_MAX: usize = 50 << 20;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/file/{bot}/{*path}", get(download))
        .route("/{bot}/{method}", any(call))
        .layer(DefaultBodyLimit::max(REQUEST_MAX))
        .with_state(inner)
}

fn answer(status: u16, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}

fn json_answer(status: u16, body: &Value) -> Response {
    answer(status, "application/json", body.to_string())
}

fn is_ours(bot: &str) -> bool {
    bot == concat!("bot", "7100000001:AAFakeTokenForTests-0123456789abcdef")
}

async fn call(
    State(inner): State<Arc<Inner>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    if !bot.starts_with("bot") {
        return json_answer(404, &envelope(&Err(Refused::new(404, "Not Found"))).1);
    }
    if !is_ours(&bot) {
        return json_answer(401, &envelope(&Err(Refused::new(401, "Unauthorized"))).1);
    }
    let (encoding, params) = read(request).await;
    let params = match params {
        Ok(params) => params,
        Err(refused) => return json_answer(refused.code, &envelope(&Err(refused.clone())).1),
    };
    let name = method.to_ascii_lowercase();
    let recorded = params.recorded();
    let fault = inner.change(|world| world.faults.take(&name));
    let (answered, body) = carry_out(&inner, &name, params, fault.as_ref()).await;
    let cut = matches!(fault, Some(Fault::CutBefore | Fault::CutAfter));
    let (status, answer) = (answered.status().as_u16(), body);
    let status = (!cut).then_some(status);
    inner.record(Exchange { method, encoding, params: recorded, status, answer });
    if cut {
        scissors.cut();
    }
    answered
}

/// Does what is asked, with what goes wrong in it; the response, and what it says.
async fn carry_out(
    inner: &Arc<Inner>,
    name: &str,
    params: Params,
    fault: Option<&Fault>,
) -> (Response, Value) {
    let said = |answer: &Answer| {
        let (status, body) = envelope(answer);
        (json_answer(status, &body), body)
    };
    match fault {
        None | Some(Fault::CutAfter) => said(&methods::call(inner, name, params).await),
        Some(Fault::CutBefore) => said(&Err(Refused::new(500, "cut before"))),
        Some(Fault::TooMany(after)) => said(&Err(Refused::too_many(*after))),
        Some(Fault::ServerError) => said(&Err(Refused::new(500, "Internal Server Error"))),
        Some(Fault::Unauthorized) => said(&Err(Refused::new(401, "Unauthorized"))),
        Some(Fault::Refused(code, words)) => said(&Err(Refused::new(*code, words.clone()))),
        Some(Fault::BadGateway) => page(502),
        Some(Fault::Page(status)) => page(*status),
        Some(Fault::Hurried) => said(&Ok(json!([]))),
        Some(Fault::BrokenJson) => {
            let (status, body) = envelope(&methods::call(inner, name, params).await);
            let whole = body.to_string();
            let half: String = whole.chars().take(whole.chars().count() / 2).collect();
            (answer(status, "application/json", half), body)
        }
        Some(Fault::Held) => {
            released(inner).await;
            said(&methods::call(inner, name, params).await)
        }
        Some(Fault::HeldAfter) => {
            let answer = methods::call(inner, name, params).await;
            released(inner).await;
            said(&answer)
        }
    }
}

async fn released(inner: &Inner) {
    let mut releases = inner.releases.subscribe();
    releases.mark_unchanged();
    let _ended = releases.changed().await;
}

async fn download(State(inner): State<Arc<Inner>>, Path((bot, path)): Path<(String, String)>) -> Response {
    let not_found = || json_answer(404, &envelope(&Err(Refused::new(404, "Not Found"))).1);
    if !is_ours(&bot) {
        return not_found();
    }
    let fault = inner.change(|world| world.faults.take("file"));
    match fault {
        None => {}
        Some(Fault::ServerError) => return json_answer(500, &Value::Null),
        Some(_) => return not_found(),
    }
    let bytes = inner.look().files.values().find(|file| file.path == path).map(|file| file.bytes.clone());
    bytes.map_or_else(not_found, |bytes| answer(200, "application/octet-stream", bytes))
}

/// The parameters of a request and how they were written.
async fn read(request: Request) -> (&'static str, Result<Params, Refused>) {
    let mut params = Params { values: pairs(request.uri()), ..Params::default() };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    if request.method() == Method::GET || kind.is_empty() {
        return ("query", Ok(params));
    }
    if kind.starts_with("multipart/form-data") {
        let read = read_multipart(request, &mut params).await;
        return ("multipart", read.map(|()| params));
    }
    let too_large = |_| Refused::new(413, "Request Entity Too Large");
    let bytes = match to_bytes(request.into_body(), REQUEST_MAX).await.map_err(too_large) {
        Ok(bytes) => bytes,
        Err(refused) => return ("json", Err(refused)),
    };
    if kind.starts_with("application/json") {
        return match serde_json::from_slice(&bytes) {
            Ok(Value::Object(values)) => {
                params.values.extend(values);
                ("json", Ok(params))
            }
            _ => ("json", Err(Refused::bad("can't parse JSON object"))),
        };
    }
    let written = String::from_utf8_lossy(&bytes);
    if let Ok(uri) = Uri::try_from(format!("/?{written}")) {
        params.values.extend(pairs(&uri));
    }
    ("form", Ok(params))
}

fn page(status: u16) -> (Response, Value) {
    let page = format!("<html><head><title>{status}</title></head><body>nginx</body></html>");
    (answer(status, "text/html", page), Value::Null)
}

fn pairs(uri: &Uri) -> Map<String, Value> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|Query(pairs)| pairs);
    pairs.unwrap_or_default().into_iter().map(|(name, value)| (name, json!(value))).collect()
}

async fn read_multipart(request: Request, params: &mut Params) -> Result<(), Refused> {
    let broken = || Refused::bad("can't parse multipart/form-data");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let mut total = 0;
    while let Some(part) = form.next_field().await.map_err(|_| broken())? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let file_name = part.file_name().map(str::to_owned);
        let mime = part.content_type().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| broken())?;
        if let Some(file_name) = file_name {
            total += bytes.len();
            params.files.insert(name, Upload { name: file_name, mime, bytes: bytes.to_vec() });
        } else {
            params.values.insert(name, String::from_utf8_lossy(&bytes).into_owned().into());
        }
    }
    if total > UPLOAD_MAX { Err(Refused::new(413, "Request Entity Too Large")) } else { Ok(()) }
}
