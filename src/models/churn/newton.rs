//! Where a ridge-penalised logistic loss is least, by Newton's method (iteratively reweighted least squares: Hastie,
//! Tibshirani and Friedman 2009, 4.4.1). The loss is smooth and convex, so that a handful of steps is exact where a
//! quasi-Newton method from zero needs a hundred passes over the rows. Sums are taken by chunks and added in their
//! order: the same on any number of threads.

use ndarray::{Array1, Array2, Axis, Slice};
use rayon::prelude::*;

use crate::models::measures::sigmoid;
use crate::models::numeric::CHUNK;

/// Most steps; eight are usual.
const STEPS: usize = 30;
/// Largest slope at the end.
const FLAT: f64 = 1e-6;

/// Loss, its slopes and its curvature at a point, or sums of these over some rows.
struct Bowl {
    loss: f64,
    slope: Array1<f64>,
    curvature: Array2<f64>,
}

/// Coefficients of the columns of `x`, then the intercept, at which minus the log-likelihood of `left` plus
/// `ridge` / 2 times the squares of the coefficients (not of the intercept) is least. `None` where it is not found.
pub(super) fn least(x: &Array2<f64>, left: &[bool], ridge: f64) -> Option<Vec<f64>> {
    let width = x.ncols() + 1;
    let mut at = Array1::<f64>::zeros(width);
    let mut here = bowl(x, left, ridge, &at);
    for _ in 0..STEPS {
        if here.slope.iter().all(|g| g.abs() <= FLAT) {
            return Some(at.to_vec());
        }
        let step = Array1::from(solve(&here.curvature, &here.slope)?);
        // Shorter where the parabola promises too much.
        let mut length = 1.0;
        let (next, there) = loop {
            let next = &at - &(&step * length);
            let there = bowl(x, left, ridge, &next);
            if there.loss <= here.loss + 1e-12 * here.loss.abs() {
                break (next, there);
            }
            length /= 2.0;
            if length < 1e-6 {
                return None;
            }
        };
        (at, here) = (next, there);
    }
    None
}

fn bowl(x: &Array2<f64>, left: &[bool], ridge: f64, at: &Array1<f64>) -> Bowl {
    let (n, width) = (x.nrows(), at.len());
    let weights = at.slice_axis(Axis(0), Slice::from(..width - 1));
    let parts: Vec<Bowl> = (0..n.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(n);
            let of_rows = x.slice_axis(Axis(0), Slice::from(rows.clone()));
            let z = of_rows.dot(&weights) + at[width - 1];
            let mut rooted = Array2::<f64>::zeros((rows.len(), width));
            rooted
                .slice_axis_mut(Axis(1), Slice::from(..width - 1))
                .assign(&of_rows);
            rooted.column_mut(width - 1).fill(1.0);
            let mut loss = 0.0;
            let residuals: Array1<f64> = z
                .iter()
                .zip(&left[rows])
                .map(|(&z, &y)| {
                    // -ln sigmoid(z) and -ln (1 - sigmoid(z)), without overflow.
                    loss += if y { -z } else { z }.max(0.0) + (-z.abs()).exp().ln_1p();
                    sigmoid(z) - f64::from(u8::from(y))
                })
                .collect();
            let slope = rooted.t().dot(&residuals);
            for (mut row, &z) in rooted.rows_mut().into_iter().zip(&z) {
                let p = sigmoid(z);
                row *= (p * (1.0 - p)).max(1e-12).sqrt();
            }
            let curvature = rooted.t().dot(&rooted);
            Bowl {
                loss,
                slope,
                curvature,
            }
        })
        .collect();
    let mut sum = Bowl {
        loss: ridge / 2.0 * weights.dot(&weights),
        slope: Array1::zeros(width),
        curvature: Array2::zeros((width, width)),
    };
    for (i, &w) in weights.iter().enumerate() {
        sum.slope[i] = ridge * w;
        sum.curvature[(i, i)] = ridge;
    }
    for part in parts {
        sum.loss += part.loss;
        sum.slope += &part.slope;
        sum.curvature += &part.curvature;
    }
    sum
}

/// The solution of a symmetric positive system by Cholesky's decomposition; `None` where it is not positive.
fn solve(a: &Array2<f64>, b: &Array1<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    let mut l = Array2::<f64>::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            let rest = a[(i, j)] - (0..j).map(|k| l[(i, k)] * l[(j, k)]).sum::<f64>();
            if i == j {
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                l[(i, i)] = rest.sqrt();
            } else {
                l[(i, j)] = rest / l[(j, j)];
            }
        }
    }
    let mut y = vec![0.0; n];
    for i in 0..n {
        y[i] = (b[i] - (0..i).map(|k| l[(i, k)] * y[k]).sum::<f64>()) / l[(i, i)];
    }
    for i in (0..n).rev() {
        y[i] = (y[i] - (i + 1..n).map(|k| l[(k, i)] * y[k]).sum::<f64>()) / l[(i, i)];
    }
    Some(y)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let a = ndarray::array![[4.0, 2.0, 0.6], [2.0, 3.0, 0.4], [0.6, 0.4, 2.0]];
        let x = solve(&a, &ndarray::array![1.0, -2.0, 3.0]).unwrap();
        let back = a.dot(&Array1::from(x));
        for (got, want) in back.iter().zip([1.0, -2.0, 3.0]) {
            assert!((got - want).abs() < 1e-12);
        }
        assert!(solve(&ndarray::array![[1.0, 2.0], [2.0, 1.0]], &Array1::zeros(2)).is_none());
    }

    #[test]
    fn without_inputs_that_tell_anything_the_intercept_is_the_share() {
        let x = Array2::zeros((5000, 2));
        let left: Vec<bool> = (0..5000).map(|i| i % 5 == 0).collect();
        let found = least(&x, &left, 3.0).unwrap();
        assert!((found[2] - (0.2_f64 / 0.8).ln()).abs() < 1e-9);
        assert!(found[0].abs() < 1e-9 && found[1].abs() < 1e-9);
    }

    #[test]
    fn rows_that_a_line_parts_wholly_still_have_a_finite_answer() {
        let x = Array2::from_shape_fn((400, 1), |(i, _)| {
            f64::from(u16::try_from(i).unwrap()) - 199.5
        });
        let left: Vec<bool> = (0..400).map(|i| i >= 200).collect();
        let found = least(&x, &left, 1.0).unwrap();
        assert!(found[0] > 0.0 && found[0].is_finite() && found[1].abs() < 1e-3);
    }
}
