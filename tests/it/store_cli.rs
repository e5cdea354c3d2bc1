//! One store, its owner and its copies, as a person at the terminal meets them.

use crate::bridge::{Bridge, Done, Plan, done, free_port};
use crate::local_client::{Customer, awaited};
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A soft stop with nothing under way takes no longer.
const SOFT: Duration = Duration::from_secs(8);

fn failed(done: Done) -> String {
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(done.stdout, "", "what is wrong belongs on standard error");
    done.stderr
}

fn well(done: Done) -> Done {
    assert_eq!(done.code, Some(0), "{done:?}");
    done
}

/// A customer who wrote and was answered; gives the topic.
async fn conversation(bridge: &Bridge, name: &str) -> (Customer, String) {
    let (local, anna) = (bridge.local(), bridge.local().agent("anna"));
    let customer = local.customer(name).await;
    customer.write(&format!("{name} asks")).await;
    let topic = anna.topic_of(&customer).await.id;
    let copy = anna.sees(&topic, &format!("{name} asks")).await;
    let reply = anna.answer(&topic, &copy.id, &format!("hello {name}")).await;
    customer.hears(&format!("hello {name}")).await;
    assert_eq!(anna.marked(&topic, &reply).await, "delivered");
    (customer, topic)
}

#[tokio::test]
async fn a_second_process_is_refused_and_told_who_holds_the_store() {
    let bridge = Bridge::start();
    let port = free_port();
    bridge.write_config("second.toml", "data", port);
    for arguments in [&["run"][..], &["export"], &["import", "deskbridge.toml"]] {
        let error = failed(done(bridge.command_on("second.toml", arguments)));
        assert!(error.contains(&format!("in use by process {} on ", bridge.id())), "{error}");
        assert!(error.contains("stop that first"), "{error}");
    }
    assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "the refused process still serves");
    // the first one did not suffer
    conversation(&bridge, "Mia").await;
}

#[tokio::test]
async fn an_import_goes_on_where_the_export_ended() {
    let mut bridge = Bridge::start();
    let anna = bridge.local().agent("anna");
    let (mia, topic) = conversation(&bridge, "Mia").await;
    let (noa, closed) = conversation(&bridge, "Noa").await;
    anna.note(&topic, "she called before").await;
    anna.say(&topic, "!claim").await;
    anna.sees(&topic, "Anna looks after this now").await;
    anna.say(&closed, "!close").await;
    awaited("a closed topic", async || anna.topics("closed").await.pop()).await;
    let before = (mia.messages().await, anna.messages(&topic).await, anna.all_topics().await);
    bridge.stop();

    let exported = well(bridge.run(&["export"]));
    fs::write(bridge.home().join("all.jsonl"), &exported.stdout).unwrap();
    fs::rename(bridge.data_dir(), bridge.home().join("old")).unwrap();
    let imported = well(bridge.run(&["import", "all.jsonl"]));
    assert_eq!(imported.stdout, "");
    assert!(imported.stderr.contains(" rows into data"), "{}", imported.stderr);
    let again = well(bridge.run(&["export"]));
    assert_eq!(again.stdout, exported.stdout);

    bridge.restart();
    let after = (mia.messages().await, anna.messages(&topic).await, anna.all_topics().await);
    assert_eq!(after, before);
    // the customer, with the token of before, goes on in the same topic, and so does the agent
    mia.write("one more thing").await;
    anna.sees(&topic, "one more thing").await;
    anna.reply(&topic, "of course").await;
    mia.hears("of course").await;
    noa.write("it broke again").await;
    anna.sees(&closed, "The customer wrote again").await;
    anna.say(&topic, "!history").await;
    let history = anna.sees(&topic, "oldest first").await;
    for part in ["Mia: Mia asks", "Anna: hello Mia", "she called before", "one more thing", "of course"] {
        assert!(history.text().contains(part), "{part} is not in {}", history.text());
    }
    assert_eq!(anna.all_topics().await.len(), 2, "a thread was opened twice");
}

#[tokio::test]
async fn an_import_refuses_what_would_mix_or_lose() {
    let mut bridge = Bridge::start();
    conversation(&bridge, "Mia").await;
    bridge.stop();
    let exported = well(bridge.run(&["export"])).stdout;
    let import = |config: &str, file: &str| {
        fs::write(bridge.home().join("import.jsonl"), file).unwrap();
        done(bridge.command_on(config, &["import", "import.jsonl"]))
    };

    let error = failed(import("deskbridge.toml", &exported));
    assert!(error.contains("data/store is not empty: import into a new data_dir"), "{error}");
    assert_eq!(well(bridge.run(&["export"])).stdout, exported, "a refused import changed the store");

    bridge.write_config("new.toml", "new", bridge.port());
    let lines: Vec<&str> = exported.split_inclusive('\n').collect();
    let cut = lines[..lines.len() / 2].concat();
    let swapped = exported.replacen("\"open\":true", "\"open\":false", 1);
    assert_ne!(swapped, exported);
    let cases = [
        ("", "line 1: the file is empty"),
        ("not an export\n", "line 1: it does not begin like an export of deskbridge"),
        (cut.as_str(), "the file ends here, before its last line: it was cut"),
        (exported.split_at(exported.len() / 2).0, "cannot import line"),
        (swapped.as_str(), "are not those that were exported"),
    ];
    for (file, wanted) in cases {
        let error = failed(import("new.toml", file));
        assert!(error.contains(wanted), "{error}");
        assert!(!error.contains("Mia"), "{error}");
        let error = failed(done(bridge.command_on("new.toml", &["run"])));
        assert!(error.contains("half an import: run `deskbridge import` again with a whole file"), "{error}");
    }
    let error = failed(done(bridge.command_on("new.toml", &["import", "none.jsonl"])));
    assert!(error.contains("failed to open none.jsonl"), "{error}");

    // after all that, the whole file goes in, through a pipe as well
    let mut command = bridge.command_on("new.toml", &["import"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(exported.as_bytes()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(well(done(bridge.command_on("new.toml", &["export"]))).stdout, exported);
}

#[tokio::test]
async fn an_export_under_a_master_key_opens_with_that_key_only() {
    let key = |value: &str| Plan {
        desk: "master_key_env = \"KEY\"".to_owned(),
        environment: vec![("KEY".to_owned(), value.to_owned())],
        ..Plan::default()
    };
    let mut bridge = Bridge::start_with(key("a passphrase of some length"));
    let (mia, topic) = conversation(&bridge, "Mia").await;
    bridge.stop();
    let exported = well(bridge.run(&["export"])).stdout;
    assert!(!exported.contains("Mia asks") && !exported.contains("hello Mia"), "the export is readable");

    bridge.replan(Plan::default());
    let error = failed(bridge.run(&["run"]));
    assert!(error.contains("configure master_key_env or master_key_file"), "{error}");
    assert_eq!(well(bridge.run(&["export"])).stdout, exported, "an export needs no key");
    bridge.replan(key("another passphrase, as long"));
    let error = failed(bridge.run(&["run"]));
    assert!(error.contains("the master key does not open this store"), "{error}");

    fs::rename(bridge.data_dir(), bridge.home().join("old")).unwrap();
    fs::write(bridge.home().join("all.jsonl"), exported).unwrap();
    let error = failed(bridge.run(&["import", "all.jsonl"]));
    assert!(error.contains("the master key does not open this store"), "{error}");
    bridge.replan(key("a passphrase of some length"));
    well(bridge.run(&["import", "all.jsonl"]));
    bridge.restart();
    mia.write("still me").await;
    bridge.local().agent("anna").sees(&topic, "still me").await;
}

#[cfg(unix)]
#[test]
fn a_data_dir_that_cannot_be_written_is_named_with_a_remedy() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut bridge = Bridge::start();
    bridge.stop();
    let mode = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let store = bridge.data_dir().join("store");
    let files = || fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().path());
    files().filter(|path| path.is_file()).for_each(|path| mode(&path, 0o444));
    mode(&store, 0o555);
    mode(&bridge.data_dir(), 0o555);
    mode(bridge.home(), 0o755);
    bridge.write_config("unmade.toml", "unwritable/data", bridge.port());
    let unwritable = bridge.home().join("unwritable");
    fs::create_dir(&unwritable).unwrap();
    mode(&unwritable, 0o555);
    // root may write everywhere; anybody else gives itself back what it owns
    let is_root = fs::write(unwritable.join("probe"), "").is_ok();
    let foreign =
        ("deskbridge.toml", "cannot write to the store in data/store: give this account write permission");
    let unmade =
        ("unmade.toml", "cannot create the store's directory unwritable/data/store: choose another data_dir");
    for (config, wanted) in is_root.then_some(foreign).into_iter().chain([unmade]) {
        let mut command = bridge.command_on(config, &["run"]);
        if is_root {
            std::os::unix::process::CommandExt::uid(&mut command, 65_534);
        }
        let error = failed(done(command));
        assert!(error.contains(wanted), "{error}");
        assert!(error.contains("(os error "), "without the system's reason: {error}");
    }
    // and nothing was harmed
    mode(&unwritable, 0o755);
    mode(&bridge.data_dir(), 0o755);
    mode(&store, 0o755);
    bridge.restart();
    bridge.stop();
}

#[tokio::test]
async fn the_first_signal_stops_softly_and_loses_nothing() {
    for signal in ["-TERM", "-INT"] {
        let mut bridge = Bridge::start();
        let (mia, topic) = conversation(&bridge, "Mia").await;
        // somebody who reads the stream of events must not hold the end up
        let mut stream = TcpStream::connect(("127.0.0.1", bridge.port())).unwrap();
        write!(stream, "GET /api/team/rooms/team/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        mia.write("the last word").await;
        let began = Instant::now();
        bridge.signal(signal);
        let status = bridge.ended();
        assert_eq!(status.code(), Some(0), "{}", bridge.stderr());
        assert!(began.elapsed() < SOFT, "{:?}: {}", began.elapsed(), bridge.stderr());
        assert!(!bridge.stderr().contains("ERROR"), "{}", bridge.stderr());
        bridge.restart();
        bridge.local().agent("anna").sees(&topic, "the last word").await;
    }
}

#[test]
fn a_second_signal_stops_at_once() {
    let mut bridge = Bridge::start();
    // an answer that is never fetched keeps the soft stop waiting
    let mut stream = TcpStream::connect(("127.0.0.1", bridge.port())).unwrap();
    write!(stream, "POST /api/customers HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n").unwrap();
    stream.flush().unwrap();
    bridge.terminate();
    let deadline = Instant::now() + SOFT;
    while !bridge.stderr().contains("a second signal stops at once") {
        assert!(Instant::now() < deadline, "{}", bridge.stderr());
        std::thread::yield_now();
    }
    let began = Instant::now();
    bridge.terminate();
    let status = bridge.ended();
    assert_eq!(status.code(), Some(1), "{}", bridge.stderr());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(bridge.stderr().contains("SIGTERM again: stopped at once"), "{}", bridge.stderr());
    // and the store opens again
    bridge.restart();
    bridge.stop();
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let mut bridge = Bridge::prepare(Plan::default());
    bridge.write_config("deskbridge.toml", "data", address.port());
    let error = failed(bridge.run(&["run"]));
    assert!(error.contains(&format!("cannot listen on {address}")), "{error}");
    assert!(error.contains("set another `listen` for the channel `local`"), "{error}");
    let checked = bridge.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let told = checked.stdout.lines().find(|line| line.starts_with("✗ local: "));
    assert!(told.is_some_and(|line| line.contains(&format!("cannot listen on {address}"))), "{checked:?}");
    // the store was let go of, and with a free port all is well
    bridge.replan(Plan::default());
    bridge.restart();
    bridge.stop();
}

#[tokio::test]
async fn the_status_tells_what_waits_while_it_runs_and_after() {
    let mut bridge = Bridge::prepare(Plan::default());
    let status = |bridge: &Bridge| -> (String, Value) {
        let shown = well(bridge.run(&["status"])).stdout;
        let json = well(bridge.run(&["status", "--json"])).stdout;
        (shown, serde_json::from_str(&json).unwrap())
    };
    let (shown, json) = status(&bridge);
    assert!(shown.contains("not running") && json["pid"].is_null(), "{shown}");
    assert!(!bridge.data_dir().exists(), "a status made a store");

    bridge.restart();
    conversation(&bridge, "Mia").await;
    let noa = bridge.local().customer("Noa").await;
    noa.write("is anybody there?").await;
    let anna = bridge.local().agent("anna");
    let topic = anna.topic_of(&noa).await.id;
    anna.sees(&topic, "is anybody there?").await;
    // it is told at most once a second
    let (shown, json) = awaited("both threads in the status", async || {
        let (shown, json) = status(&bridge);
        let told = shown.contains("threads: 2 open") && shown.contains("to send: 0 waiting");
        (told && json["lanes"]["waiting"] == 0).then_some((shown, json))
    })
    .await;
    assert!(shown.contains(&format!("running as process {} for ", bridge.id())), "{shown}");
    assert!(shown.contains("✓ local (local): connected"), "{shown}");
    assert!(shown.contains("threads: 2 open, 1 unanswered, the oldest waits "), "{shown}");
    assert!(shown.contains("to send: 0 waiting in 0 lanes, 0 wedged"), "{shown}");
    assert_eq!(json["pid"], bridge.id());
    assert_eq!(json["channels"][0]["health"], "connected");
    let oldest = json["threads"]["oldest_unanswered_at"].clone();
    assert!(oldest.is_string(), "{json}");

    // softly stopped or killed: the store says the same
    for softly in [true, false] {
        if softly {
            bridge.stop();
        } else {
            bridge.restart();
            bridge.kill_9();
        }
        let (shown, json) = status(&bridge);
        assert!(shown.contains("not running; this is what the store holds"), "{shown}");
        assert!(shown.contains("threads: 2 open, 1 unanswered, the oldest waits "), "{shown}");
        assert_eq!(json["threads"]["oldest_unanswered_at"], oldest, "{json}");
        assert!(json["pid"].is_null() && json["lanes"]["waiting"] == 0, "{json}");
        for who in ["Mia", "Noa", "anybody"] {
            assert!(!shown.contains(who) && !json.to_string().contains(who), "{shown}");
        }
    }
}
