//! Rows of comma-separated text, written without any formatting machinery: this is where most of the time goes.

use super::calendar::{DAY_MINUTES, Day, Minute, civil};

/// Rows of one file, each with a key by which they are put in order within a block.
#[derive(Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
    spans: Vec<(i64, u32, u32)>,
    start: usize,
}

impl Rows {
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        if value
            .bytes()
            .any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'))
        {
            self.bytes.push(b'"');
            for b in value.bytes() {
                if b == b'"' {
                    self.bytes.push(b'"');
                }
                self.bytes.push(b);
            }
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(value.as_bytes());
        }
        self.comma()
    }

    pub(super) fn empty(&mut self) -> &mut Self {
        self.comma()
    }

    pub(super) fn int(&mut self, value: i64) -> &mut Self {
        if value < 0 {
            self.bytes.push(b'-');
        }
        self.digits(value.unsigned_abs(), 1);
        self.comma()
    }

    pub(super) fn maybe_int(&mut self, value: Option<i64>) -> &mut Self {
        match value {
            Some(value) => self.int(value),
            None => self.comma(),
        }
    }

    /// Hundredths, as in money: two decimals.
    pub(super) fn hundredths(&mut self, value: i64) -> &mut Self {
        if value < 0 {
            self.bytes.push(b'-');
        }
        let value = value.unsigned_abs();
        self.digits(value / 100, 1);
        self.bytes.push(b'.');
        self.digits(value % 100, 2);
        self.comma()
    }

    pub(super) fn day(&mut self, day: Day) -> &mut Self {
        self.date(day);
        self.comma()
    }

    pub(super) fn maybe_day(&mut self, day: Option<Day>) -> &mut Self {
        match day {
            Some(day) => self.day(day),
            None => self.comma(),
        }
    }

    pub(super) fn stamp(&mut self, at: Minute) -> &mut Self {
        self.date(at.div_euclid(DAY_MINUTES) as Day);
        let minute = at.rem_euclid(DAY_MINUTES) as u64;
        self.bytes.push(b' ');
        self.digits(minute / 60, 2);
        self.bytes.push(b':');
        self.digits(minute % 60, 2);
        self.bytes.extend_from_slice(b":00");
        self.comma()
    }

    pub(super) fn maybe_stamp(&mut self, at: Option<Minute>) -> &mut Self {
        match at {
            Some(at) => self.stamp(at),
            None => self.comma(),
        }
    }

    /// Ends the row; rows are put in order of `key`, those of equal key as they came.
    pub(super) fn end(&mut self, key: i64) {
        self.bytes.pop();
        self.bytes.push(b'\n');
        self.spans
            .push((key, self.start as u32, self.bytes.len() as u32));
        self.start = self.bytes.len();
    }

    pub(super) fn len(&self) -> u64 {
        self.spans.len() as u64
    }

    /// All rows in order.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        if self.spans.is_sorted_by_key(|span| span.0) {
            return self.bytes;
        }
        self.spans.sort_unstable();
        let mut out = Vec::with_capacity(self.bytes.len());
        for (_, start, end) in self.spans {
            out.extend_from_slice(&self.bytes[start as usize..end as usize]);
        }
        out
    }

    fn comma(&mut self) -> &mut Self {
        self.bytes.push(b',');
        self
    }

    fn date(&mut self, day: Day) {
        let (y, m, d) = civil(day);
        self.digits(y as u64, 4);
        self.bytes.push(b'-');
        self.digits(m as u64, 2);
        self.bytes.push(b'-');
        self.digits(d as u64, 2);
    }

    fn digits(&mut self, mut value: u64, least: usize) {
        let mut buffer = [b'0'; 20];
        let mut at = buffer.len();
        while value > 0 || buffer.len() - at < least {
            at -= 1;
            buffer[at] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.bytes.extend_from_slice(&buffer[at..]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn fields_are_written_as_a_spreadsheet_reads_them() {
        let mut rows = Rows::default();
        rows.text("b").int(-5).hundredths(-1205).maybe_int(None);
        rows.stamp(90).text("x,\"y\"").day(365).end(2);
        rows.text("a").maybe_day(None).hundredths(7).int(0).end(1);
        assert_eq!(rows.len(), 2);
        assert_eq!(
            String::from_utf8(rows.into_bytes()).unwrap(),
            "a,,0.07,0\nb,-5,-12.05,,1970-01-01 01:30:00,\"x,\"\"y\"\"\",1971-01-01\n"
        );
    }
}
