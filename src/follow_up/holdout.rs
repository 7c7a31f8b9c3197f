//! Who is left alone on purpose, so that it can be seen what calling is worth: a lot drawn for each customer and half
//! year, the same for every marketing list. Service duties know no holdout.

use chrono::{Datelike, NaiveDate};
use xxhash_rust::xxh3::xxh3_64;

/// The golden ratio's fraction in 64 bits. Steps of this size around a circle come back to an arc of a tenth or less
/// only after five, and visit every arc alike: nobody is held out twice in a row, and everybody's turn comes.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// True where the customer (or a vehicle of nobody's) is held out of marketing in the half year of that day.
/// `share` lies between 0 and 1; in every half year that share of all customers is held out.
#[must_use]
pub fn held_out(seed: u64, customer: u64, day: NaiveDate, share: f64) -> bool {
    let mut bytes = seed.to_le_bytes().to_vec();
    bytes.extend_from_slice(&customer.to_le_bytes());
    let place = xxh3_64(&bytes).wrapping_add(half_year(day).wrapping_mul(STEP));
    // The leading 53 bits as a fraction of the circle.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let place = (place >> 11) as f64 / (1u64 << 53) as f64;
    place < share
}

/// Half years since the year 0.
#[must_use]
pub fn half_year(day: NaiveDate) -> u64 {
    let year = u64::try_from(day.year()).unwrap_or(0);
    2 * year + u64::from(day.month() > 6)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// First days of half years from 2024 on.
    fn halves(count: u32) -> Vec<NaiveDate> {
        (0..count)
            .map(|n| {
                let year = i32::try_from(2024 + n / 2).unwrap();
                NaiveDate::from_ymd_opt(year, 1 + 6 * (n % 2), 1).unwrap()
            })
            .collect()
    }

    #[test]
    fn the_share_is_kept_in_every_half_year() {
        for share in [0.05, 0.08, 0.1] {
            for day in halves(6) {
                let held = (0..20_000u64)
                    .filter(|c| held_out(7, *c, day, share))
                    .count();
                let found = f64::from(u32::try_from(held).unwrap()) / 20_000.0;
                // Three standard errors of a draw of 20,000.
                assert!((found - share).abs() < 3.0 * (share * (1.0 - share) / 20_000.0).sqrt());
            }
        }
        assert!((0..1000).all(|c| !held_out(7, c, day("2026-01-05"), 0.0)));
        assert!((0..1000).all(|c| held_out(7, c, day("2026-01-05"), 1.0)));
    }

    #[test]
    fn a_customer_stays_where_the_lot_fell_for_the_half_year() {
        for customer in 0..2000 {
            let first = held_out(1, customer, day("2026-01-01"), 0.1);
            for other in ["2026-02-14", "2026-06-30"] {
                assert_eq!(first, held_out(1, customer, day(other), 0.1));
            }
        }
        assert_eq!(
            half_year(day("2026-06-30")) + 1,
            half_year(day("2026-07-01"))
        );
    }

    #[test]
    fn nobody_is_held_out_twice_in_a_row_and_everybodys_turn_comes() {
        let halves = halves(60);
        for customer in 0..500 {
            let held: Vec<bool> = halves
                .iter()
                .map(|d| held_out(3, customer, *d, 0.1))
                .collect();
            assert!(
                held.windows(4)
                    .all(|w| w.iter().filter(|h| **h).count() <= 1)
            );
            assert!(held.iter().any(|h| *h), "{customer} is never held out");
        }
    }

    #[test]
    fn another_seed_draws_others() {
        let of = |seed| (0..5000u64).filter(move |c| held_out(seed, *c, day("2026-01-05"), 0.1));
        let both = of(1)
            .filter(|c| held_out(2, *c, day("2026-01-05"), 0.1))
            .count();
        // A tenth of a tenth.
        assert!((20..90).contains(&both), "{both}");
    }

    #[test]
    fn lots_never_change() {
        // Whoever was held out when the half year began must be so when it ends, whatever the version.
        let held: Vec<u64> = (0..60)
            .filter(|c| held_out(20_250_101, *c, day("2026-01-05"), 0.1))
            .collect();
        assert_eq!(held, [25, 32, 40, 49, 52, 57, 59]);
    }
}
