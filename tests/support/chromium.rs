//! A real browser, told what to do by `WebDriver` over plain HTTP.
//!
//! Everything waits for what it asks for: a page that works live shows things a moment later.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything on a page may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it is before one looks again.
const GLANCE: Duration = Duration::from_millis(20);
/// How long chromedriver may think about one order.
const ANSWER: Duration = Duration::from_mins(1);
/// What `WebDriver` calls an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys that are no letters.
pub(crate) mod key {
    pub(crate) const TAB: &str = "\u{e004}";
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const SHIFT: &str = "\u{e008}";
    pub(crate) const ALT: &str = "\u{e00a}";
    pub(crate) const ESCAPE: &str = "\u{e00c}";
    pub(crate) const DOWN: &str = "\u{e015}";
}

/// A browser with a profile of its own; ended when dropped.
pub(crate) struct Chromium {
    driver: Child,
    port: u16,
    session: String,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // the browser is the driver's child: it is asked to end it before it is ended itself
        let _ended = self.order("DELETE", "", &Value::Null);
        let _gone = self.driver.kill();
        let _gone = self.driver.wait();
    }
}

/// A window of a browser.
#[derive(Clone)]
pub(crate) struct Window(String);

impl Chromium {
    pub(crate) fn open() -> Self {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stderr(Stdio::null());
        let mut driver = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines
            .find_map(|line| {
                line.unwrap()
                    .rsplit_once("successfully on port ")
                    .map(|(_, port)| port.trim_end_matches('.').parse())
            })
            .unwrap()
            .unwrap();
        // what it says later must not fill the pipe
        thread::spawn(move || lines.for_each(drop));
        let mut browser = Self { driver, port, session: String::new() };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--window-size=1200,900",
            "--lang=en",
        ];
        let wanted = json!({ "goog:chromeOptions": { "args": arguments } });
        let made = browser.told("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
        browser
    }

    /// One order; the answer's `value`, or the word `WebDriver` has for the error.
    fn order(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let failed = |error: std::io::Error| error.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(failed)?;
        stream.set_read_timeout(Some(ANSWER)).map_err(failed)?;
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let (session, length) = (&self.session, body.len());
        let head =
            format!("{method} {session}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n");
        stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes()).map_err(failed)?;
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).map_err(failed)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap();
                }
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).map_err(failed)?;
        let mut body: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        match body["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", body["value"]["message"])),
            None => Ok(body["value"].take()),
        }
    }

    fn told(&self, method: &str, path: &str, body: &Value) -> Value {
        self.order(method, path, body).map_err(|error| format!("{method} {path}: {error}")).unwrap()
    }

    /// Tries until it works.
    fn patiently<T>(&self, what: &str, mut attempt: impl FnMut() -> Result<T, String>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match attempt() {
                Ok(done) => return done,
                Err(error) => {
                    let page = || self.texts("body").concat();
                    assert!(Instant::now() < deadline, "{what}: {error}\n{}", page());
                    thread::park_timeout(GLANCE);
                }
            }
        }
    }

    /// Goes to an address, once it answers.
    pub(crate) fn go(&self, url: &str) {
        self.patiently(url, || self.order("POST", "/url", &json!({ "url": url })));
    }

    pub(crate) fn reload(&self) {
        self.told("POST", "/refresh", &json!({}));
    }

    /// The window that is in front.
    pub(crate) fn window(&self) -> Window {
        Window(self.told("GET", "/window", &Value::Null).as_str().unwrap().to_owned())
    }

    /// A new window, brought to the front, at an address.
    pub(crate) fn new_window(&self, url: &str) -> Window {
        let made = self.told("POST", "/window/new", &json!({ "type": "window" }));
        let window = Window(made["handle"].as_str().unwrap().to_owned());
        self.show(&window);
        self.go(url);
        window
    }

    /// Brings a window to the front.
    pub(crate) fn show(&self, window: &Window) {
        self.told("POST", "/window", &json!({ "handle": window.0 }));
    }

    /// Makes the page as large as a device.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
        let order = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": size });
        self.told("POST", "/goog/cdp/execute", &order);
    }

    /// Runs a script in the page.
    pub(crate) fn js(&self, script: &str, arguments: &[Value]) -> Value {
        self.told("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    fn element(&self, css: &str) -> Result<String, String> {
        let found = self.order("POST", "/element", &json!({ "using": "css selector", "value": css }))?;
        Ok(format!("/element/{}", found[ELEMENT].as_str().unwrap()))
    }

    pub(crate) fn click(&self, css: &str) {
        self.patiently(css, || self.order("POST", &format!("{}/click", self.element(css)?), &json!({})));
    }

    /// Types into an element.
    pub(crate) fn write(&self, css: &str, text: &str) {
        let text = json!({ "text": text });
        self.patiently(css, || self.order("POST", &format!("{}/value", self.element(css)?), &text));
    }

    /// Presses keys together, wherever the focus is, and lets them go.
    pub(crate) fn press(&self, keys: &[&str]) {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let presses: Vec<_> = down.chain(up).collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": presses }] });
        self.told("POST", "/actions", &actions);
    }

    /// What every visible element of a kind says, in order.
    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility()).map((one) => one.innerText)";
        let texts = self.js(script, &[json!(css)]);
        texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// Waits until a visible element says something.
    pub(crate) fn see(&self, css: &str, wanted: &str) {
        self.until(&format!("`{css}` says `{wanted}`"), || {
            self.texts(css).iter().any(|text| text.contains(wanted))
        });
    }

    /// Waits until something holds.
    pub(crate) fn until(&self, what: &str, holds: impl Fn() -> bool) {
        self.patiently(what, || if holds() { Ok(()) } else { Err("it does not come".to_owned()) });
    }

    /// What has the focus: its id, or its kind and words.
    pub(crate) fn focus(&self) -> String {
        let script = "const one = document.activeElement; return one.id || `${one.tagName} ${one.innerText}`";
        self.js(script, &[]).as_str().unwrap().to_owned()
    }
}
