//! Which character stands between the fields of a text, told from its first lines.

use super::heading;

/// Characters that may stand between fields; the first of equals wins.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Lines that are looked at.
const LINES: usize = 200;
/// Share of the lines that must have equally many of a character for it to overrule what the header has most of.
const EVEN: f64 = 0.9;
/// By how much more even it must be than that.
const CLEARLY: f64 = 0.1;

/// How often each of the characters stands in a line, outside quotes.
type Counts = [usize; DELIMITERS.len()];

/// The delimiter that the first line with any has most of, unless the lines as a whole clearly have equally many of
/// another one: a title above the header may have commas of its own. Where no line has any, the comma, so that a file
/// of one column reads as CSV.
pub(super) fn told_from(head: &[u8], is_whole: bool) -> u8 {
    let mut lines = counted(head);
    if !is_whole && lines.len() > 1 {
        // The last line may be cut.
        lines.pop();
    }
    let first = lines
        .iter()
        .take(heading::ROWS)
        .find(|counts| counts.iter().any(|n| *n > 0));
    let Some(first) = first else {
        return b',';
    };
    let of_header = most(|at| first[at]);
    let even: Vec<f64> = (0..DELIMITERS.len())
        .map(|at| evenness(&lines, at))
        .collect();
    let of_lines = (0..DELIMITERS.len())
        .rev()
        .max_by(|a, b| even[*a].total_cmp(&even[*b]))
        .unwrap_or(of_header);
    let is_more_even = even[of_lines] >= EVEN && even[of_lines] >= even[of_header] + CLEARLY;
    // As many of both in the header: the lines decide.
    let is_tie = first[of_lines] == first[of_header] && even[of_lines] > even[of_header];
    let overrules = is_tie || (lines.len() > 2 && is_more_even);
    DELIMITERS[if overrules { of_lines } else { of_header }]
}

fn most(of: impl Fn(usize) -> usize) -> usize {
    (0..DELIMITERS.len())
        .rev()
        .max_by_key(|at| of(*at))
        .unwrap_or(0)
}

fn counted(head: &[u8]) -> Vec<Counts> {
    let (mut lines, mut line, mut quoted, mut is_blank) =
        (Vec::new(), Counts::default(), false, true);
    for &b in head {
        match b {
            b'"' => {
                quoted = !quoted;
                is_blank = false;
            }
            b'\n' | b'\r' if !quoted => {
                if !is_blank {
                    lines.push(line);
                }
                (line, is_blank) = (Counts::default(), true);
                if lines.len() == LINES {
                    return lines;
                }
            }
            b => {
                is_blank = false;
                if let (false, Some(at)) = (quoted, DELIMITERS.iter().position(|d| *d == b)) {
                    line[at] += 1;
                }
            }
        }
    }
    if !is_blank {
        lines.push(line);
    }
    lines
}

/// The share of lines that have as many of a character as most lines have; 0 where most have none.
fn evenness(lines: &[Counts], at: usize) -> f64 {
    let mut counts: Vec<usize> = lines.iter().map(|l| l[at]).collect();
    counts.sort_unstable();
    let usual = counts
        .chunk_by(|a, b| a == b)
        .max_by_key(|run| run.len())
        .filter(|run| run[0] > 0);
    #[expect(clippy::cast_precision_loss, reason = "a share of few lines")]
    usual.map_or(0.0, |run| run.len() as f64 / lines.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::told_from;

    #[test]
    fn the_delimiter_is_what_the_lines_have_alike() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", b','),
            ("a\tb,c\n1\t2\n", b'\t'),
            ("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", b';'),
            ("a|b\n", b'|'),
            ("Report\n\na;b;c\n1;2;3\n", b';'),
            (
                "Orders of May, June, July, August\na;b\n1;2\n3;4\n5;6\n7;8\n9;10\n1;2\n3;4\n5;6\n7;8\n",
                b';',
            ),
            ("name;note\nA;\"x, y, z, v\"\nB;w\n", b';'),
            ("only\n1\n", b','),
            ("", b','),
        ] {
            assert_eq!(
                char::from(told_from(text.as_bytes(), true)),
                char::from(delimiter),
                "{text}"
            );
        }
    }
}
