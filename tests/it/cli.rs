//! The program as a person starts it.

use crate::program::{Bridge, desk, done};
use std::fs;
use std::path::Path;

const COMMANDS: [&str; 10] =
    ["run", "check", "status", "export", "import", "figures", "due", "recovery-key", "rules", "schema"];
/// What `due` cannot do without.
const DUE: [&str; 6] = ["--calendar", "office", "--from", "2026-11-20T16:30:00+01:00", "--span", "1h"];
/// Those that do not begin with the configuration.
const WITHOUT: [&str; 3] = ["schema", "recovery-key", "rules"];

#[test]
fn every_command_explains_itself_with_an_example() {
    let here = Path::new(".");
    let (code, overview, _) = done(here, &["--help"]);
    assert_eq!(code, 0);
    for command in COMMANDS {
        assert!(overview.contains(&format!("\n  {command} ")), "{command} is not in {overview}");
        let (code, help, _) = done(here, &[command, "--help"]);
        assert_eq!(code, 0);
        assert!(help.contains("Example") && help.contains(&format!("deskbridge {command}")), "{help}");
        assert!(help.contains("--config <FILE>"), "{help}");
    }
}

#[test]
fn what_cannot_be_used_ends_with_2_and_says_why() {
    let directory = desk();
    for arguments in [&["bogus"][..], &["--bogus"], &["check", "too", "many"]] {
        let (code, out, error) = done(directory.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert!(error.contains("Usage: "), "{error}");
    }
    let broken = "[desk]\nlocale = \"fr\"\ncolor = 1\n";
    fs::write(directory.path().join("broken.toml"), broken).unwrap();
    for command in COMMANDS.iter().filter(|command| !WITHOUT.contains(command)) {
        let own = match *command {
            "due" => &DUE[..],
            "figures" => &["rebuild"],
            _ => &[],
        };
        let config = ["--config", "broken.toml"];
        for arguments in [[&[*command], own, &config].concat(), [&config[..], &[*command], own].concat()] {
            let (code, out, error) = done(directory.path(), &arguments);
            assert_eq!((code, out.as_str()), (2, ""), "{error}");
            assert!(error.starts_with("broken.toml cannot be used: 5 problems\n"), "{error}");
            assert!(error.contains("line 2: desk.locale cannot be \"fr\""), "{error}");
        }
    }
    let (code, _, error) = done(directory.path(), &["--config", "none.toml"]);
    assert_eq!(code, 2);
    assert!(error.contains("none.toml") && error.contains("--config FILE"), "{error}");
    assert!(
        !directory.path().join("data").exists(),
        "nothing may be made from a configuration that cannot be used"
    );
}

#[test]
fn the_shipped_desk_runs_answers_and_ends_when_it_is_asked_to() {
    let directory = desk();
    let at = directory.path();
    let (code, checked, _) = done(at, &["check"]);
    assert_eq!(code, 0, "{checked}");
    assert!(checked.lines().all(|line| line.starts_with('✓')), "{checked}");
    let (code, status, _) = done(at, &["status"]);
    assert_eq!(code, 0);
    assert!(status.contains("not running") && !at.join("data").exists(), "{status}");

    let bridge = Bridge::start(at);
    let (code, status, error) = done(at, &["status"]);
    assert_eq!(code, 0, "{error}");
    assert!(status.contains(&format!("running as process {}", bridge.id())), "{status}");
    assert!(status.contains("✓ local (local): connected"), "{status}");
    let (_, json, _) = done(at, &["status", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["pid"], bridge.id());
    assert_eq!(json["channels"][0]["health"], "connected");

    let (code, checked, _) = done(at, &["check"]);
    assert_eq!(code, 0, "{checked}");
    for busy in [&["run"][..], &["export"]] {
        let (code, _, error) = done(at, busy);
        assert_eq!(code, 1, "{error}");
        assert!(error.contains(&format!("in use by process {}", bridge.id())), "{error}");
    }

    bridge.signal("-TERM");
    let code = bridge.ended();
    let log = fs::read_to_string(at.join("log")).unwrap();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    assert!(!at.join("data/status.sock").exists());
    let (_, status, _) = done(at, &["status"]);
    assert!(status.contains("not running"), "{status}");
}

#[test]
fn why_a_bridge_ended_is_told_until_one_works_again() {
    let directory = desk();
    let at = directory.path();
    let config = fs::read_to_string(at.join("config/deskbridge.toml")).unwrap();
    let listen = config.lines().find_map(|line| line.strip_prefix("listen = \"")).unwrap();
    let (address, _) = listen.split_once('"').unwrap();
    let taken = std::net::TcpListener::bind(address).unwrap();
    let (code, _, error) = done(at, &["run"]);
    assert_eq!(code, 1, "{error}");
    let (code, status, _) = done(at, &["status"]);
    assert_eq!(code, 0);
    let ended =
        status.lines().find(|line| line.contains("it ended at ")).unwrap_or_else(|| panic!("{status}"));
    assert!(ended.contains(" ago: ") && ended.contains(&format!("cannot listen on {address}")), "{ended}");
    let (_, json, _) = done(at, &["status", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(error.contains(json["last_end"]["reason"].as_str().unwrap()), "{json}");

    drop(taken);
    let bridge = Bridge::start(at);
    let (_, status, _) = done(at, &["status"]);
    assert!(status.contains("running") && !status.contains("ended"), "{status}");
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    let (_, status, _) = done(at, &["status"]);
    assert!(status.contains("not running") && !status.contains("ended"), "{status}");
}

#[test]
fn rules_can_be_tried_on_messages() {
    let directory = desk();
    let at = directory.path();
    let messages = "Wo bleibt mein Geld?\n\n{\"text\": \"Thanks, that helped a lot\", \"label\": 1}\nWann habt ihr offen?\n";
    fs::write(at.join("messages.txt"), messages).unwrap();
    let (code, out, error) = done(at, &["rules", "test", "messages.txt"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |key: &str| lines.iter().map(|line| line[key].to_string()).collect::<Vec<_>>();
    assert_eq!(of("tags"), [r#"["complaint"]"#, r#"["thanks"]"#, "[]"]);
    assert_eq!(of("priority"), [r#""high""#, r#""normal""#, r#""normal""#]);
    assert_eq!(of("language"), [r#""de""#, r#""en""#, r#""de""#]);
    assert_eq!(of("rules"), [r#"["complaint"]"#, r#"["thanks"]"#, "[]"]);
    assert_eq!(lines[1]["text"], "Thanks, that helped a lot");

    // rules of one's own, and none at all
    let config = fs::read_to_string(at.join("config/deskbridge.toml")).unwrap();
    let own = "\n[[rules]]\nname = \"money\"\nmatch = 'geld'\nteam = \"support\"\npriority = \"low\"\n";
    fs::write(at.join("own.toml"), config + own).unwrap();
    let (code, out, _) = done(at, &["rules", "test", "messages.txt", "--config", "own.toml"]);
    assert_eq!(code, 0);
    assert!(
        out.lines().next().unwrap().contains(r#""priority":"low","language":"de","team":"support""#),
        "{out}"
    );
    fs::remove_file(at.join("config/deskbridge.toml")).unwrap();
    let (code, out, _) = done(at, &["rules", "test", "messages.txt"]);
    assert_eq!((code, out.lines().count()), (0, 3));

    let (code, _, error) = done(at, &["rules", "test", "none.txt"]);
    assert_eq!(code, 1);
    assert!(error.contains("failed to open none.txt"), "{error}");
    fs::write(at.join("broken.toml"), "[[rules]]\nname = \"a\"\nmatch = '('").unwrap();
    for arguments in [&["rules", "test", "--config", "broken.toml"][..], &["rules"], &["rules", "tset"]] {
        let (code, out, _) = done(at, arguments);
        assert_eq!((code, out.as_str()), (2, ""));
    }
}

#[test]
fn everything_goes_out_and_in_again() {
    let directory = desk();
    let at = directory.path();
    let bridge = Bridge::start(at);
    bridge.signal("-INT");
    assert_eq!(bridge.ended(), Some(0));

    let (code, exported, error) = done(at, &["export"]);
    assert_eq!(code, 0, "{error}");
    fs::write(at.join("all.jsonl"), &exported).unwrap();
    fs::rename(at.join("data"), at.join("before")).unwrap();
    let (code, out, error) = done(at, &["import", "all.jsonl"]);
    assert_eq!((code, out.as_str()), (0, ""), "{error}");
    let (_, again, _) = done(at, &["export"]);
    assert_eq!(again, exported);

    fs::write(at.join("cut.jsonl"), exported.split_at(exported.len() / 2).0).unwrap();
    fs::rename(at.join("data"), at.join("after")).unwrap();
    let (code, _, error) = done(at, &["import", "cut.jsonl"]);
    assert_eq!(code, 1, "{error}");
}

#[cfg(unix)]
#[test]
fn what_the_bridge_keeps_belongs_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    fn walk(path: &Path, open: &mut Vec<String>) {
        let meta = fs::symlink_metadata(path).unwrap();
        if meta.permissions().mode() & 0o077 != 0 {
            open.push(format!("{} {:o}", path.display(), meta.permissions().mode()));
        }
        if meta.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                walk(&entry.unwrap().path(), open);
            }
        }
    }
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let mut open = Vec::new();
    walk(&directory.path().join("data"), &mut open);
    drop(bridge);
    assert_eq!(open, Vec::<String>::new());
}
