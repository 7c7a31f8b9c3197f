//! A dense quasi-Newton minimiser (BFGS: Nocedal and Wright 2006, 6.1) for a handful of parameters, and what the
//! curvature at the minimum says: standard errors, condition, whether there is a minimum at all. argmin's would do for
//! the first half; the evaluations are what costs here, so the curvature is used again to polish on more data.

/// A value and its gradient.
pub type Sloped = (f64, Vec<f64>);

/// Where a minimisation ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimum {
    /// The point.
    pub at: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The gradient there.
    pub gradient: Vec<f64>,
    /// Evaluations taken.
    pub evaluations: usize,
    /// The gradient vanishes.
    pub converged: bool,
}

/// Coordinates are kept within this of zero: parameters are logarithms.
const FARTHEST: f64 = 16.0;
/// Most evaluations.
const MOST: usize = 300;

/// Minimises from a start until no slope exceeds `least_slope`.
pub fn minimise(f: impl Fn(&[f64]) -> Sloped, start: &[f64], least_slope: f64) -> Minimum {
    minimise_within(f, start, least_slope, None)
}

/// The same where the curvature about the start is known, as from a part of the data: the first step is Newton's.
pub fn minimise_within(
    f: impl Fn(&[f64]) -> Sloped,
    start: &[f64],
    least_slope: f64,
    known: Option<&Curvature>,
) -> Minimum {
    let n = start.len();
    let mut x = start.to_vec();
    let (mut value, mut g) = f(&x);
    let mut evaluations = 1;
    let mut fresh = known.is_none();
    let mut inverse = known.map_or_else(|| identity(n), |c| c.inverse.clone());
    while evaluations < MOST && steepest(&g) > least_slope {
        let mut direction = times(&inverse, &g);
        direction.iter_mut().for_each(|d| *d = -*d);
        let mut downhill = dot(&direction, &g);
        if downhill.is_nan() || downhill >= 0.0 {
            (inverse, fresh) = (identity(n), true);
            direction = g.iter().map(|v| -v).collect();
            downhill = -dot(&g, &g);
        }
        // No single step changes a parameter by more than a factor of about seven.
        let longest = steepest(&direction);
        let mut step = (2.0 / longest).min(1.0);
        if fresh {
            step = step.min(1.0 / longest);
        }
        let mut moved = None;
        while evaluations < MOST {
            let to: Vec<f64> = x
                .iter()
                .zip(&direction)
                .map(|(x, d)| (x + step * d).clamp(-FARTHEST, FARTHEST))
                .collect();
            let (next, slope) = f(&to);
            evaluations += 1;
            if next.is_finite() && next <= value + 1e-4 * step * downhill + 1e-15 * value.abs() {
                moved = Some((to, next, slope));
                break;
            }
            // The minimum of the parabola through what is known, kept within reason.
            let fitted = -downhill * step * step / (2.0 * (next - value - step * downhill));
            step = if fitted.is_finite() {
                fitted.clamp(0.1 * step, 0.5 * step)
            } else {
                0.1 * step
            };
            if step * longest < 1e-12 {
                break;
            }
        }
        let Some((to, next, slope)) = moved else {
            if fresh {
                break;
            }
            (inverse, fresh) = (identity(n), true);
            continue;
        };
        let s: Vec<f64> = to.iter().zip(&x).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = slope.iter().zip(&g).map(|(a, b)| a - b).collect();
        let curvature = dot(&s, &y);
        if curvature > 1e-12 * dot(&s, &s) {
            if fresh {
                let scale = curvature / dot(&y, &y);
                inverse.iter_mut().flatten().for_each(|v| *v *= scale);
            }
            update(&mut inverse, &s, &y, curvature);
            fresh = false;
        }
        let still = dot(&s, &s) == 0.0;
        (x, value, g) = (to, next, slope);
        if still {
            break;
        }
    }
    Minimum {
        converged: steepest(&g) <= least_slope.max(1e-6 * (1.0 + value.abs())),
        at: x,
        value,
        gradient: g,
        evaluations,
    }
}

/// The inverse Hessian's update after a step `s` that changed the gradient by `y`.
fn update(inverse: &mut [Vec<f64>], s: &[f64], y: &[f64], sy: f64) {
    let hy = times(inverse, y);
    let yhy = dot(y, &hy);
    for i in 0..s.len() {
        for j in 0..s.len() {
            inverse[i][j] +=
                (sy + yhy) * s[i] * s[j] / (sy * sy) - (hy[i] * s[j] + s[i] * hy[j]) / sy;
        }
    }
}

/// What the curvature says of a minimum.
#[derive(Clone, Debug, PartialEq)]
pub struct Curvature {
    /// Inverse of the matrix of second derivatives.
    pub inverse: Vec<Vec<f64>>,
    /// The largest over the smallest eigenvalue.
    pub condition: f64,
    /// The smallest eigenvalue.
    pub least: f64,
}

/// Second derivatives by central differences of the gradient; `None` where the point is no proper minimum.
pub fn curvature(gradient: impl Fn(&[f64]) -> Vec<f64>, at: &[f64]) -> Option<Curvature> {
    const STEP: f64 = 1e-4;
    let n = at.len();
    let mut h = vec![vec![0.0; n]; n];
    for (i, row) in h.iter_mut().enumerate() {
        let moved = |by: f64| {
            let mut to = at.to_vec();
            to[i] += by;
            gradient(&to)
        };
        let (above, below) = (moved(STEP), moved(-STEP));
        for (j, v) in row.iter_mut().enumerate() {
            *v = (above[j] - below[j]) / (2.0 * STEP);
        }
    }
    let h: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| (h[i][j] + h[j][i]) / 2.0).collect())
        .collect();
    let (values, vectors) = eigen(h)?;
    let (least, most) = values
        .iter()
        .fold((f64::INFINITY, 0.0f64), |(a, b), v| (a.min(*v), b.max(*v)));
    if least.is_nan() || least <= 0.0 {
        return None;
    }
    let inverse = (0..n)
        .map(|i| {
            (0..n)
                .map(|j| {
                    (0..n)
                        .map(|k| vectors[i][k] * vectors[j][k] / values[k])
                        .sum()
                })
                .collect()
        })
        .collect();
    Some(Curvature {
        inverse,
        condition: most / least,
        least,
    })
}

/// Eigenvalues and, in columns, eigenvectors of a symmetric matrix by Jacobi's rotations.
fn eigen(mut a: Vec<Vec<f64>>) -> Option<(Vec<f64>, Vec<Vec<f64>>)> {
    let n = a.len();
    if a.iter().flatten().any(|v| !v.is_finite()) {
        return None;
    }
    let mut vectors = identity(n);
    for _ in 0..100 {
        let off: f64 = (0..n)
            .flat_map(|i| (0..n).filter(move |j| *j != i).map(move |j| (i, j)))
            .map(|(i, j)| a[i][j] * a[i][j])
            .sum();
        let size: f64 = a.iter().flatten().map(|v| v * v).sum();
        if off <= 1e-30 * size {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q] == 0.0 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (above, below) = a.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in &mut vectors {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
    }
    Some(((0..n).map(|i| a[i][i]).collect(), vectors))
}

/// A Newton step: `at` less the inverse curvature times the gradient, no coordinate moved by more than 1.
#[must_use]
pub fn newton_step(at: &[f64], curvature: &Curvature, gradient: &[f64]) -> Vec<f64> {
    let step = times(&curvature.inverse, gradient);
    let shorter = 1.0 / steepest(&step).max(1.0);
    at.iter().zip(step).map(|(x, s)| x - s * shorter).collect()
}

fn identity(n: usize) -> Vec<Vec<f64>> {
    (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect()
}

fn times(m: &[Vec<f64>], v: &[f64]) -> Vec<f64> {
    m.iter().map(|row| dot(row, v)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn steepest(g: &[f64]) -> f64 {
    g.iter().fold(0.0, |most, v| f64::max(most, v.abs()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rosenbrock(x: &[f64]) -> Sloped {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        (
            a * a + 100.0 * b * b,
            vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b],
        )
    }

    #[test]
    fn the_bent_valley_is_walked_to_its_end() {
        let found = minimise(rosenbrock, &[-1.2, 1.0], 1e-9);
        assert!(found.converged && found.evaluations < 80, "{found:?}");
        assert!((found.at[0] - 1.0).abs() < 1e-7 && (found.at[1] - 1.0).abs() < 1e-7);
    }

    #[test]
    fn a_curvature_that_is_known_nearly_shortens_the_way_and_not_the_end() {
        let from = [0.9, 0.8];
        let there = minimise(rosenbrock, &from, 1e-9);
        let shape = curvature(|x| rosenbrock(x).1, &from).unwrap();
        let found = minimise_within(rosenbrock, &from, 1e-9, Some(&shape));
        assert!(found.converged && found.evaluations < there.evaluations);
        assert!((found.at[0] - 1.0).abs() < 1e-7 && (found.at[1] - 1.0).abs() < 1e-7);
    }

    #[test]
    fn curvature_gives_the_inverse_of_a_known_matrix_and_its_condition() {
        // f = (3 x^2 + 2 x y + 3 y^2) / 2: eigenvalues 2 and 4.
        let gradient = |x: &[f64]| vec![3.0 * x[0] + x[1], x[0] + 3.0 * x[1]];
        let found = curvature(gradient, &[0.3, -0.2]).unwrap();
        assert!((found.condition - 2.0).abs() < 1e-9 && (found.least - 2.0).abs() < 1e-9);
        assert!((found.inverse[0][0] - 3.0 / 8.0).abs() < 1e-9);
        assert!((found.inverse[0][1] + 1.0 / 8.0).abs() < 1e-9);
        let there = newton_step(&[0.3, -0.2], &found, &gradient(&[0.3, -0.2]));
        assert!(there.iter().all(|v| v.abs() < 1e-9));
        // A saddle has no standard errors.
        assert!(curvature(|x: &[f64]| vec![x[0], -x[1]], &[0.0, 0.0]).is_none());
    }

    #[test]
    fn a_valley_without_end_stops_at_the_edge() {
        let found = minimise(|x| ((-x[0]).exp(), vec![-(-x[0]).exp()]), &[0.0], 1e-12);
        assert!(found.at[0] > 10.0 && found.at[0] <= FARTHEST);
    }
}
