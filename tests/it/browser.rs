//! The pages in a real browser, with the whole program behind them.

mod content;
mod time_left;

use crate::chromium::{Chromium, Window, key};
use crate::program::{Bridge, desk};
use serde_json::json;
use std::time::{Duration, Instant};

/// A customer's window and the team's, with the bridge between them.
struct Desk {
    browser: Chromium,
    url: String,
    customers: Window,
    team: Window,
}

impl Desk {
    /// Opens both pages and lets the agent be Anna.
    fn open(bridge: &Bridge) -> Self {
        let browser = Chromium::open();
        let url = bridge.url().to_owned();
        browser.go(&format!("{url}/customer"));
        let customers = browser.window();
        let team = browser.new_window(&format!("{url}/team"));
        browser.click("button.choice[data-account=anna]");
        browser.see("#agent", "You are Anna");
        Self { browser, url, customers, team }
    }

    /// A new customer writes.
    fn comes(&self, name: &str, text: &str) {
        self.browser.show(&self.customers);
        self.browser.click("#first-customer, #welcome[hidden] ~ * #new-customer, header #new-customer");
        self.browser.write("#name", &format!("{name}{}", key::ENTER));
        self.browser.see("#tabs .tab[aria-selected=true]", name);
        self.writes(text);
    }

    /// The customer whose tab is open writes.
    fn writes(&self, text: &str) {
        self.browser.show(&self.customers);
        self.browser.write("#text", &format!("{text}{}", key::ENTER));
        self.browser.see("#messages .mine", text);
    }

    /// The team opens the topic that is called so.
    fn opens(&self, title: &str) {
        self.browser.show(&self.team);
        self.browser.see("#topics-waiting .title", title);
        let script = "[...document.querySelectorAll('button.topic')].find((one) => one.innerText.includes(arguments[0])).click()";
        self.browser.js(script, &[json!(title)]);
        self.browser.see("#thread-title", title);
    }

    /// Marks the page, so that a reload would show.
    fn pin(&self) {
        self.browser.js("window.pinned = true", &[]);
    }

    fn is_pinned(&self) -> bool {
        self.browser.js("return window.pinned === true", &[]) == true
    }
}

#[test]
fn a_customer_and_an_agent_talk_by_name_and_without_a_reload() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.pin();
    browser.show(&desk.customers);
    desk.pin();

    desk.comes("Carla", "Where is my order?");
    desk.opens("Carla");
    browser.see("#messages .theirs", "Where is my order?");
    browser.see("#send", "Save note");
    browser.write("#text", &format!("she is in a hurry{}", key::ENTER));
    browser.see("#messages .note", "she is in a hurry");

    browser.press(&[key::ALT, "r"]);
    browser.see("#where", "Carla will read this.");
    browser.see("#send", "Send to Carla as Anna");
    browser.write("#text", &format!("It arrives tomorrow.{}", key::ENTER));
    browser.see("#messages .reply", "It arrives tomorrow.");
    browser.see("#messages .reply .mark", "Delivered");
    // the next words are a note again
    browser.see("#send", "Save note");
    browser.see("#topics-answered .title", "Carla");

    browser.show(&desk.customers);
    browser.see("#messages .theirs .name", "Anna (Support)");
    browser.see("#messages .theirs", "It arrives tomorrow.");
    assert!(!browser.texts("body").concat().contains("hurry"), "the customer reads a note");
    assert!(desk.is_pinned());
    browser.show(&desk.team);
    assert!(desk.is_pinned());
}

#[test]
fn a_command_is_answered_and_never_sent() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "Hello?");
    desk.opens("Carla");
    browser.see("#messages .theirs", "Hello?");
    // even with the switch on "Reply", a command stays one
    browser.click("#mode-reply");
    browser.write("#text", "!clsoe");
    browser.see("#send", "Run command");
    browser.write("#text", key::ENTER);
    browser.see("#messages .bridge", "!close");
    browser.write("#text", &format!("!r Hello Carla{}", key::ENTER));
    browser.see("#messages .reply .mark", "Delivered");
    browser.show(&desk.customers);
    browser.see("#messages .theirs", "Hello Carla");
    assert!(!browser.texts("body").concat().contains("!clsoe"));
    browser.show(&desk.team);
    browser.write("#text", &format!("!close{}", key::ENTER));
    browser.see("#topics-closed .title", "Carla");
    browser.see("#thread-state", "closed");
}

#[test]
fn what_is_written_while_the_bridge_is_down_arrives_once_when_it_is_back() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "first");
    desk.opens("Carla");
    desk.pin();
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));

    browser.see("#banner", "No connection");
    browser.write("#text", &format!("a note meanwhile{}", key::ENTER));
    browser.see("#messages .note", "Waiting to be sent");
    browser.show(&desk.customers);
    desk.pin();
    browser.see("#banner", "No connection");
    desk.writes("second");
    browser.see("#messages .mine", "Waiting to be sent");

    let _bridge = Bridge::start(directory.path());
    for (window, own, other) in [(&desk.customers, ".mine", None), (&desk.team, ".note", Some("second"))] {
        browser.show(window);
        browser.until("the connection is back", || browser.texts("#banner").is_empty());
        browser.until("everything is sent", || {
            browser.texts("#messages .pending, #messages .mark-pending").is_empty()
        });
        if let Some(other) = other {
            browser.see("#messages .theirs", other);
        }
        let own = browser.texts(&format!("#messages {own}"));
        let times = own.iter().filter(|text| text.contains("second") || text.contains("meanwhile")).count();
        assert_eq!(times, 1, "{own:?}");
        assert!(desk.is_pinned());
    }
    let copies = browser.texts("#messages .theirs");
    assert_eq!(copies.iter().filter(|text| text.contains("second")).count(), 1, "{copies:?}");
}

#[test]
fn a_reload_keeps_the_tabs_and_what_is_not_sent() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "I am Carla");
    desk.comes("Otto", "I am Otto");
    browser.write("#text", "half a sent");
    browser.reload();
    browser.see("#tabs .tab[aria-selected=true]", "Otto");
    browser.see("#messages .mine", "I am Otto");
    assert_eq!(browser.js("return document.getElementById('text').value", &[]), "half a sent");
    assert!(!browser.texts("#messages").concat().contains("Carla"));

    // an answer to the customer in the background is counted on the tab
    desk.opens("Carla");
    browser.see("#messages .theirs", "I am Carla");
    browser.click("#messages .theirs [data-action=reply]");
    browser.see("#quote-text", "I am Carla");
    browser.write("#text", &format!("Hello Carla{}", key::ENTER));
    browser.see("#messages .reply .mark", "Delivered");
    browser.reload();
    browser.see("#agent", "You are Anna");
    browser.see("#thread-title", "Carla");
    browser.see("#messages .reply", "Hello Carla");
    browser.show(&desk.customers);
    browser.see("#tabs .tab:not([aria-selected=true]) .badge", "1");
    browser.click("#tabs .tab:not([aria-selected=true])");
    browser.see("#messages .theirs", "Hello Carla");
    browser.until("the badge is gone", || browser.texts("#tabs .badge").is_empty());
}

#[test]
fn what_people_write_is_never_markup() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    let evil = "<img src=x onerror=window.evil=1><script>window.evil=1</script>";
    desk.comes("<b onclick=evil()>Eve</b>", evil);
    desk.opens("<b onclick=evil()>Eve</b>");
    browser.see("#messages .theirs .text", evil);
    browser.see("#messages .theirs .name", "<b onclick=evil()>Eve</b>");
    for window in [&desk.team, &desk.customers] {
        browser.show(window);
        let made = browser.js("return [document.querySelectorAll('b, #messages img, script:not([src])').length, window.evil ?? 0]", &[]);
        assert_eq!(made, json!([0, 0]));
    }
}

#[test]
fn the_team_page_needs_no_mouse() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "one");
    desk.comes("Otto", "two");
    browser.show(&desk.team);
    browser.see("#topics-waiting", "Otto");
    browser.js("document.activeElement.blur()", &[]);
    browser.press(&["j"]);
    assert_eq!(browser.focus(), "room-entry");
    browser.press(&["j"]);
    browser.press(&[key::DOWN]);
    browser.until("the second topic has the focus", || browser.focus().contains("Otto"));
    browser.press(&["k"]);
    browser.until("the first topic has the focus", || browser.focus().contains("Carla"));
    browser.press(&[key::ENTER]);
    browser.see("#thread-title", "Carla");
    browser.see("#messages .theirs", "one");
    browser.until("one can write", || browser.focus() == "text");
    browser.press(&[key::ALT, "r"]);
    browser.see("#where", "Carla will read this.");
    browser.press(&[key::ALT, "n"]);
    browser.see("#where", "Only the team reads this.");
    browser.press(&["a"]);
    browser.press(&[key::SHIFT, key::ENTER]);
    browser.press(&["b"]);
    browser.press(&[key::ENTER]);
    browser.see("#messages .note .text", "a\nb");
    // everything that can be used is reached by Tab, and shows that it was
    browser.js("document.body.setAttribute('tabindex', -1); document.body.focus()", &[]);
    let mut reached = Vec::new();
    for _ in 0..20 {
        browser.press(&[key::TAB]);
        let shown = "const one = document.activeElement; const at = one.type === 'radio' ? one.nextElementSibling : one; return one === document.body || getComputedStyle(at).outlineStyle !== 'none'";
        assert_eq!(browser.js(shown, &[]), true, "the focus on {} is not seen", browser.focus());
        reached.push(browser.focus());
    }
    for wanted in ["agent", "language", "room-entry", "log", "mode-note", "text", "send"] {
        assert!(reached.iter().any(|one| one == wanted), "{wanted} is not reached: {reached:?}");
    }
}

#[test]
fn the_pages_fit_a_small_screen_and_speak_german() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    let long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen".repeat(3);
    desk.comes("Carla Wunderlich-Hohenstein", &long);
    let fits = || {
        browser.js("return document.documentElement.scrollWidth <= innerWidth && innerWidth === 360", &[])
            == true
    };
    let german = "const one = document.getElementById('language'); one.value = 'de'; one.dispatchEvent(new Event('change'))";
    browser.resize(360, 740);
    browser.js(german, &[]);
    browser.see("#send", "Senden");
    assert!(fits());

    browser.show(&desk.team);
    browser.resize(360, 740);
    browser.js(german, &[]);
    browser.see("#topics-waiting .state", "wartet");
    assert!(fits() && browser.texts("#composer").is_empty());
    desk.opens("Carla");
    browser.see("#send", "Notiz speichern");
    browser.click("#mode-reply");
    browser.see("#send", "An Carla Wunderlich-Hohenstein senden als Anna");
    assert!(fits() && browser.texts("#list").is_empty());
    browser.click("#back");
    browser.see("#list", "Carla");

    browser.go(&desk.url);
    browser.see("h1", "Zwei Seiten, ein Gespräch");
    assert!(fits());
    assert_eq!(browser.js("return document.documentElement.lang", &[]), "de");
}

#[test]
fn who_is_writing_is_shown_on_the_other_side_and_a_note_is_not() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "Hello");
    desk.opens("Carla");
    // a page tells it every four seconds at most, so it may take some letters
    let shown = |writer: &Window, reader: &Window| {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            browser.show(writer);
            browser.write("#text", "x");
            browser.show(reader);
            if browser.texts("#typing").concat().contains("Somebody is writing") {
                return true;
            }
        }
        false
    };
    assert!(shown(&desk.customers, &desk.team), "the team does not see the customer writing");
    browser.show(&desk.team);
    browser.see("#send", "Save note");
    browser.write("#text", "a note");
    browser.show(&desk.customers);
    assert_eq!(browser.texts("#typing").concat(), "", "the customer sees somebody write a note");
    browser.show(&desk.team);
    browser.press(&[key::ALT, "r"]);
    browser.see("#where", "Carla will read this.");
    assert!(shown(&desk.team, &desk.customers), "the customer does not see the agent writing");
}
