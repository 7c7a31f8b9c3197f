//! Whether groups are real: how much nearer rows are to their own group than to the next, and whether two halves of the
//! rows, looked at apart, fall into the same groups.

use rayon::prelude::*;

use super::{Clusters, Draws, Points, squared_distance};

/// Mean silhouette of the rows (Rousseeuw 1987): for each row (b - a) / max(a, b), with a its mean distance to the others
/// of its group and b that to the nearest other group; 1 is far apart, 0 is no groups. A row alone in its group counts 0.
/// `None` where fewer than two groups have rows.
#[must_use]
pub fn silhouette<const W: usize>(rows: &[[f64; W]], labels: &[usize]) -> Option<f64> {
    let groups = labels.iter().max()? + 1;
    let mut sizes = vec![0usize; groups];
    for &label in labels {
        sizes[label] += 1;
    }
    if sizes.iter().filter(|n| **n > 0).count() < 2 {
        return None;
    }
    let each: Vec<f64> = rows
        .par_iter()
        .zip(labels)
        .map(|(row, &own)| {
            let mut far = vec![0.0; groups];
            for (other, &label) in rows.iter().zip(labels) {
                far[label] += squared_distance(row, other).sqrt();
            }
            if sizes[own] < 2 {
                return 0.0;
            }
            let within = far[own] / (sizes[own] - 1) as f64;
            let next = (0..groups)
                .filter(|&g| g != own && sizes[g] > 0)
                .map(|g| far[g] / sizes[g] as f64)
                .fold(f64::INFINITY, f64::min);
            let larger = within.max(next);
            if larger > 0.0 {
                (next - within) / larger
            } else {
                0.0
            }
        })
        .collect();
    Some(each.iter().sum::<f64>() / each.len() as f64)
}

/// How alike two groupings of the same rows are, beyond chance (Hubert and Arabie 1985): 1 is the same groups under
/// whatever numbers, 0 no more than chance. `None` of fewer than two rows.
#[must_use]
pub fn adjusted_rand(a: &[usize], b: &[usize]) -> Option<f64> {
    if a.len() != b.len() || a.len() < 2 {
        return None;
    }
    let (rows, columns) = (a.iter().max()? + 1, b.iter().max()? + 1);
    let mut table = vec![0u64; rows * columns];
    for (a, b) in a.iter().zip(b) {
        table[a * columns + b] += 1;
    }
    let pairs = |n: u64| n as f64 * (n as f64 - 1.0) / 2.0;
    let together: f64 = table.iter().map(|n| pairs(*n)).sum();
    let in_a: f64 = table
        .chunks(columns)
        .map(|row| pairs(row.iter().sum()))
        .sum();
    let in_b: f64 = (0..columns)
        .map(|c| pairs((0..rows).map(|r| table[r * columns + c]).sum()))
        .sum();
    let expected = in_a * in_b / pairs(a.len() as u64);
    let most = (in_a + in_b) / 2.0;
    Some(if most > expected {
        (together - expected) / (most - expected)
    } else {
        // Both put all rows together, or each apart.
        1.0
    })
}

/// Mean [`adjusted_rand`] of the groups that two halves of the rows give, each put to all rows, over so many seeded cuts
/// into halves. `None` where no pair of halves holds so many groups.
#[must_use]
pub fn agreement_of_halves<const W: usize>(
    points: &Points<W>,
    count: usize,
    cuts: u64,
    seed: u64,
) -> Option<f64> {
    let rows = points.rows();
    let found: Vec<Option<f64>> = (0..cuts)
        .into_par_iter()
        .map(|cut| {
            // Numbers beyond those of the starts.
            let mut draws = Draws::new(seed, count, (1 << 32) + cut);
            let mut places: Vec<usize> = (0..rows.len()).collect();
            for at in (1..places.len()).rev() {
                places.swap(at, draws.below(at + 1));
            }
            let labels = |half: &[usize]| {
                let half = Points::new(half.iter().map(|&at| rows[at]).collect());
                Some(Clusters::fit(&half, count, seed)?.labels(rows))
            };
            let (one, other) = places.split_at(places.len() / 2);
            adjusted_rand(&labels(one)?, &labels(other)?)
        })
        .collect();
    let found: Vec<f64> = found.into_iter().flatten().collect();
    (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
}
