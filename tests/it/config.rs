//! Whether a configuration is understood, and everything that is wrong with it is told at once.

use deskbridge::config::load::check;
use deskbridge::config::{self, Connection, MatrixLogin, Platform, ReplyMode, Role, Secret};
use std::fs;
use std::path::Path;

pub(crate) const MATRIX: &str = r#"
[[channels]]
name = "shop"
platform = "matrix"
homeserver = "https://matrix.example.org/"
user = "@support:example.org"
password_env = "PASSWORD"

[[teams]]
name = "support"
channel = "shop"
room = "!team:example.org"

[[agents]]
name = "Anna"
handles = { matrix = "@anna:example.org" }
"#;

pub(crate) fn environment(name: &str) -> Option<String> {
    match name {
        "PASSWORD" => Some("marker-password-7d1c".to_owned()),
        "SHORT" => Some("short".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

/// The problems of a text, as `path: what → hint`.
pub(crate) fn problems(text: &str) -> Vec<String> {
    let list = check(text, &environment).err().unwrap_or_default();
    list.into_iter().map(|problem| format!("{}: {} → {}", problem.path, problem.what, problem.hint)).collect()
}

#[track_caller]
pub(crate) fn assert_told(text: &str, wanted: &[&str]) {
    let told = problems(text);
    for part in wanted {
        assert!(told.iter().any(|problem| problem.contains(part)), "nothing says {part:?}: {told:#?}");
    }
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
}

#[test]
fn the_shipped_configuration_runs_as_it_is() {
    let loaded = config::load(Path::new(config::DEFAULT_PATH), &|_| None).unwrap();
    assert_eq!(loaded.warnings, []);
    let config = loaded.config;
    let Connection::Local(local) = &config.channels[0].connection else { panic!("not the local platform") };
    assert_eq!(local.listen.to_string(), "127.0.0.1:8080");
    assert!(config.agents.iter().any(|agent| agent.role == Role::Manager));
    assert!(config.agents.len() >= 2);
    assert_eq!(config.desk.reply_mode, ReplyMode::Explicit);
    let calendars: Vec<_> = config.calendars.iter().map(desk::calendar::Calendar::name).collect();
    assert_eq!(calendars, ["always", "office"]);
}

#[test]
fn the_example_for_matrix_wants_its_password_and_its_recovery_key_and_nothing_else() {
    let path = Path::new("config/examples/matrix.toml");
    let problems = config::load(path, &|_| None).unwrap_err().list;
    let wanted: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(wanted, ["channels[0].password_env", "channels[0].recovery_key_env"]);
    let key = adapter_matrix::new_recovery_key();
    let loaded = config::load(path, &|_| Some(key.clone())).unwrap();
    assert_eq!(loaded.warnings, []);
    // a recovery key has a form of its own
    let problems = config::load(path, &|_| Some("a password".to_owned())).unwrap_err().to_string();
    assert!(problems.contains("recovery_key_env does not hold a recovery key"), "{problems}");
    assert!(problems.contains("deskbridge recovery-key"), "{problems}");
}

#[test]
fn the_examples_for_bots_want_their_token_and_nothing_else() {
    for (name, token) in
        [("telegram", "4711:AAE-abc_DEF"), ("discord", "MTk4NjIy.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs")]
    {
        let path = format!("config/examples/{name}.toml");
        let path = Path::new(&path);
        let problems = config::load(path, &|_| None).unwrap_err().list;
        let wanted: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(wanted, ["channels[0].token_env"]);
        let loaded = config::load(path, &|_| Some(token.to_owned())).unwrap();
        assert_eq!(loaded.warnings, []);
    }
}

#[test]
fn the_published_schema_is_the_one_in_use() {
    let path = Path::new("config/schema.json");
    let current = serde_json::to_string_pretty(&config::schema()).unwrap() + "\n";
    if std::env::var_os("DESKBRIDGE_UPDATE_SNAPSHOTS").is_some() {
        fs::write(path, &current).unwrap();
    }
    let published = fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == current,
        "config/schema.json is out of date: deskbridge schema > config/schema.json"
    );
}

#[test]
fn every_entry_is_described_in_the_schema() {
    fn walk(path: &str, schema: &serde_json::Value, bare: &mut Vec<String>) {
        let tables =
            ["properties", "$defs"].into_iter().filter_map(|key| schema.get(key)?.as_object()).flatten();
        for (key, entry) in tables {
            let path = format!("{path}.{key}");
            if entry.get("description").is_none() {
                bare.push(path.clone());
            }
            walk(&path, entry, bare);
        }
    }
    let mut bare = Vec::new();
    walk("", &config::schema(), &mut bare);
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn a_whole_configuration_is_understood() {
    let directory = tempfile::tempdir().unwrap();
    let avatar = directory.path().join("anna.png");
    fs::write(&avatar, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    let text = format!(
        "[desk]\ntime_zone = \"Europe/Berlin\"\nlocale = \"de\"\nreply_mode = \"confirm\"\nconfirm_grace = \"1m\"\n\
         reopen_within = \"1d 12h\"\ncommand_prefix = \"?\"\n{MATRIX}role = \"manager\"\ntitle = \"Support\"\n\
         languages = [\"de\", \"en-GB\"]\nskills = [\"returns\"]\navatar = {avatar:?}"
    );
    let config = check(&text, &environment).unwrap().config;
    assert_eq!(config.desk.confirm_grace.as_secs(), 60);
    assert_eq!(config.desk.reopen_within.as_hours(), 36);
    assert_eq!(config.desk.time_zone.iana_name(), Some("Europe/Berlin"));
    let Connection::Matrix(matrix) = &config.channels[0].connection else { panic!("not Matrix") };
    assert_eq!(matrix.homeserver, "https://matrix.example.org");
    let MatrixLogin::Password(password) = &matrix.login else { panic!("no password") };
    assert!(*password == Secret::new("marker-password-7d1c"));
    assert_eq!(config.agents[0].handles[0].0, Platform::Matrix);
    assert_eq!(config.agents[0].avatar.as_ref().unwrap().mime, "image/png");
    let debug = format!("{config:?}");
    assert!(!debug.contains("marker") && !debug.contains("Anna") && !debug.contains("@anna"), "{debug}");
}

#[test]
fn everything_wrong_is_told_at_once_with_its_line() {
    let text = r#"
[desk]
time_zone = "Europe/Berln"
reply_mode = "explicitly"
reopen_within = "a week"
colour = "red"

[[channels]]
name = "shop"
platform = "matrix"
homserver = "https://matrix.example.org"
user = "@support:example.org"
password_env = "NOT_SET"

[[channels]]
name = "page"
platform = "local"
listen = 8080

[[teams]]
name = "support"
channel = "shoop"
room = "!team:example.org"

[[agents]]
name = "Anna"
"#;
    let list = check(text, &environment).unwrap_err();
    let told: Vec<_> = list.iter().map(|problem| (problem.line.unwrap(), problem.path.as_str())).collect();
    assert_eq!(
        told,
        [
            (3, "desk.time_zone"),
            (4, "desk.reply_mode"),
            (5, "desk.reopen_within"),
            (6, "desk.colour"),
            (8, "channels[0].homeserver"),
            (11, "channels[0].homserver"),
            (13, "channels[0].password_env"),
            (18, "channels[1].listen"),
            (22, "teams[0].channel"),
            (25, "agents[0].handles"),
        ]
    );
    let all = problems(text).join("\n");
    for hint in ["did you mean Europe/Berlin?", "did you mean \"explicit\"?", "did you mean homeserver?"] {
        assert!(all.contains(hint), "{hint} is not in {all}");
    }
    assert!(all.contains("did you mean \"shop\"?"), "{all}");
}

#[test]
fn what_is_not_toml_is_told_with_its_line_and_without_its_text() {
    let list = check("[desk]\ndata_dir = marker-secret\nlocale = = \"de\"", &environment).unwrap_err();
    assert_eq!(list.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(2), Some(3)], "{list:#?}");
    assert!(!format!("{list:?}").contains("marker"), "{list:?}");
}

#[test]
fn a_desk_nobody_could_write_to_or_answer_from_is_refused() {
    assert_told("", &["channels: is missing", "teams: is missing", "agents: is missing"]);
    assert_told(
        "channels = []\nteams = []\nagents = []",
        &["channels: is empty", "teams: is empty", "agents: is empty"],
    );
    assert_told(&MATRIX.replace("{ matrix = \"@anna:example.org\" }", "{}"), &["handles: names no account"]);
}

/// A configuration with one bot, and what is wrong with it.
fn bot(platform: &str, lines: &str, room: &str) -> String {
    format!(
        "[[channels]]\nname = \"shop\"\nplatform = \"{platform}\"\n{lines}\n\n[[teams]]\nname = \"support\"\n\
         channel = \"shop\"\nroom = \"{room}\"\n\n[[agents]]\nname = \"Anna\"\nhandles = {{ {platform} = \"4711\" }}\n"
    )
}

#[test]
fn a_bot_needs_its_token_and_a_team_that_is_named_by_number() {
    assert_told(&bot("telegram", "", "-1001"), &["channels[0].token_env: is missing"]);
    assert_told(&bot("discord", "", "11"), &["channels[0].token_env: is missing"]);
    assert_told(
        &bot("telegram", "token_env = \"SHORT\"\npersona = \"embed\"\nguilds = [\"1\"]", "@team"),
        &[
            "channels[0].token_env: does not hold a bot's token",
            "channels[0].persona: cannot be embed here",
            "channels[0].guilds: has no meaning",
            "teams[0].room:",
        ],
    );
    assert_told(
        &bot(
            "discord",
            "token_env = \"PASSWORD\"\npersona = \"inline\"\nguilds = [\"shop\"]\nmatters = \"dm\"",
            "#team",
        ),
        &[
            "channels[0].persona: cannot be inline here",
            "channels[0].guilds[0]: is not",
            "channels[0].matters:",
            "teams[0].room:",
        ],
    );
}

#[test]
fn names_and_accounts_are_unique() {
    let twice = |from: &str| {
        let (_, rest) = MATRIX.split_once(from).unwrap();
        let table = rest.split("\n[[").next().unwrap();
        format!("{MATRIX}\n{from}{table}")
    };
    assert_told(&twice("[[channels]]"), &["channels[1].name: is the name of an earlier channel"]);
    assert_told(&twice("[[teams]]"), &["teams[1].name: is the name", "teams[1].room: belongs to an earlier"]);
    assert_told(
        &twice("[[agents]]"),
        &["agents[1].name: is the name", "agents[1].handles.matrix: is the account"],
    );
    let renamed = twice("[[agents]]").replacen("\"Anna\"", "\"ANNA\"", 1).replacen("@anna", "@other", 1);
    assert_told(&renamed, &["agents[1].name: is the name of agents[0]"]);
}

#[test]
fn a_name_that_could_deceive_customers_is_refused() {
    for name in ["Anna\\n(Support)", " Anna", "An\\u200Bna", ""] {
        assert_told(&MATRIX.replace("\"Anna\"", &format!("\"{name}\"")), &["agents[0].name: "]);
    }
}

#[test]
fn secrets_come_from_one_place_and_are_never_repeated() {
    let with = |lines: &str| MATRIX.replace("password_env = \"PASSWORD\"", lines);
    assert_told(&with(""), &["password_env: is missing"]);
    assert_told(
        &with("password_env = \"UNSET\""),
        &["password_env: names the environment variable UNSET, which is not"],
    );
    assert_told(
        &with("password_env = \"EMPTY\""),
        &["names the environment variable EMPTY, which is not set"],
    );
    assert_told(
        &with("password_env = \"PASSWORD\"\npassword_file = \"x\""),
        &["password_file: is given twice"],
    );
    assert_told(
        &with("password_file = \"/does/not/exist\""),
        &["password_file: names the file /does/not/exist, which"],
    );
    assert_told(&with("access_token_env = \"PASSWORD\""), &["device_id: is missing"]);
    assert_told(
        &with("password_env = \"PASSWORD\"\ndevice_id = \"D\""),
        &["device_id: belongs to access_token_env"],
    );

    let told = problems(&with("password = \"marker-1\"\npassword_env = \"marker-2 !\""));
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().any(|problem| problem.contains("never written here")), "{told:#?}");
    assert!(told.iter().all(|problem| !problem.contains("marker")), "{told:#?}");
    assert_told(
        &format!("[desk]\nmaster_key_env = \"SHORT\"\n{MATRIX}"),
        &["master_key_env: holds a key of fewer"],
    );
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_may_read_is_pointed_out() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("password");
    fs::write(&path, "marker-password\n").unwrap();
    let text = MATRIX.replace("password_env = \"PASSWORD\"", &format!("password_file = {path:?}"));
    for (mode, warnings) in [(0o600, 0), (0o640, 1)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(check(&text, &environment).unwrap().warnings.len(), warnings, "{mode:o}");
    }
}

#[test]
fn pages_that_other_machines_can_reach_want_a_credential() {
    let with = |lines: &str| {
        let shipped = fs::read_to_string(config::DEFAULT_PATH).unwrap();
        shipped.replace("listen = \"127.0.0.1:8080\"", lines)
    };
    assert_told(&with("listen = \"0.0.0.0:8080\""), &["listen: can be reached from other machines"]);
    assert_told(&with("listen = \"localhost:8080\""), &["listen: is not an address"]);
    assert_told(
        &with("listen = \"[::1]:1\"\ncredential_env = \"SHORT\""),
        &["credential_env: holds a credential of"],
    );
    assert_told(
        &with("listen = \"127.0.0.1:1\"\nuser = \"@a:b\""),
        &["user: has no meaning on the platform \"local\""],
    );
    assert_told(&with("listen = \"0.0.0.0:8080\"\ncredential_env = \"PASSWORD\""), &[]);
    let second = "\n[[channels]]\nname = \"two\"\nplatform = \"local\"\nlisten = \"127.0.0.1:8080\"";
    let shipped = with("listen = \"127.0.0.1:8080\"");
    assert_told(&format!("{shipped}{second}"), &["channels[1].listen: is the address of an earlier channel"]);
    assert_told(&format!("{}{second}", with("listen = \"127.0.0.1:0\"")).replace("8080", "0"), &[]);
}

#[test]
fn rooms_and_servers_are_written_as_their_platform_writes_them() {
    assert_told(&MATRIX.replace("!team", "#team"), &["teams[0].room: cannot be a chat on this channel"]);
    assert_told(&MATRIX.replace("@support:", "support:"), &["channels[0].user: is not an account on matrix"]);
    assert_told(&MATRIX.replace("https://", ""), &["channels[0].homeserver: is not the URL of a server"]);
    assert_told(
        &MATRIX.replace("https://", "https://me:secret@"),
        &["channels[0].homeserver: is not the URL"],
    );
    let plain = check(&MATRIX.replace("https://", "http://"), &environment).unwrap();
    assert_eq!(plain.warnings.len(), 1);
    assert_eq!(plain.warnings[0].path, "channels[0].homeserver");
}
