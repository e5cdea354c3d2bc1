//! How much time is left for an answer, in the list of topics.

use super::Desk;
use crate::chromium::key;
use crate::program::{Bridge, desk};
use std::fs;
use std::io::Write as _;

/// An answer within three hours, or at once.
const POLICIES: &str = r#"
[[policies]]
name = "at-once"
tags = ["now"]
calendar = "always"
first_response = "1s"
next_response = "1s"

[[policies]]
name = "usual"
calendar = "always"
first_response = "3h"
next_response = "3h"
pause = ["snoozed"]
"#;
/// Counts what the page asks for from now on.
const WATCH: &str = "window.asked = 0; const ask = window.fetch; window.fetch = (...all) => { window.asked += 1; return ask(...all); };";
/// Lets an hour and a minute pass for the page.
const PASS: &str = "const now = Date.now; Date.now = () => now() + 3_660_000;";

#[test]
fn the_list_counts_down_to_every_answer_without_asking() {
    let directory = desk();
    let config = directory.path().join("config/deskbridge.toml");
    fs::OpenOptions::new().append(true).open(config).unwrap().write_all(POLICIES.as_bytes()).unwrap();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    for name in ["Carla Wunderlich-Hohenstein vom Donaudampfschiff", "Otto", "Petra"] {
        desk.comes(name, "Where is my order?");
    }
    let commands = |name: &str, command: &str| {
        desk.opens(name);
        browser.write("#text", &format!("{command}{}", key::ENTER));
    };
    commands("Otto", "!tag now");
    browser.see("#topics-waiting .topic.state-overdue .due.over", "overdue for ");
    commands("Petra", "!snooze 1h");
    browser.see("#topics-waiting .due", "paused");
    let left = || browser.texts("#topics-waiting .due");
    let shown = left();
    assert!(shown[0].starts_with("2 h 5") && shown[0].ends_with(" min left"), "{shown:?}");
    // ordered as before: by who has waited longest
    let titles = browser.texts("#topics-waiting .title").concat();
    assert!(titles.find("Carla") < titles.find("Otto") && titles.find("Otto") < titles.find("Petra"));

    browser.js(WATCH, &[]);
    browser.js(PASS, &[]);
    browser.see("#topics-waiting .due", "1 h 5");
    browser.see("#topics-waiting .due.over", "overdue for 1 h ");
    assert_eq!(browser.js("return window.asked", &[]), 0, "the page asks for the time");
    browser.js("Date.now = () => new Date().getTime() + 4 * 3_600_000", &[]);
    browser.until("it is over before the bridge says so", || left()[0].starts_with("overdue for 1 h"));

    let german = "const one = document.getElementById('language'); one.value = 'de'; one.dispatchEvent(new Event('change'))";
    browser.js(german, &[]);
    browser.see("#topics-waiting .due", "angehalten");
    browser.see("#topics-waiting .due.over", "überfällig seit 1 Std.");
    browser.click("#back, body");
    browser.resize(360, 740);
    let fits = "return document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('.topic')].every((one) => one.scrollWidth <= one.clientWidth)";
    assert_eq!(browser.js(fits, &[]), true);

    // an answer ends it
    browser.resize(1200, 800);
    commands("Carla", "!r It arrives tomorrow.");
    browser.see("#topics-answered .title", "Carla");
    browser.until("nothing is due any more", || browser.texts("#topics-answered .due").is_empty());
}
