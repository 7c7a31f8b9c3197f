//! On which share of its visits a unit pays: its own share, drawn towards that of all as far as units do not differ.
//! Shares over units are taken as beta, by the method of moments (Kleinman 1973).

/// The share of visits that pay, over units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paying {
    /// Share over all visits.
    pub share: f64,
    /// Visits that the share of all counts as, against a unit's own.
    pub strength: f64,
}

/// Where units do not differ, the share of all counts as so many visits.
const MOST: f64 = 1e6;

impl Paying {
    /// From each unit's visits and those of them that paid; `None` without a visit.
    #[must_use]
    pub fn fit(units: impl Iterator<Item = (u32, u32)> + Clone) -> Option<Self> {
        let (visits, paid) = units.clone().fold((0u64, 0u64), |(n, y), (visits, paid)| {
            (n + u64::from(visits), y + u64::from(paid.min(visits)))
        });
        if visits == 0 {
            return None;
        }
        let share = paid as f64 / visits as f64;
        let noise = share * (1.0 - share);
        // E[n (y/n - share)^2] = share (1 - share) (1 + (n - 1) rho), with rho = 1 / (1 + strength). Counted by kinds, so
        // that the sum does not depend on the order of the units.
        let mut kinds = std::collections::BTreeMap::<(u32, u32), u64>::new();
        for (visits, paid) in units.filter(|(visits, _)| *visits > 0) {
            *kinds.entry((visits, paid.min(visits))).or_default() += 1;
        }
        let (mut spread, mut expected, mut more) = (0.0, 0.0, 0.0);
        for ((n, y), count) in kinds {
            let (n, y, count) = (f64::from(n), f64::from(y), count as f64);
            spread += count * n * (y / n - share).powi(2);
            expected += count * noise;
            more += count * (n - 1.0) * noise;
        }
        let rho = if more > 0.0 {
            ((spread - expected) / more).clamp(1.0 / (1.0 + MOST), 1.0 / 1.5)
        } else {
            1.0 / (1.0 + MOST)
        };
        Some(Self {
            share,
            strength: 1.0 / rho - 1.0,
        })
    }

    /// The share of one unit, of whose visits so many paid.
    #[must_use]
    pub fn of(&self, visits: u32, paid: u32) -> f64 {
        (self.strength * self.share + f64::from(paid.min(visits)))
            / (self.strength + f64::from(visits))
    }
}
