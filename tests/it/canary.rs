//! Distinct markers in every text, name, handle and secret; none of them may be where it does not belong.
//!
//! Everything is done once: relaying, notes, commands, edits, mistakes of all kinds, a restart, and every command of
//! the program. Then what was printed and what lies on the disk is searched.

#![expect(clippy::panic, reason = "tests stop where something is not so")]

use crate::bridge::{Bridge, Done, Plan, done};
use crate::local_client::{Agent, Customer, Failed, Local, awaited};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::fs;
use std::path::Path;

/// Begins every marker.
const STEM: &str = "canary7d1c";
/// The names of agents are in the journal as they are in the configuration; nothing else may be.
const AGENT_NAMES: [&str; 2] = ["canary7d1cannaname", "canary7d1cberndname"];

fn agents() -> String {
    let handles = |who: &str| {
        format!("{{ local = \"{STEM}{who}local\", matrix = \"@{STEM}{who}matrix:example.org\" }}")
    };
    format!(
        "[[agents]]\nname = \"{}\"\ntitle = \"{STEM}title\"\nrole = \"manager\"\nhandles = {}\n\n\
         [[agents]]\nname = \"{}\"\nhandles = {}\n",
        AGENT_NAMES[0],
        handles("anna"),
        AGENT_NAMES[1],
        handles("bernd"),
    )
}

/// A bridge that logs all it can, with a second channel that never connects.
fn plan() -> Plan {
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let secret = |name: &str| variable(name, &format!("{STEM}-{}-long-enough", name.to_lowercase()));
    Plan {
        desk: "master_key_env = \"MASTER\"\nreply_mode = \"explicit\"".to_owned(),
        local: "credential_env = \"CREDENTIAL\"".to_owned(),
        agents: agents(),
        more: format!(
            "[[channels]]\nname = \"matrix\"\nplatform = \"matrix\"\nhomeserver = \"http://127.0.0.1:9\"\n\
             user = \"@{STEM}bridge:example.org\"\npassword_env = \"PASSWORD\"\n\n\
             [[teams]]\nname = \"other\"\nchannel = \"matrix\"\nroom = \"!other:example.org\"\n"
        ),
        environment: vec![
            variable("DESKBRIDGE_LOG", "trace"),
            variable("RUST_LOG", "trace"),
            variable("RUST_BACKTRACE", "1"),
            secret("MASTER"),
            secret("CREDENTIAL"),
            secret("PASSWORD"),
        ],
    }
}

/// What is searched for markers, and where it is from.
#[derive(Default)]
struct Printed(Vec<(String, String)>);

impl Printed {
    fn add(&mut self, from: &str, text: impl Into<String>) {
        self.0.push((from.to_owned(), text.into()));
    }

    fn command(&mut self, from: &str, done: &Done) {
        self.add(&format!("{from}: stderr"), &done.stderr);
        if !from.starts_with("export") {
            self.add(&format!("{from}: stdout"), &done.stdout);
        }
    }

    /// Every line that holds one of the secrets.
    fn leaks(&self, secrets: &[String]) -> Vec<String> {
        let lines = self.0.iter().flat_map(|(from, text)| text.lines().map(move |line| (from, line)));
        lines
            .filter(|(_, line)| {
                let line = line.to_lowercase();
                line.contains(STEM) || secrets.iter().any(|secret| line.contains(&secret.to_lowercase()))
            })
            .map(|(from, line)| format!("{from}: {line}"))
            .collect()
    }
}

/// Asks for what is refused, and sees that it is.
async fn refused(
    local: &Local,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<String>,
) -> u16 {
    match local.ask(method, path, token, body).await {
        Err(Failed::Refused(status, _)) => status.as_u16(),
        other => panic!("{path}: {other:?}"),
    }
}

/// A customer and two agents do everything that is possible.
async fn a_day(local: &Local) -> Customer {
    let customer = local.customer(&format!("Mia {STEM}customername")).await;
    let question = customer.write(&format!("Where is my parcel? {STEM}question")).await;
    let anna = local.agent(&format!("{STEM}annalocal"));
    let bernd = local.agent(&format!("{STEM}berndlocal"));
    let topic = anna.topic_of(&customer).await.id;
    let copy = anna.sees(&topic, "Where is my parcel?").await;

    customer.edit(&question, &format!("Where are my parcels? {STEM}edited")).await;
    anna.sees(&topic, &format!("{STEM}edited")).await;
    let second = customer.write(&format!("never mind {STEM}deleted")).await;
    customer.delete(&second).await;
    anna.sees(&topic, "The customer took this message back").await;

    anna.note(&topic, &format!("{STEM}note")).await;
    anna.say(&topic, &format!("{STEM}plainnote")).await;
    anna.say(&topic, &format!("!note {STEM}commandnote")).await;
    for (command, answer) in [
        (format!("!{STEM}word"), "is not a command"),
        (format!("!assign @{STEM}nobody"), "There is no agent"),
        ("!r".to_owned(), "Something is missing"),
        ("!retry".to_owned(), "There is nothing to send again"),
        ("!stop".to_owned(), "There is nothing left to hold back"),
        ("!claim".to_owned(), "looks after this now"),
        (format!("!assign {STEM}berndlocal"), "given by"),
        ("!release".to_owned(), "gave this back"),
        ("!who".to_owned(), "You are "),
        ("!history".to_owned(), "oldest first"),
        ("!help".to_owned(), "Commands begin with"),
    ] {
        anna.say(&topic, &command).await;
        anna.sees(&topic, answer).await;
    }
    for command in ["!list", "!claim"] {
        anna.try_say(None, command, None, None).await.unwrap();
    }
    awaited("answers outside of topics", async || {
        let messages = anna.room_messages().await;
        let said = |text: &str| messages.iter().any(|message| message.text().contains(text));
        (said("One thread is open") && said("belongs in the topic of a thread")).then_some(())
    })
    .await;

    anna.try_say(Some(&topic), &format!("It left. {STEM}reply"), Some(&copy.id), Some("1")).await.unwrap();
    customer.hears(&format!("It left. {STEM}reply")).await;
    bernd.reply(&topic, &format!("And arrives today. {STEM}command")).await;
    customer.hears(&format!("And arrives today. {STEM}command")).await;
    customer.try_write(&format!("Thanks! {STEM}numbered"), "1").await.unwrap();
    anna.sees(&topic, &format!("{STEM}numbered")).await;
    anna.say(&topic, "!close").await;
    anna.sees(&topic, "Closed by").await;
    mistakes(local, &anna, &topic, &customer).await;
    customer
}

async fn mistakes(local: &Local, anna: &Agent, topic: &str, customer: &Customer) {
    let messages = "/api/customers/messages";
    let secret = customer.token.split_once('.').unwrap().1;
    let wrong = [format!("{STEM}nobody.{secret}"), format!("{}.{STEM}wrong", customer.chat), STEM.to_owned()];
    for token in &wrong {
        let body = json!({ "text": format!("{STEM}unheard") }).to_string();
        assert_eq!(refused(local, Method::POST, messages, Some(token), Some(body)).await, 401);
    }
    let bad = [
        (format!("{{ \"text\": \"{STEM}cut"), 400),
        (format!("{{ \"{STEM}field\": 1, \"text\": \"{STEM}more\" }}"), 422),
        (format!("{{ \"text\": [\"{STEM}list\"] }}"), 422),
        (json!({ "text": format!("{STEM} ").repeat(10_000) }).to_string(), 413),
        (json!({ "text": "x", "client_id": format!("{STEM} with blanks") }).to_string(), 422),
        (json!({ "text": format!("{STEM}answer"), "reply_to": format!("{STEM}nothing") }).to_string(), 404),
    ];
    for (body, status) in bad {
        let token = Some(customer.token.as_str());
        assert_eq!(refused(local, Method::POST, messages, token, Some(body)).await, status);
    }
    let stranger = local.agent(&format!("{STEM}stranger"));
    let said = stranger.try_say(Some(topic), &format!("!r {STEM}intrusion"), None, None).await;
    assert!(matches!(said, Err(Failed::Refused(StatusCode::NOT_FOUND, _))), "{said:?}");
    for (topic, reply_to) in [(Some(STEM), None), (Some(topic), Some(STEM))] {
        let said = anna.try_say(topic, &format!("{STEM}nowhere"), reply_to, None).await;
        assert!(matches!(said, Err(Failed::Refused(StatusCode::NOT_FOUND, _))), "{said:?}");
    }
    for path in [format!("/api/{STEM}"), format!("/api/team/rooms/{STEM}/topics?group=waiting")] {
        assert_eq!(refused(local, Method::GET, &path, None, None).await, 404);
    }
    let path = format!("/api/team/rooms/team/topics?group={STEM}");
    assert_eq!(refused(local, Method::GET, &path, None, None).await, 400);
    let guessing = local.clone().with_credential(&format!("{STEM}-a-wrong-credential"));
    assert_eq!(refused(&guessing, Method::GET, "/api/team", None, None).await, 401);
    let body = Some(json!({ "credential": format!("{STEM}guess") }).to_string());
    assert_eq!(refused(&guessing, Method::POST, "/api/login", None, body).await, 401);
}

/// Configurations that hold a secret or a name where it is wrong.
fn wrong_configs(good: &str) -> Vec<String> {
    let replaced = |from: &str, to: &str| {
        assert!(good.contains(from), "{from} is not in {good}");
        good.replace(from, to)
    };
    vec![
        format!("{good}\n[[agents]]\nname = \"{STEM}cut\n"),
        format!("{good}\n{STEM} secret = \n"),
        replaced("\"MASTER\"", &format!("\"{STEM}/the+master+key+itself=\"")),
        replaced("\"PASSWORD\"", &format!("\"{STEM}_looks_like_a_variable\"")),
        replaced("password_env = \"PASSWORD\"", &format!("password = \"{STEM}password\"")),
        replaced("http://127.0.0.1:9", &format!("https://{STEM}:{STEM}@example.org")),
        replaced(AGENT_NAMES[1], AGENT_NAMES[0]),
        replaced(&format!("{STEM}berndlocal"), &format!("{STEM}annalocal")),
        replaced(&format!("\"@{STEM}berndmatrix:"), &format!("\"{STEM}berndmatrix:")),
        replaced(&format!("title = \"{STEM}title\""), &format!("title = [\"{STEM}title\"]")),
        replaced(&format!("\"{}\"", AGENT_NAMES[0]), &format!("\"{}\\n\"", AGENT_NAMES[0])),
    ]
}

/// Every command of the program once, on what the day left.
fn commands(bridge: &mut Bridge, printed: &mut Printed) {
    for arguments in [&["check"][..], &["status"], &["status", "--json"], &["run"], &["export"]] {
        let done = bridge.run(arguments);
        printed.command(&format!("{} while it runs", arguments[0]), &done);
    }
    bridge.stop();
    for arguments in [&["check"][..], &["status"], &["status", "--json"]] {
        printed.command(arguments[0], &bridge.run(arguments));
    }
    let exported = bridge.run(&["export"]);
    assert_eq!(exported.code, Some(0), "{exported:?}");
    printed.command("export", &exported);
    let without_names = AGENT_NAMES.iter().fold(exported.stdout.clone(), |text, name| text.replace(name, ""));
    printed.add("the export's rows", without_names.replace("\",\"", "\"\n\""));

    fs::write(bridge.home().join("all.jsonl"), &exported.stdout).unwrap();
    bridge.write_config("new.toml", "new", bridge.port());
    let cut = exported.stdout.replacen("\"k\"", &format!("\"{STEM}\""), 1);
    fs::write(bridge.home().join("cut.jsonl"), cut).unwrap();
    for (file, code) in [("cut.jsonl", 1), ("all.jsonl", 0), ("all.jsonl", 1)] {
        let imported = done(bridge.command_on("new.toml", &["import", file]));
        assert_eq!(imported.code, Some(code), "{imported:?}");
        printed.command("import", &imported);
    }

    let good = fs::read_to_string(bridge.home().join("deskbridge.toml")).unwrap();
    for wrong in wrong_configs(&good) {
        fs::write(bridge.home().join("wrong.toml"), &wrong).unwrap();
        for command in ["run", "check"] {
            let done = done(bridge.command_on("wrong.toml", &[command]));
            assert_eq!(done.code, Some(2), "{done:?} with {wrong}");
            assert!(done.stderr.contains("wrong.toml cannot be used: "), "{done:?}");
            printed.command(&format!("{command} with a wrong configuration"), &done);
        }
    }
    let mut short = bridge.command(&["run"]);
    short.env("MASTER", format!("{STEM}shrt")).env("CREDENTIAL", STEM);
    let short = done(short);
    assert_eq!(short.code, Some(2), "{short:?}");
    printed.command("run with short keys", &short);
    let mut other = bridge.command(&["run"]);
    other.env("MASTER", format!("{STEM}-another-master-key"));
    let other = done(other);
    assert_eq!(other.code, Some(1), "{other:?}");
    printed.command("run with another key", &other);
}

#[tokio::test]
async fn no_text_no_name_no_handle_and_no_secret_is_printed_or_readable_on_the_disk() {
    let mut bridge = Bridge::start_with(plan());
    let credential = format!("{STEM}-credential-long-enough");
    let local = bridge.local().with_credential(&credential);
    let customer = a_day(&local).await;
    let failed = async || bridge.stderr().contains("no connection; trying on").then_some(());
    awaited("a second channel that cannot connect", failed).await;
    let mut printed = Printed::default();
    commands(&mut bridge, &mut printed);

    // once more after a kill, so that the outbox is taken up
    bridge.restart();
    customer.write(&format!("again {STEM}again")).await;
    bridge.kill_9();
    bridge.restart();
    let anna = local.agent(&format!("{STEM}annalocal"));
    let topic = anna.topic_of(&customer).await.id;
    anna.sees(&topic, &format!("{STEM}again")).await;
    bridge.stop();

    let log = bridge.stderr();
    for ours in ["DEBUG inbound", "DEBUG attempt", "DEBUG delivered", "thread opened", "outbox taken up"] {
        assert!(log.contains(ours), "“{ours}” was not logged, so this says nothing: {log}");
    }
    printed.add("log", log);
    printed.add("stdout", bridge.stdout());
    let secret = customer.token.split_once('.').unwrap().1.to_owned();
    let leaks = printed.leaks(std::slice::from_ref(&secret));
    assert!(leaks.is_empty(), "{leaks:#?}");

    for data in ["data", "new"] {
        let mut readable = Vec::new();
        let mut bytes = 0;
        search(&bridge.home().join(data), &secret, &mut readable, &mut bytes);
        assert!(bytes > 100_000, "only {bytes} bytes were searched");
        assert!(readable.is_empty(), "{readable:#?}");
    }
    let raw = fs::read(bridge.data_dir().join("store/db")).unwrap();
    let raw = String::from_utf8_lossy(&raw);
    assert!(
        raw.contains("customer_wrote") && raw.contains(AGENT_NAMES[0]),
        "the store cannot be searched like this"
    );
}

/// Looks for markers in all files under a path; agents' names may be there.
fn search(path: &Path, secret: &str, readable: &mut Vec<String>, searched: &mut usize) {
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            search(&entry.path(), secret, readable, searched);
        }
        if !kind.is_file() {
            continue;
        }
        let raw = fs::read(entry.path()).unwrap();
        *searched += raw.len();
        let text = String::from_utf8_lossy(&raw).to_lowercase();
        let text = AGENT_NAMES.iter().fold(text, |text, name| text.replace(name, ""));
        for marker in [STEM, &secret.to_lowercase()] {
            for (at, _) in text.match_indices(marker).take(5) {
                let around = text.get(at.saturating_sub(60)..).or(text.get(at..)).unwrap_or_default();
                let around: String = around.chars().take(120).collect();
                readable.push(format!("{}: …{around:?}", entry.path().display()));
            }
        }
    }
}
