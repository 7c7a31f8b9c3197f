#![allow(clippy::unwrap_used)]

use linfa::metrics::SilhouetteScore;
use ndarray::Array1;

use super::*;

/// Rows around centres, spread by so much to each side, as many around each.
fn around(centres: &[[f64; 2]], spread: f64, each: usize) -> Vec<[f64; 2]> {
    let mut draws = Draws::new(7, 0, 0);
    let mut rows = Vec::new();
    for _ in 0..each {
        for centre in centres {
            rows.push(centre.map(|c| c + spread * (2.0 * draws.unit() - 1.0)));
        }
    }
    rows
}

const FOUR: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 10.0], [10.0, 0.0], [10.0, 10.0]];

#[test]
fn planted_centres_are_found_again() {
    let points = Points::new(around(&FOUR, 2.0, 100));
    let found = Clusters::fit(&points, 4, 1).unwrap();
    for (centre, planted) in found.centres.iter().zip(FOUR) {
        assert!(
            squared_distance(centre, &planted) < 0.05,
            "{centre:?} is not {planted:?}"
        );
    }
    let labels = found.labels(points.rows());
    assert!(silhouette(points.rows(), &labels).unwrap() > 0.7);
    assert_eq!(agreement_of_halves(&points, 4, 4, 1), Some(1.0));
}

#[test]
fn the_order_of_the_rows_and_the_number_of_threads_change_nothing() {
    let rows = around(&FOUR, 6.0, 60);
    let mut turned = rows.clone();
    turned.reverse();
    let fit = |rows: &[[f64; 2]], threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| {
            let points = Points::new(rows.to_vec());
            let found = Clusters::fit(&points, 5, 3).unwrap();
            let labels = found.labels(points.rows());
            let silhouette = silhouette(points.rows(), &labels);
            (found, silhouette, agreement_of_halves(&points, 5, 3, 3))
        })
    };
    let one = fit(&rows, 1);
    assert_eq!(one, fit(&turned, 1));
    assert_eq!(one, fit(&rows, 3));
}

#[test]
fn every_row_twice_gives_the_same_centres_however_many_there_are() {
    for each in [60, 150, 400] {
        let rows = around(&FOUR, 6.0, each);
        let twice: Vec<[f64; 2]> = rows.iter().chain(&rows).copied().collect();
        let (once, twice) = (
            Clusters::fit(&Points::new(rows), 5, 3).unwrap(),
            Clusters::fit(&Points::new(twice), 5, 3).unwrap(),
        );
        for (a, b) in once.centres.iter().zip(&twice.centres) {
            assert!(squared_distance(a, b) < 1e-20, "{each}: {a:?} {b:?}");
        }
        assert!((twice.inertia - 2.0 * once.inertia).abs() < 1e-9 * once.inertia);
    }
}

#[test]
fn thinned_rows_lie_at_even_distances() {
    let points = Points::new((0..10).map(|i| [f64::from(i)]).collect());
    let left = |most| {
        points
            .thinned(most)
            .rows()
            .iter()
            .map(|r| r[0])
            .collect::<Vec<_>>()
    };
    assert_eq!(left(2), [2.0, 7.0]);
    assert_eq!(left(4), [1.0, 3.0, 6.0, 8.0]);
    assert_eq!(left(10).len(), 10);
    assert_eq!(left(20), left(10));
    assert!(Points::<1>::default().thinned(5).rows().is_empty());
}

#[test]
fn a_centre_is_the_mean_of_its_rows_and_each_row_is_nearest_to_its_own() {
    let points = Points::new(around(&FOUR, 7.0, 80));
    let found = Clusters::fit(&points, 3, 11).unwrap();
    let labels = found.labels(points.rows());
    let again = means(points.rows(), &labels, &found.centres);
    for (a, b) in found.centres.iter().zip(&again) {
        assert!(squared_distance(a, b) < 1e-24);
    }
}

#[test]
fn rows_that_are_alike_hold_no_more_groups_than_there_are_different_rows() {
    let alike = Points::new(vec![[1.0, 2.0]; 50]);
    assert_eq!(Clusters::fit(&alike, 2, 1), None);
    let mut two = vec![[1.0, 2.0]; 50];
    two.push([5.0, 5.0]);
    let two = Points::new(two);
    assert_eq!(
        Clusters::fit(&two, 2, 1).unwrap().centres,
        [[1.0, 2.0], [5.0, 5.0]]
    );
    assert_eq!(Clusters::fit(&two, 3, 1), None);
    assert_eq!(Clusters::fit(&Points::<2>::default(), 2, 1), None);
}

#[test]
fn the_silhouette_is_that_of_linfa_and_of_an_example_by_hand() {
    // 0 and 1 against 4: a = 1, b = 4 and 3; alone counts 0.
    let rows = [[0.0], [1.0], [4.0]];
    let by_hand = ((4.0 - 1.0) / 4.0 + (3.0 - 1.0) / 3.0 + 0.0) / 3.0;
    assert!((silhouette(&rows, &[0, 0, 1]).unwrap() - by_hand).abs() < 1e-15);
    assert_eq!(silhouette(&rows, &[1, 1, 1]), None);
    let points = Points::new(around(&FOUR, 6.0, 30));
    let labels = Clusters::fit(&points, 4, 2).unwrap().labels(points.rows());
    let flat: Vec<f64> = points.rows().iter().flatten().copied().collect();
    let records = Array2::from_shape_vec((points.rows().len(), 2), flat).unwrap();
    let theirs = DatasetBase::new(records, Array1::from(labels.clone()))
        .silhouette_score()
        .unwrap();
    let ours = silhouette(points.rows(), &labels).unwrap();
    assert!((ours - theirs).abs() < 1e-12, "{ours} {theirs}");
}

#[test]
fn the_adjusted_rand_index_is_that_of_examples_by_hand() {
    let same = |a: &[usize], b: &[usize]| adjusted_rand(a, b).unwrap();
    assert_eq!(same(&[0, 0, 1, 1], &[1, 1, 0, 0]), 1.0);
    // Pairs together 1; in a 2, in b 1; expected 2 x 1 / 6; (1 - 1/3) / (1.5 - 1/3).
    assert!((same(&[0, 0, 1, 1], &[0, 0, 1, 2]) - 4.0 / 7.0).abs() < 1e-15);
    // None together: (0 - 2/3) / (2 - 2/3).
    assert!((same(&[0, 0, 1, 1], &[0, 1, 0, 1]) + 0.5).abs() < 1e-15);
    assert_eq!(same(&[0, 0, 0], &[2, 2, 2]), 1.0);
    assert_eq!(adjusted_rand(&[0], &[0]), None);
}

#[test]
fn groups_that_are_not_there_have_a_low_silhouette_and_halves_that_disagree() {
    let one_cloud = Points::new(around(&[[0.0, 0.0]], 1.0, 400));
    let labels = Clusters::fit(&one_cloud, 5, 2)
        .unwrap()
        .labels(one_cloud.rows());
    let (alone, apart) = (
        silhouette(one_cloud.rows(), &labels).unwrap(),
        agreement_of_halves(&one_cloud, 5, 6, 2).unwrap(),
    );
    assert!(alone < 0.45, "{alone}");
    assert!(apart < 0.9, "{apart}");
}
