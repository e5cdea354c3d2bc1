//! Figures as files and pictures: what is in them, and what is said with them.

use super::super::desk::deadlines;
use super::super::script::Stage;
use crate::ReplyMode;
use crate::chart::Chart;
use crate::made::Made;
use jiff::tz::TimeZone;
use port::Operation;

/// Monday, 14:05: Mia was answered after ten minutes, Ben's complaint after more than its hour; Eva waits.
fn day(script: &str) -> Stage {
    day_in("UTC", script)
}

fn day_in(zone: &str, script: &str) -> Stage {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.deadlines = deadlines();
    stage.desk.setup.time_zone = TimeZone::get(zone).unwrap();
    stage.play(script);
    stage
}

const DAY: &str = "
    mia: Hello
    wait 10m
    Anna in 1 to mia-1: Good day
    ben: Broken
    Bernd in 2: !tag complaint
    wait 90m500ms
    Bernd in 2 to ben-1: Sorry
    eva: Hello
";

/// What is said to a command, and the description of the file that goes with it.
fn asked(stage: &mut Stage, command: &str) -> (String, Option<Made>) {
    let said = stage.play(command).pop().unwrap();
    let newest = stage.desk.operations().max_by_key(|queued| queued.seq).unwrap();
    let Operation::Create { files, .. } = &newest.operation else { panic!("{newest:?}") };
    (said, files.first().map(|file| Made::of(&file.file().unwrap()).unwrap()))
}

pub(in crate::tests) fn table(stage: &mut Stage, command: &str) -> String {
    let (_, made) = asked(stage, command);
    let Some(Made::Table(text)) = made else { panic!("{command}: {made:?}") };
    text
}

/// Some columns of a table, line by line, with their names in the first.
pub(in crate::tests) fn columns(table: &str, names: &[&str]) -> Vec<String> {
    let lines: Vec<Vec<&str>> =
        table.split_terminator("\r\n").map(|line| line.split(',').collect()).collect();
    let places: Vec<usize> = names
        .iter()
        .map(|name| {
            lines[0].iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name}: {table}"))
        })
        .collect();
    let pick = |line: &Vec<&str>| places.iter().map(|place| line[*place]).collect::<Vec<_>>().join(" ");
    assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{table}");
    lines.iter().skip(1).map(pick).collect()
}

#[test]
fn a_table_has_the_figures_of_the_chat_under_names_with_units() {
    let mut stage = day(DAY);
    let text = table(&mut stage, "Bernd in hall: !export csv agents working");
    let wanted = "from,to,time,agent,responses_n,responses_median_s,responses_p90_s,responses_in_time,\
                  responses_in_time_of,responses_missed,responses_voided,answers,open,unanswered,\
                  promises_made,promises_kept,promises_kept_of,promises_broken\r\n\
                  2026-03-02,2026-03-08,working,Anna,1,600,600,1,1,0,0,1,0,0,0,0,0,0\r\n\
                  2026-03-02,2026-03-08,working,Bernd,1,5400.5,5400.5,0,1,0,0,1,0,0,0,0,0,0\r\n";
    assert_eq!(text, wanted);

    let names = ["policy", "first_response_in_time", "first_response_in_time_of", "first_response_late"];
    let text = table(&mut stage, "Bernd in hall: !export csv sla");
    assert_eq!(columns(&text, &names), ["complaints 0 1 1", "standard 1 1 0"]);

    let names =
        ["messages", "first_response_n", "first_response_max_s", "next_response_n", "next_response_max_s"];
    let text = table(&mut stage, "Bernd in hall: !export");
    assert_eq!(columns(&text, &names), ["3 2 5400.5 0 "]);

    let names = ["time", "hour_of_week", "messages"];
    let text = table(&mut stage, "Bernd in hall: !export csv stats Woche nach Wochenstunde");
    assert_eq!(columns(&text, &names), ["wall mon 14:00 2", "wall mon 15:00 1"]);
}

#[test]
fn a_table_of_breaches_has_times_with_their_offset_and_no_customer() {
    let mut stage = day_in("Europe/Berlin", DAY);
    let names = ["thread", "policy", "due_at", "ended_by", "ended_at", "wall_s", "why"];
    let text = table(&mut stage, "Bernd in hall: !export csv Überschreitungen heute");
    let wanted = "2 complaints 2026-03-02T16:15:00+01:00 Bernd 2026-03-02T16:45:00.5+01:00 5400.5 ";
    assert_eq!(columns(&text, &names), [wanted]);
    assert!(!text.contains("Ben,") && !text.contains("Broken"), "{text}");
}

#[test]
fn what_is_said_with_a_table_says_what_is_in_it() {
    let mut stage = day(DAY);
    let (said, _) = asked(&mut stage, "Bernd in hall: !export csv stats by agent");
    assert_eq!(
        said,
        "hall < bridge: figures-subject subject=stats · figures-period name=today from=2026-03-02 to=2026-03-02 \
         · figures-by by=agent · figures-scale scale=wall | figures-exported rows=2 columns=32 | figures-total \
         period=figures-period name=today from=2026-03-02 to=2026-03-02 n=2 median=10 min p90=1 h 30 min | \
         figures-now unanswered=1 oldest=0 s overdue=0 paused=0 untimed=0 | figures-define command=!stats definition \
         + stats-2026-03-02.csv"
    );
    let (said, made) = asked(&mut stage, "Bernd in hall: !export csv stats by tag last week");
    assert!(said.contains("| figures-empty |") && made.is_none(), "{said}");
    let (said, made) = asked(&mut stage, "Bernd in hall: !export xlsx");
    assert!(said.contains("figures-unknown word=xlsx possible=!export csv ") && made.is_none(), "{said}");
    // lists that name customers are read in the chat only
    let (said, made) = asked(&mut stage, "Bernd in hall: !export csv overdue");
    assert!(said.contains("figures-unknown word=overdue") && made.is_none(), "{said}");
}

#[test]
fn an_agent_gets_a_table_of_the_own_figures_only() {
    let mut stage = day(DAY);
    let text = table(&mut stage, "Anna in 1: !export csv agents");
    assert_eq!(columns(&text, &["agent", "answers"]), ["Anna 1"]);
    let text = table(&mut stage, "Anna in hall: !export csv by day");
    assert_eq!(columns(&text, &["day", "answers"]), ["2026-03-02 1"]);
    for command in ["!export csv sla", "!export csv by channel"] {
        let (said, made) = asked(&mut stage, &format!("Anna in hall: {command}"));
        assert!(said.contains("figures-for-managers") && made.is_none(), "{said}");
    }
    let (said, made) = asked(&mut stage, "Eve in hall: !export");
    assert!(said.contains("unknown-agent") && made.is_none(), "{said}");
}

fn chart(stage: &mut Stage, command: &str) -> (String, Chart) {
    let (said, made) = asked(stage, command);
    let Some(Made::Chart(chart)) = made else { panic!("{command}: {said}") };
    (said, *chart)
}

#[test]
fn response_times_are_drawn_day_by_day_beside_what_was_promised() {
    let mut stage = day(DAY);
    stage.play("wait 20h\nAnna in 3 to eva-1: Good morning");
    let (said, Chart::Times(times)) = chart(&mut stage, "Bernd in hall: !chart") else { panic!() };
    assert_eq!(
        said,
        "hall < bridge: figures-subject subject=stats · figures-period name=days from=2026-02-04 to=2026-03-03 · \
         figures-by by=day · figures-scale scale=working | chart-times what=clock-first-response n=3 \
         median=1 h 30 min p90=5 h 00 min | chart-target policy=standard target=4 h 00 min drawn=yes | \
         figures-total period=figures-period name=days from=2026-02-04 to=2026-03-03 n=3 median=1 h 30 min \
         p90=5 h 00 min | figures-now unanswered=0 oldest=– overdue=0 paused=0 untimed=0 | \
         figures-define command=!stats definition + first_response-2026-02-04-2026-03-03.png"
    );
    assert_eq!(times.head.title, "chart-word word=first_response");
    assert_eq!((times.points.len(), times.target), (28, Some(4 * 3600)));
    let drawn: Vec<_> = times.points.iter().filter(|point| point.n > 0).collect();
    let [yesterday, today] = drawn[..] else { panic!("{}", drawn.len()) };
    assert_eq!((yesterday.label.as_str(), yesterday.n, yesterday.p90), ("chart-day day=2 month=3", 2, 5400));
    assert_eq!((today.label.as_str(), today.n, today.p50), ("chart-day day=3 month=3", 1, 5 * 3600));
}

#[test]
fn lengths_on_the_wall_are_not_measured_by_working_time() {
    let mut stage = day(DAY);
    let (said, Chart::Times(times)) = chart(&mut stage, "Bernd in hall: !chart Antwortzeit heute Wanduhr")
    else {
        panic!()
    };
    assert!(said.contains("figures-scale scale=wall | chart-times what=clock-first-response n=2 "), "{said}");
    assert!(said.contains("target=4 h 00 min drawn=no"), "{said}");
    assert_eq!((times.points.len(), times.target), (1, None));
    // days to come have no place
    let (_, Chart::Times(times)) = chart(&mut stage, "Bernd in hall: !chart week") else { panic!() };
    assert_eq!(times.points.len(), 1);
}

#[test]
fn messages_are_drawn_by_the_hour_of_the_week() {
    let mut stage = day(DAY);
    for command in ["!chart incoming", "!chart Eingang diese Woche"] {
        let (said, Chart::HeatMap(map)) = chart(&mut stage, &format!("Bernd in hall: {command}")) else {
            panic!()
        };
        let shown = "| chart-incoming n=3 hour=figures-weekday day=mon 14:00 count=2 | figures-total ";
        assert!(said.contains(shown) && said.contains(" n=2 median=10 min p90=1 h 30 min"), "{said}");
        assert_eq!((map.counts[0][14], map.counts[0][15]), (2, 1));
        assert_eq!(map.counts.iter().flatten().sum::<u64>(), 3);
    }
}

#[test]
fn what_was_in_time_is_drawn_by_policy_and_said_as_ever() {
    let mut stage = day(DAY);
    let (said, Chart::Bars(bars)) = chart(&mut stage, "Bernd in hall: !chart Einhaltung") else { panic!() };
    let (in_words, _) = asked(&mut stage, "Bernd in hall: !sla");
    assert_eq!(said, format!("{in_words} + attainment-2026-03-02-2026-03-08.png"));
    let rows: Vec<_> =
        bars.rows.iter().map(|row| (row.label.as_str(), row.in_time, row.n, row.overdue)).collect();
    let wanted =
        [("complaints · clock-first-response", 0, 1, 0), ("standard · clock-first-response", 1, 1, 0)];
    assert_eq!(rows, wanted);
}

#[test]
fn of_nothing_there_is_no_picture() {
    let mut stage = day("mia: Hello");
    for command in
        ["!chart", "!chart next week", "!chart resolution", "!chart incoming yesterday", "!chart attainment"]
    {
        let (said, made) = asked(&mut stage, &format!("Bernd in hall: {command}"));
        assert!(made.is_none() && said.contains(" n=0 median=– p90=– | figures-now unanswered=1"), "{said}");
        assert!(said.contains("| figures-empty |"), "{said}");
    }
    let (said, made) = asked(&mut stage, "Bernd in hall: !chart sunshine");
    assert!(
        said.contains("figures-unknown word=sunshine possible=!chart [response|") && made.is_none(),
        "{said}"
    );
}

#[test]
fn an_agent_sees_the_own_times_drawn_only() {
    let mut stage = day(DAY);
    let (said, Chart::Times(times)) = chart(&mut stage, "Anna in hall: !chart") else { panic!() };
    assert!(
        said.contains("chart-times what=clock-first-response n=1 ") && said.contains("figures-own"),
        "{said}"
    );
    assert_eq!(times.points.iter().map(|point| point.n).sum::<u64>(), 1);
    for command in ["!chart incoming", "!chart attainment"] {
        let (said, made) = asked(&mut stage, &format!("Anna in hall: {command}"));
        assert!(said.contains("figures-for-managers") && made.is_none(), "{said}");
    }
}
