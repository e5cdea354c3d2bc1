//! The walls between the rooms: who may import whom, and what the desk must never touch.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::fs;
use std::path::{Path, PathBuf};

/// Everything the port may import.
const PORT: &[&str] = &[
    "async-trait",
    "jiff",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "unicode-security",
    "unicode-segmentation",
];
/// Everything the desk may import.
const DESK: &[&str] = &[
    "deskbridge-port",
    "aho-corasick",
    "jiff",
    "regex-automata",
    "regex-syntax",
    "serde",
    "serde_json",
    "thiserror",
];
/// Which crate belongs to which adapter alone.
const SDKS: &[(&str, &[&str])] = &[
    ("matrix-sdk", &["deskbridge-matrix"]),
    ("ruma", &["deskbridge-matrix"]),
    ("reqwest", &["deskbridge-telegram", "deskbridge-discord"]),
    ("twilight", &["deskbridge-discord"]),
    ("axum", &["deskbridge-local"]),
    ("sled", &["deskbridge"]),
    ("clap", &["deskbridge"]),
    ("fluent-bundle", &["deskbridge"]),
    ("tiny-skia", &["deskbridge"]),
];
/// What would let time, chance, the world or an accident of order into a decision.
const FORBIDDEN_IN_DESK: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::io",
    "std::thread",
    "std::process",
    "HashMap",
    "HashSet",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant::now",
    "async fn",
    ".await",
    "println!",
    "tracing",
    "rand::",
    "getrandom",
];
/// The longest file, in lines.
const LINES_MAX: usize = 500;

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

/// What a package imports outside its tests.
fn imports(package: &Package) -> Vec<&str> {
    let normal =
        package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    normal.map(|dependency| dependency.name.as_str()).collect()
}

fn is_adapter(package: &Package) -> bool {
    package.manifest_path.components().any(|part| part.as_str() == "adapters")
}

/// A platform that is played for the tests.
fn is_for_tests(package: &Package) -> bool {
    package.manifest_path.components().any(|part| part.as_str() == "tests")
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.packages.iter().find(|package| package.name.as_str() == name).unwrap()
}

#[test]
fn the_port_and_the_desk_import_only_what_is_listed() {
    let metadata = metadata();
    for (name, allowed) in [("deskbridge-port", PORT), ("deskbridge-desk", DESK)] {
        for import in imports(package(&metadata, name)) {
            assert!(allowed.contains(&import), "{name} imports {import}");
        }
    }
    let port = package(&metadata, "deskbridge-port");
    let tokio = port.dependencies.iter().find(|dependency| dependency.name == "tokio").unwrap();
    assert_eq!(tokio.features, ["sync"], "the port takes tokio's channels, not its runtime");
    assert!(!tokio.uses_default_features);
}

#[test]
fn an_adapter_knows_neither_the_desk_nor_the_shell_nor_another_adapter() {
    let metadata = metadata();
    let adapters: Vec<_> = metadata.packages.iter().filter(|package| is_adapter(package)).collect();
    assert!(adapters.len() >= 2, "where are the adapters?");
    for adapter in adapters {
        // not even in its tests
        for dependency in &adapter.dependencies {
            let ours = dependency.name.starts_with("deskbridge");
            assert!(
                !ours || dependency.name == "deskbridge-port",
                "{} imports {}",
                adapter.name,
                dependency.name
            );
        }
    }
}

#[test]
fn nobody_but_its_owner_imports_what_belongs_to_one_room() {
    for package in metadata().packages {
        if is_for_tests(&package) {
            continue;
        }
        for import in imports(&package) {
            let owner = SDKS.iter().find(|(sdk, _)| *sdk == import || import.starts_with(&format!("{sdk}-")));
            if let Some((_, owners)) = owner {
                assert!(owners.contains(&package.name.as_str()), "{} imports {import}", package.name);
            }
        }
    }
}

#[test]
fn the_desk_touches_no_clock_no_chance_and_no_world() {
    let mut found = Vec::new();
    for path in sources("src/desk") {
        let text = fs::read_to_string(&path).unwrap();
        // what stands in comments is only talked about
        let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        for (number, line) in code.enumerate() {
            let forbidden = FORBIDDEN_IN_DESK.iter().filter(|word| line.contains(**word));
            found.extend(forbidden.map(|word| format!("{}:{}: {word}", path.display(), number + 1)));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_file_holds_two_ideas() {
    let roots = ["src", "adapters", "tests", "benches"];
    let long = roots.into_iter().flat_map(sources).filter_map(|path| {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        (lines > LINES_MAX).then(|| format!("{}: {lines} lines", path.display()))
    });
    assert_eq!(long.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_module_opens_with_what_it_is_for() {
    let bare = ["src", "adapters"].into_iter().flat_map(sources).filter(|path| {
        let is_test = path.file_stem().is_some_and(|name| name.to_string_lossy().ends_with("tests"));
        let text = fs::read_to_string(path).unwrap();
        !is_test && !text.lines().any(|line| line.starts_with("//!"))
    });
    assert_eq!(bare.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

/// All Rust files below a directory of the project.
fn sources(below: &str) -> Vec<PathBuf> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(below), &mut found);
    assert!(!found.is_empty(), "nothing below {below}");
    found
}
