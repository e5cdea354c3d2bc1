//! A report as a table in a file: lines of values between commas (RFC 4180), with English names of columns that stay.
//!
//! Every line says of which period it is, so that several files can be put together. Lengths are in seconds, times in
//! RFC 3339. What is counted is known elsewhere; this only writes it down.

use super::ask::{By, Subject};
use super::chat::{WEEKDAYS, by_word};
use super::report::{Cell, Column, Line, Measure, Report};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

const END: &str = "\r\n";

/// A table, and how large it is.
pub(crate) struct Table {
    /// Its text.
    pub(crate) text: String,
    /// How many lines, without that of the names.
    pub(crate) rows: u64,
    /// How many columns.
    pub(crate) columns: u64,
}

/// Writes a report down; instants with the offset of a zone.
pub(crate) fn table(report: &Report, zone: &TimeZone) -> Table {
    let mut names: Vec<String> = Vec::new();
    if report.period.is_some() {
        names.extend(["from".to_owned(), "to".to_owned()]);
    }
    if report.counts_lengths() {
        names.push("time".to_owned());
    }
    names.extend(name_of_lines(report).map(str::to_owned));
    for column in &report.columns {
        let name = name(*column);
        if is_share(column.measure) {
            names.push(format!("{name}_of"));
            let last = names.len() - 1;
            names.insert(last, name);
        } else {
            names.push(name);
        }
    }
    let columns = names.len() as u64;
    let lines = report.lines.iter().map(|line| fields(report, line, zone));
    let mut text = names.join(",");
    text.push_str(END);
    for line in lines {
        text.push_str(&line.join(","));
        text.push_str(END);
    }
    Table { text, rows: report.lines.len() as u64, columns }
}

/// The column of what a line is about.
const fn name_of_lines(report: &Report) -> Option<&'static str> {
    match report.subject {
        Subject::Sla => Some("policy"),
        Subject::Agents | Subject::Backlog => Some("agent"),
        Subject::Breaches | Subject::Overdue => Some("thread"),
        Subject::Compare | Subject::Digest => Some("period"),
        Subject::Stats => match report.by {
            Some(By::HourOfWeek) => Some("hour_of_week"),
            Some(by) => Some(by_word(by)),
            None => None,
        },
    }
}

const fn is_share(measure: Measure) -> bool {
    matches!(measure, Measure::InTime | Measure::Kept)
}

/// The name of a column: of which clock, what, and its unit.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others have no unit")]
fn name(column: Column) -> String {
    let word = column.measure.word().replace('-', "_");
    let word = match column.measure {
        Measure::Median
        | Measure::P90
        | Measure::Max
        | Measure::Mean
        | Measure::Over
        | Measure::Age
        | Measure::Wall => format!("{word}_s"),
        Measure::Due => "due_at".to_owned(),
        Measure::By => "ended_by".to_owned(),
        Measure::Promised => "promises_made".to_owned(),
        Measure::Kept | Measure::Broken => format!("promises_{word}"),
        _ => word,
    };
    match (column.clock, column.measure) {
        (Some(kind), _) => format!("{}_{word}", kind.word()),
        (
            None,
            Measure::N | Measure::Median | Measure::P90 | Measure::InTime | Measure::Missed | Measure::Voided,
        ) => format!("responses_{word}"),
        (None, _) => word,
    }
}

fn fields(report: &Report, line: &Line, zone: &TimeZone) -> Vec<String> {
    let mut fields = Vec::new();
    if let Some(period) = report.period {
        fields.extend([period.from.to_string(), period.to.to_string()]);
    }
    if report.counts_lengths() {
        fields.push(report.scale.word().to_owned());
    }
    if name_of_lines(report).is_some() {
        fields.push(value(&line.name, zone));
    }
    for (column, cell) in report.columns.iter().zip(&line.cells) {
        if is_share(column.measure) {
            let (part, all) = if let Cell::Share(part, all) = cell { (*part, *all) } else { (0, 0) };
            fields.extend([part.to_string(), all.to_string()]);
        } else {
            fields.push(value(cell, zone));
        }
    }
    fields
}

fn value(cell: &Cell, zone: &TimeZone) -> String {
    let weekday = |day: u16| WEEKDAYS.get(usize::from(day % 7)).copied().unwrap_or_default();
    match cell {
        Cell::Nothing | Cell::Nobody => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Share(part, all) => format!("{part}/{all}"),
        Cell::Span(span) => seconds(*span),
        Cell::At(at) => at.display_with_offset(zone.to_offset(*at)).to_string(),
        Cell::Name(name) => text(name),
        Cell::Thread(id) => id.0.to_string(),
        Cell::Customer(name) => text(name.shown()),
        Cell::Clock(kind) => kind.word().to_owned(),
        Cell::Why(why) => why.word().to_owned(),
        Cell::Day(day) => day.to_string(),
        Cell::Weekday(day) => weekday(*day).to_owned(),
        Cell::Hour(hour) => hour.to_string(),
        Cell::HourOfWeek(hour) => format!("{} {:02}:00", weekday(hour / 24), hour % 24),
        Cell::Period(period) => format!("{}/{}", period.from, period.to),
    }
}

/// A length in seconds, with as many places as it needs.
fn seconds(span: SignedDuration) -> String {
    let millis = span.as_millis().max(0);
    let (whole, rest) = (millis / 1000, millis % 1000);
    let number = if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}") };
    if rest == 0 { number } else { number.trim_end_matches('0').to_owned() }
}

/// A text that somebody chose. Programs for tables would calculate what begins like a formula: an apostrophe keeps them
/// from it. Quotation marks stand around what has commas, marks or ends of lines in it.
fn text(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guarded = if is_formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_in_its_place_and_is_no_formula() {
        for (given, written) in [
            ("Anna", "Anna"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+2", "'=1+2"),
            ("+49 30", "'+49 30"),
            ("-x", "'-x"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("\t=1", "'\t=1"),
        ] {
            assert_eq!(text(given), written);
        }
    }

    #[test]
    fn a_length_is_in_seconds_and_no_longer_than_it_has_to_be() {
        for (millis, written) in [(0, "0"), (600_000, "600"), (1_500, "1.5"), (61_007, "61.007"), (-5, "0")] {
            assert_eq!(seconds(SignedDuration::from_millis(millis)), written);
        }
    }
}
