//! Reports as pictures: which one is drawn, what stands in it, and what is said beside it. Numbers are taken from the
//! reports, not counted here.

use super::ask::{Ask, By, Scale, Subject};
use super::chat::{self, WEEKDAYS};
use super::period::{Named, Period};
use super::report::{Cell, Line, Measure, Report, report};
use crate::chart::{BarRow, Bars, Chart, Head, HeatMap, Point, Times, TimesWords};
use crate::commands::why;
use crate::policy::{ClockKind, Policy};
use crate::sentence::Sentence;
use crate::setup::shown_length;
use crate::speaker::Speaker;
use crate::state::{Missing, Rows};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use port::AgentName;
use std::collections::BTreeMap;

/// How many days lengths and messages are drawn of when no period is asked for, today counted.
const DAYS: i64 = 28;

/// What a picture is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picture {
    /// How long it took, day by day.
    Lengths(ClockKind),
    /// When customers write.
    Incoming,
    /// Which part was in time.
    Attainment,
}

impl Picture {
    /// What may follow the command.
    pub(crate) const USAGE: &str = "chart [response|next|resolution|incoming|attainment] \
         [today|yesterday|week|month|last week|last month|2026-03-01..2026-03-15] [working|wall] [definition]";

    /// The picture of a word.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "response" | "responses" | "antwort" | "antworten" | "antwortzeit" | "antwortzeiten" => {
                Self::Lengths(ClockKind::FirstResponse)
            }
            "next" | "nächste" | "folgeantworten" => Self::Lengths(ClockKind::NextResponse),
            "resolution" | "erledigung" => Self::Lengths(ClockKind::Resolution),
            "incoming" | "eingang" | "eingänge" | "nachrichten" => Self::Incoming,
            "attainment" | "einhaltung" | "fristen" => Self::Attainment,
            _ => return None,
        })
    }

    /// Reads what follows the word of the picture.
    ///
    /// # Errors
    /// As [`Ask::read`].
    pub(crate) fn ask(self, text: &str, today: Date, prefix: &str) -> Result<Ask, Box<Sentence>> {
        // those that take what this one does
        let (like, subject, by, scale) = match self {
            Self::Lengths(_) => (Subject::Agents, Subject::Stats, Some(By::Day), Scale::Working),
            Self::Incoming => (Subject::Sla, Subject::Stats, Some(By::HourOfWeek), Scale::Wall),
            Self::Attainment => (Subject::Sla, Subject::Sla, None, Scale::Wall),
        };
        let mut ask = Ask { scale, ..Ask::new(like, today) };
        if subject == Subject::Stats {
            let from = today.saturating_sub((DAYS - 1).days());
            ask.period = Some(Period { name: Named::Days, from, to: today, until: None });
        }
        let ask = ask.with(text, today, &format!("{prefix}{}", Self::USAGE))?;
        Ok(Ask { subject, by, ..ask })
    }

    /// The word for it, as locales and files know it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Lengths(kind) => kind.word(),
            Self::Incoming => "incoming",
            Self::Attainment => "attainment",
        }
    }
}

/// Who asks, and when.
pub(crate) struct Wanted<'a> {
    pub(crate) rows: &'a Rows<'a>,
    pub(crate) speaker: Speaker<'a>,
    pub(crate) now: Timestamp,
    pub(crate) team: &'a str,
    pub(crate) whose: Option<&'a AgentName>,
}

/// Draws a report, and says what there is to see; nothing is drawn of nothing.
///
/// # Errors
/// When something has to be loaded first.
pub(crate) fn drawn(
    wanted: &Wanted<'_>,
    picture: Picture,
    ask: &Ask,
) -> Result<(String, Option<Chart>), Missing> {
    let speaker = wanted.speaker;
    let report = wanted.report(ask)?;
    let head = Head {
        title: word(speaker, picture.word()),
        subtitle: chat::subtitle(speaker, &report),
        empty: speaker.say(&Sentence::FiguresEmpty {}),
    };
    let found = match picture {
        Picture::Lengths(kind) => lengths(wanted, kind, ask, &report, head)?,
        Picture::Incoming => incoming(speaker, &report, head),
        Picture::Attainment => match attainment(speaker, &report, head) {
            // what the bars show is said as it always is
            Some(bars) => {
                return Ok((chat::text(speaker, wanted.now, &report, ask.define), Some(bars)));
            }
            None => None,
        },
    };
    let (body, chart) = match found {
        Some((said, chart)) => (said, Some(chart)),
        None => (vec![speaker.say(&Sentence::FiguresEmpty {})], None),
    };
    Ok((chat::around(speaker, wanted.now, &report, ask.define, body), chart))
}

impl Wanted<'_> {
    fn report(&self, ask: &Ask) -> Result<Report, Missing> {
        report(self.rows, self.speaker, self.now, self.team, ask, self.whose)
    }
}

fn word(speaker: Speaker<'_>, word: &str) -> String {
    speaker.say(&Sentence::ChartWord { word: word.to_owned() })
}

/// A cell of a line, by its column.
fn cell<'r>(report: &'r Report, line: &'r Line, kind: Option<ClockKind>, measure: Measure) -> &'r Cell {
    let place = report.columns.iter().position(|column| column.clock == kind && column.measure == measure);
    place.and_then(|place| line.cells.get(place)).unwrap_or(&Cell::Nothing)
}

const fn number(cell: &Cell) -> u64 {
    if let Cell::Number(number) = cell { *number } else { 0 }
}

const fn span(cell: &Cell) -> Option<SignedDuration> {
    if let Cell::Span(span) = cell { Some(*span) } else { None }
}

/// Median and p90 of each day, beside what was promised.
fn lengths(
    wanted: &Wanted<'_>,
    kind: ClockKind,
    ask: &Ask,
    days: &Report,
    head: Head,
) -> Result<Option<(Vec<String>, Chart)>, Missing> {
    let (speaker, Some(period)) = (wanted.speaker, ask.period) else { return Ok(None) };
    let all = wanted.report(&Ask { by: None, ..*ask })?;
    let Some(line) = all.lines.first() else { return Ok(None) };
    let of = |measure| cell(&all, line, Some(kind), measure);
    let n = number(of(Measure::N));
    if n == 0 {
        return Ok(None);
    }
    let shown = |cell| span(cell).map_or_else(|| "–".to_owned(), shown_length);
    let mut said = vec![speaker.say(&Sentence::ChartTimes {
        what: why::kind(speaker, kind),
        n,
        median: shown(of(Measure::Median)),
        p90: shown(of(Measure::P90)),
    })];
    let mut target = None;
    if let Some((policy, allowed)) = promised(wanted, kind, ask)? {
        // a line of working time over lengths on the wall would be no measure of them
        let is_drawn = ask.scale == Scale::Working || policy.calendar.is_always();
        target = is_drawn.then(|| seconds(allowed));
        said.push(speaker.say(&Sentence::ChartTarget {
            policy: policy.name.clone(),
            target: shown_length(allowed),
            drawn: if is_drawn { "yes" } else { "no" }.to_owned(),
        }));
    }
    let words = TimesWords {
        p50: word(speaker, "median"),
        p90: word(speaker, "p90"),
        target: word(speaker, "target"),
        n: word(speaker, "n"),
        ..TimesWords::default()
    };
    let today = wanted.now.to_zoned(speaker.setup.time_zone.clone()).date();
    let points = points(speaker, kind, days, period.from, period.to.min(today));
    Ok(Some((said, Chart::Times(Times { head, points, target, words }))))
}

fn seconds(span: SignedDuration) -> u64 {
    u64::try_from(span.as_secs()).unwrap_or(0)
}

/// A point for every day, also for those on which there was nothing.
fn points(speaker: Speaker<'_>, kind: ClockKind, days: &Report, from: Date, to: Date) -> Vec<Point> {
    let known: BTreeMap<Date, &Line> = days
        .lines
        .iter()
        .filter_map(|line| if let Cell::Day(day) = line.name { Some((day, line)) } else { None })
        .collect();
    let mut points = Vec::new();
    let mut next = Some(from);
    while let Some(day) = next.filter(|day| *day <= to) {
        let of = |measure| known.get(&day).map(|line| cell(days, line, Some(kind), measure));
        let length = |measure| of(measure).and_then(span).map_or(0, seconds);
        let (month, date) = (day.month().unsigned_abs().into(), day.day().unsigned_abs().into());
        points.push(Point {
            label: speaker.say(&Sentence::ChartDay { day: date, month }),
            n: of(Measure::N).map_or(0, number),
            p50: length(Measure::Median),
            p90: length(Measure::P90),
        });
        next = day.tomorrow().ok();
    }
    points
}

/// The policy under which the most clocks ended in the period, and how long it allows.
fn promised<'a>(
    wanted: &'a Wanted<'_>,
    kind: ClockKind,
    ask: &Ask,
) -> Result<Option<(&'a Policy, SignedDuration)>, Missing> {
    let sla = Ask { subject: Subject::Sla, by: None, ..*ask };
    let sla = Wanted { whose: None, ..*wanted }.report(&sla)?;
    let ended = |line: &Line| {
        let share = cell(&sla, line, Some(kind), Measure::InTime);
        if let Cell::Share(_, all) = share { *all } else { 0 }
    };
    let most = sla.lines.iter().max_by_key(|line| ended(line)).filter(|line| ended(line) > 0);
    let Some(Cell::Name(name)) = most.map(|line| &line.name) else { return Ok(None) };
    let policy = wanted.speaker.setup.deadlines.named(name);
    Ok(policy.and_then(|policy| policy.allows(kind).map(|allowed| (policy, allowed))))
}

/// How many messages came in each hour of the week.
fn incoming(speaker: Speaker<'_>, report: &Report, head: Head) -> Option<(Vec<String>, Chart)> {
    let mut map = HeatMap { head, ..HeatMap::default() };
    let (mut n, mut most) = (0_u64, (0_u64, 0_u16));
    for line in &report.lines {
        let Cell::HourOfWeek(hour) = line.name else { continue };
        let count = number(cell(report, line, None, Measure::Messages));
        let (day, of_day) = (usize::from(hour / 24), usize::from(hour % 24));
        if let Some(place) = map.counts.get_mut(day).and_then(|hours| hours.get_mut(of_day)) {
            *place = count;
        }
        n += count;
        if count > most.0 {
            most = (count, hour);
        }
    }
    if n == 0 {
        return None;
    }
    map.days = WEEKDAYS.map(|day| speaker.say(&Sentence::FiguresWeekday { day: day.to_owned() }));
    map.unit = word(speaker, "messages");
    map.hours = word(speaker, "hours");
    map.n = word(speaker, "n");
    let said = Sentence::ChartIncoming { n, hour: chat::shown_hour(speaker, most.1), count: most.0 };
    Some((vec![speaker.say(&said)], Chart::HeatMap(Box::new(map))))
}

/// A bar for each policy and clock of which any ended or is overdue.
fn attainment(speaker: Speaker<'_>, report: &Report, head: Head) -> Option<Chart> {
    let mut rows = Vec::new();
    for line in &report.lines {
        let Cell::Name(policy) = &line.name else { continue };
        for kind in ClockKind::ALL {
            let of = |measure| cell(report, line, Some(kind), measure);
            let Cell::Share(in_time, n @ 1..) = *of(Measure::InTime) else { continue };
            let label = format!("{policy} · {}", why::kind(speaker, kind));
            rows.push(BarRow { label, in_time, n, overdue: number(of(Measure::OverdueNow)) });
        }
    }
    let bars = Bars {
        head,
        rows,
        n: word(speaker, "n"),
        overdue: word(speaker, "overdue"),
        more: word(speaker, "more"),
        percent: word(speaker, "percent"),
    };
    (!bars.rows.is_empty()).then_some(Chart::Bars(bars))
}
