//! What messages hold beside plain words: looks, files, changes, reactions, answers.

use super::Desk;
use crate::chromium::key;
use crate::program::{Bridge, desk};
use serde_json::{Value, json};
use std::fs;

/// A picture of four by four points.
const PICTURE: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x04, 0x08, 0x02, 0x00, 0x00, 0x00, 0x26, 0x93, 0x09, 0x29, 0x00,
    0x00, 0x00, 0x10, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x38, 0x11, 0x20, 0x07, 0x47, 0x0C, 0xC4,
    0x71, 0x00, 0x02, 0xB2, 0x13, 0x61, 0x7D, 0x97, 0x22, 0xF2, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E,
    0x44, 0xAE, 0x42, 0x60, 0x82,
];
/// The width of every picture of a kind, once it is drawn.
const WIDTHS: &str = "return [...document.querySelectorAll(arguments[0])].map((one) => one.naturalWidth)";

impl Desk {
    /// The agent answers the customer of the open topic.
    fn answers(&self, text: &str) {
        self.browser.press(&[key::ALT, "r"]);
        self.browser.write("#text", &format!("{text}{}", key::ENTER));
    }

    fn sees_picture(&self, css: &str) {
        self.browser.until("a picture is shown", || self.browser.js(WIDTHS, &[json!(css)]) == json!([4]));
    }
}

#[test]
fn a_formatted_answer_is_shown_formatted() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "Where is my **order**?");
    // a customer's stars are stars
    browser.see("#messages .mine .text", "Where is my **order**?");
    desk.opens("Carla");
    desk.answers("**On its way**, see [the map](https://example.org/map) ||gift|| `code <b>`");
    browser.see("#messages .reply .mark", "Delivered");
    browser.show(&desk.customers);
    browser.see("#messages .theirs strong", "On its way");
    browser.see("#messages .theirs code", "code <b>");
    let link = browser.js(
        "const {href, rel, target} = document.querySelector('.theirs .rich a'); return [href, rel, target]",
        &[],
    );
    assert_eq!(link, json!(["https://example.org/map", "noopener noreferrer", "_blank"]));
    assert!(!browser.texts("#messages .theirs").concat().contains("gift"), "a spoiler is read");
    browser.js("document.querySelector('.spoiler').focus()", &[]);
    browser.press(&[key::ENTER]);
    browser.see("#messages .theirs", "gift");
    assert_eq!(browser.js("return document.querySelectorAll('#messages b').length", &[]), 0);
}

#[test]
fn pictures_and_files_go_both_ways() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("broken.png"), PICTURE).unwrap();
    fs::write(path("list.html"), "<script>window.evil = 1</script>").unwrap();
    desk.comes("Carla", "hello");
    // both in one message, with a caption
    browser.write("#pick", &format!("{}\n{}", path("broken.png"), path("list.html")));
    browser.see("#attached", "broken.png");
    browser.write("#text", &format!("it arrived like this{}", key::ENTER));
    desk.sees_picture(".mine .picture img");
    browser.see("#messages .mine .file", "list.html");
    assert!(browser.texts("#attached").is_empty());
    desk.opens("Carla");
    browser.see("#messages .theirs", "it arrived like this");
    desk.sees_picture(".theirs .picture img");
    browser.see("#messages .theirs .file", "list.html");
    // a picture without a word, in answer
    browser.press(&[key::ALT, "r"]);
    browser.write("#pick", &path("broken.png"));
    browser.see("#attached .size", "byte");
    browser.write("#text", key::ENTER);
    browser.see("#messages .reply .mark", "Delivered");
    browser.show(&desk.customers);
    desk.sees_picture(".theirs .picture img");
    // large, and away again, without a mouse
    browser.js("document.querySelector('.theirs .picture').focus()", &[]);
    browser.press(&[key::ENTER]);
    browser.see("#viewer button", "Download");
    browser.press(&[key::ESCAPE]);
    browser.until("it is small again", || browser.texts("#viewer").is_empty());
    assert_eq!(browser.js("return window.evil ?? 0", &[]), 0);
}

#[test]
fn files_are_dropped_pasted_and_refused() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "hello");
    let drop = "const data = new DataTransfer(); data.items.add(new File(['a'], 'dropped.txt')); \
                document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))";
    let paste = "const data = new DataTransfer(); data.items.add(new File(arguments[0], 'pasted.txt')); \
                 document.getElementById('text').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true }))";
    browser.js(drop, &[]);
    browser.see("#attached", "dropped.txt");
    browser.js(paste, &[json!([])]);
    browser.see("#attached .wrong", "empty");
    browser.write("#text", &format!("here{}", key::ENTER));
    browser.see("#attached-told", "A file is not uploaded");
    browser.click("#attached li:last-child .close");
    browser.js(paste, &[json!(["b"])]);
    browser.see("#attached li:last-child .size", "1 byte");
    browser.click("#send");
    for name in ["dropped.txt", "pasted.txt"] {
        browser.see("#messages .mine .file", name);
    }
    browser.see("#messages .mine", "here");
}

#[test]
fn a_customer_changes_and_takes_back_what_they_wrote() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "on Monday");
    desk.opens("Carla");
    browser.see("#messages .theirs", "on Monday");
    browser.show(&desk.customers);
    browser.click(".mine [data-action=edit]");
    browser.see("#editing", "You are changing a message.");
    browser.write("#text", &format!(" morning{}", key::ENTER));
    browser.see("#messages .mine .text", "on Monday morning");
    browser.see("#messages .mine .edited", "edited");
    browser.show(&desk.team);
    browser.see("#messages .theirs", "on Monday morning");
    desk.answers("Agreed.");
    browser.see("#messages .reply .mark", "Delivered");
    // the agent changes the answer
    browser.click(".reply [data-action=edit]");
    browser.write("#text", &format!(" At *nine*.{}", key::ENTER));
    browser.show(&desk.customers);
    browser.see("#messages .theirs em", "nine");
    browser.see("#messages .theirs .edited", "edited");
    browser.click(".mine [data-action=delete]");
    browser.see("#messages .mine", "Message deleted");
    browser.show(&desk.team);
    browser.see("#messages", "took this message back");
    browser.click(".reply [data-action=delete]");
    browser.show(&desk.customers);
    // the quoted line above it says so as well
    browser.see("#messages .theirs p.text", "Message deleted");
    let left = browser.texts("#messages").concat();
    assert!(!left.contains("nine"), "{left}");
}

#[test]
fn reactions_and_answers_cross_without_a_mouse() {
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let desk = Desk::open(&bridge);
    let browser = &desk.browser;
    desk.comes("Carla", "Thank you!");
    desk.opens("Carla");
    browser.see("#messages .theirs", "Thank you!");
    browser.js("document.querySelector('.theirs [data-action=react]').focus()", &[]);
    browser.press(&[key::ENTER]);
    browser.until("the first emoji has the focus", || browser.focus().contains('👍'));
    browser.press(&[key::ENTER]);
    browser.see("#messages .theirs .reaction[aria-pressed=true]", "👍");
    browser.until("the focus is back", || browser.focus().contains("☺"));
    desk.answers("With pleasure");
    browser.see("#messages .reply .mark", "Delivered");

    browser.show(&desk.customers);
    browser.see("#messages .mine .reaction", "👍");
    browser.click(".theirs [data-action=react]");
    browser.write("#any-emoji", &format!("🦊{}", key::ENTER));
    browser.see("#messages .theirs .reaction", "🦊");
    browser.click(".theirs [data-action=reply]");
    browser.see("#quote-text", "With pleasure");
    browser.write("#text", &format!("Bye{}", key::ENTER));
    browser.see("#messages .mine .quoted", "With pleasure");
    browser.show(&desk.team);
    browser.see("#messages .reply .reaction", "🦊");
    browser.see("#messages .theirs .quoted", "With pleasure");
    // and away again
    browser.show(&desk.customers);
    browser.click(".theirs .reaction");
    browser.show(&desk.team);
    browser.until("the reaction is gone", || browser.texts("#messages .reply .reaction").is_empty());
    let pressed = "return document.querySelector('.theirs .reaction').getAttribute('aria-pressed')";
    assert_eq!(browser.js(pressed, &[]), Value::from("true"));
}
