//! The pages, which are part of the program.

use super::Served;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Every file by its address.
const FILES: &[(&str, &str, &str)] = &[
    ("/", HTML, include_str!("../pages/index.html")),
    ("/customer", HTML, include_str!("../pages/customer.html")),
    ("/team", HTML, include_str!("../pages/team.html")),
    ("/login", HTML, include_str!("../pages/login.html")),
    ("/assets/base.css", CSS, include_str!("../pages/base.css")),
    ("/assets/chat.css", CSS, include_str!("../pages/chat.css")),
    ("/assets/team.css", CSS, include_str!("../pages/team.css")),
    ("/assets/words.js", SCRIPT, include_str!("../pages/words.js")),
    ("/assets/common.js", SCRIPT, include_str!("../pages/common.js")),
    ("/assets/rich.js", SCRIPT, include_str!("../pages/rich.js")),
    ("/assets/files.js", SCRIPT, include_str!("../pages/files.js")),
    ("/assets/message.js", SCRIPT, include_str!("../pages/message.js")),
    ("/assets/index.js", SCRIPT, include_str!("../pages/index.js")),
    ("/assets/customer.js", SCRIPT, include_str!("../pages/customer.js")),
    ("/assets/topics.js", SCRIPT, include_str!("../pages/topics.js")),
    ("/assets/team.js", SCRIPT, include_str!("../pages/team.js")),
    ("/assets/login.js", SCRIPT, include_str!("../pages/login.js")),
    ("/assets/icon.svg", SVG, include_str!("../pages/icon.svg")),
];

pub(super) fn router() -> Router<Served> {
    FILES.iter().fold(Router::new(), |router, (address, kind, text)| {
        router.route(address, get(async move || ([(CONTENT_TYPE, *kind)], *text).into_response()))
    })
}
