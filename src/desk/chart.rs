//! Charts as plain data: what a picture shows, already in words of its reader's language. The shell draws them.
//!
//! Figures are whole numbers, so that nothing in a chart is no number; how they are counted is not known here.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The width of every picture, in pixels: a phone shows it at about a third.
pub const WIDTH: u16 = 1080;
/// How many bars a picture has room for; what is left out is counted in it.
pub const BARS_MAX: usize = 10;

/// The height of the title and of what stands under it, in pixels.
pub const HEAD_HEIGHT: u16 = 190;
/// The height of one bar with its label, in pixels.
pub const BAR_HEIGHT: u16 = 166;
/// The height of the scale under the bars, and of the line that tells what is not shown, in pixels.
pub const BARS_FOOT: u16 = 64;
/// See [`BARS_FOOT`].
pub const BARS_MORE: u16 = 50;

/// A picture to be drawn. Its texts may name people, so `Debug` shows none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    /// Response times over a period.
    Times(Times),
    /// What came in by hour of the week.
    HeatMap(Box<HeatMap>),
    /// Shares in time, e.g. by policy.
    Bars(Bars),
}

impl Chart {
    /// Its width and height in pixels, known before it is drawn.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        let height = match self {
            Self::Times(_) => 860,
            Self::HeatMap(_) => 830,
            Self::Bars(bars) => {
                let rows = bars.rows.len().clamp(2, BARS_MAX);
                let more = if bars.rows.len() > BARS_MAX { BARS_MORE } else { 0 };
                HEAD_HEIGHT + BAR_HEIGHT * u16::try_from(rows).unwrap_or(2) + BARS_FOOT + more
            }
        };
        (WIDTH.into(), height.into())
    }
}

impl fmt::Debug for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(f, "Times({} points)", times.points.len()),
            Self::HeatMap(_) => f.write_str("HeatMap"),
            Self::Bars(bars) => write!(f, "Bars({} rows)", bars.rows.len()),
        }
    }
}

/// What stands above a picture.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// What is shown, e.g. `First response`.
    pub title: String,
    /// The period, the time zone, how it is counted. Up to two lines.
    pub subtitle: String,
    /// Stands in the picture when there is nothing to show, e.g. `Nothing in this period`.
    pub empty: String,
}

/// Response times over a period: median and p90 of each of its parts.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Times {
    /// Above it.
    pub head: Head,
    /// The parts of the period (days, weeks), in order, without a gap.
    pub points: Vec<Point>,
    /// What was promised, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<u64>,
    /// Words in it.
    pub words: TimesWords,
}

/// One part of the period.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Point {
    /// Its name, short, e.g. `3 Nov`.
    pub label: String,
    /// How many were counted. Where it is 0, nothing is drawn.
    pub n: u64,
    /// The median, in seconds.
    pub p50: u64,
    /// What nine of ten were not longer than, in seconds.
    pub p90: u64,
}

/// The words in a chart of times.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimesWords {
    /// The line of medians, e.g. `Median`.
    pub p50: String,
    /// The other line, e.g. `9 of 10`.
    pub p90: String,
    /// The line of what was promised, e.g. `Target`.
    pub target: String,
    /// How many, e.g. `n`.
    pub n: String,
    /// Second, minute, hour and day, as written behind a number.
    pub units: [String; 4],
}

impl Default for TimesWords {
    fn default() -> Self {
        Self {
            p50: "p50".into(),
            p90: "p90".into(),
            target: "→".into(),
            n: "n".into(),
            units: ["s".into(), "min".into(), "h".into(), "d".into()],
        }
    }
}

/// How much came in, by hour of the week.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeatMap {
    /// Above it.
    pub head: Head,
    /// How many in each hour of each day, the days in the order of `days`.
    pub counts: [[u64; 24]; 7],
    /// The days' names, short.
    pub days: [String; 7],
    /// What is counted, for the scale, e.g. `Messages`.
    pub unit: String,
    /// Under the hours, e.g. `Hour of the day`.
    pub hours: String,
    /// Over the sums at the end of the rows, e.g. `n`.
    pub n: String,
}

/// Shares in time.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bars {
    /// Above it.
    pub head: Head,
    /// In the order in which they are shown. Of more than [`BARS_MAX`] the first are shown.
    pub rows: Vec<BarRow>,
    /// How many, e.g. `n`.
    pub n: String,
    /// Before the number of what is overdue now, e.g. `overdue now`.
    pub overdue: String,
    /// Before the number of rows for which there was no room, e.g. `not shown`.
    pub more: String,
    /// Behind a number of percent, with the space that the language wants, e.g. ` %`.
    pub percent: String,
}

/// One bar.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BarRow {
    /// Its name.
    pub label: String,
    /// How many were in time.
    pub in_time: u64,
    /// Of how many: what ended, and what is overdue now.
    pub n: u64,
    /// How many are overdue now.
    pub overdue: u64,
}

impl BarRow {
    /// How many percent were in time, wherever it is told; of nothing it is nothing. Rounded down: what was late once
    /// is not all.
    #[must_use]
    pub fn percent(&self) -> Option<u8> {
        let share = (u128::from(self.in_time.min(self.n)) * 100).checked_div(self.n.into())?;
        u8::try_from(share).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_reads_as_it_was_written() {
        let point = Point { label: "3 Nov".into(), n: 4, p50: 60, p90: 3600 };
        let times = Times { points: vec![point], target: Some(3600), ..Times::default() };
        let row = BarRow { label: "gold".into(), in_time: 3, n: 4, overdue: 1 };
        let bars = Bars { rows: vec![row], ..Bars::default() };
        let charts = [Chart::Times(times), Chart::HeatMap(Box::default()), Chart::Bars(bars)];
        for chart in charts {
            let stored = serde_json::to_string(&chart).unwrap();
            assert_eq!(serde_json::from_str::<Chart>(&stored).unwrap(), chart);
        }
    }

    #[test]
    fn all_is_all_and_of_nothing_there_is_no_share() {
        let percent = |in_time, n| BarRow { in_time, n, ..BarRow::default() }.percent();
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(999, 1000), Some(99));
        assert_eq!(percent(u64::MAX, u64::MAX), Some(100));
        assert_eq!(percent(9, 3), Some(100), "nonsense does no harm");
    }

    #[test]
    fn a_picture_has_an_end_however_many_bars_there_are() {
        let size = |rows| Chart::Bars(Bars { rows: vec![BarRow::default(); rows], ..Bars::default() }).size();
        assert_eq!(size(0), size(2));
        assert_eq!(size(BARS_MAX + 1), size(10_000));
        assert!(size(10_000).1 < 2000);
    }
}
