#!/usr/bin/python3
"""Writes tests/fixtures/metrics.json: small random features, and what each metric is of them by
formulas of numpy and scipy that share nothing with belamy/metrics.

  scripts/make_metric_fixture.py > tests/fixtures/metrics.json    (python3-numpy, python3-scipy)
"""
import json

import numpy as np
from scipy import linalg, spatial, special, stats


def frechet_distance(a, b):
    """Heusel et al. 2017, with the matrix root of C1 C2 itself."""
    root = linalg.sqrtm(np.cov(a, rowvar=False) @ np.cov(b, rowvar=False)).real
    return float(np.sum((a.mean(0) - b.mean(0)) ** 2)
                 + np.trace(np.cov(a, rowvar=False) + np.cov(b, rowvar=False) - 2 * root))


def kernel_distance(a, b):
    """Bińkowski et al. 2018, pair by pair."""
    def k(x, y):
        return (np.dot(x, y) / len(x) + 1) ** 3
    def within(s):
        return np.mean([k(s[i], s[j]) for i in range(len(s)) for j in range(len(s)) if i != j])
    return float(within(a) + within(b) - 2 * np.mean([k(x, y) for x in a for y in b]))


def inception_score(logits):
    """Salimans et al. 2016."""
    p = special.softmax(logits, axis=1)
    return float(np.exp(np.mean([stats.entropy(row, p.mean(0)) for row in p])))


def radius(points, index, k):
    distances = sorted(spatial.distance.euclidean(points[index], other)
                       for j, other in enumerate(points) if j != index)
    return distances[k - 1]


def balls(points, k):
    return [(p, radius(points, i, k)) for i, p in enumerate(points)]


def within(x, ball):
    return spatial.distance.euclidean(x, ball[0]) <= ball[1]


def share_covered(judged, points, k):
    """Kynkäänniemi et al. 2019: precision, and recall the other way round."""
    around = balls(points, k)
    return float(np.mean([any(within(x, ball) for ball in around) for x in judged]))


def density(real, fake, k):
    """Naeem et al. 2020."""
    return float(np.sum([within(y, ball) for ball in balls(real, k) for y in fake])
                 / (k * len(fake)))


def coverage(real, fake, k):
    return float(np.mean([any(within(y, ball) for y in fake) for ball in balls(real, k)]))


def class_kl(fake_classes, real_classes, classes):
    p = np.bincount(fake_classes, minlength=classes) / len(fake_classes)
    q = np.bincount(real_classes, minlength=classes) / len(real_classes)
    return float(stats.entropy(p, q))


def memorization(train, held_out, fake):
    """Meehan et al. 2020: the Mann-Whitney U statistic over the number of pairs."""
    def nearest(points):
        return spatial.distance.cdist(points, train).min(1)
    u = stats.mannwhitneyu(nearest(held_out), nearest(fake)).statistic
    return float(u / (len(held_out) * len(fake)))


def main():
    random = np.random.default_rng(5)
    classes, size = 3, 4
    def features(count, shift, spread):
        return np.round(random.normal(shift, spread, (count, size)), 3)
    real, fake = features(48, 0.0, 1.0), features(42, 0.4, 0.8)
    held_out = features(30, 0.0, 1.0)
    logits = np.round(random.normal(0, 2, (42, classes)), 3)
    real_labels = np.array([i % classes for i in range(len(real))])
    fake_labels = np.array([(2 * i + 1) % classes for i in range(len(fake))])
    print(json.dumps({
        "real": real.tolist(), "fake": fake.tolist(), "held_out": held_out.tolist(),
        "logits": logits.tolist(), "real_labels": real_labels.tolist(),
        "fake_labels": fake_labels.tolist(),
        "expected": {
            "frechet_distance": frechet_distance(real, fake),
            "kernel_distance": kernel_distance(real, fake),
            "inception_score": inception_score(logits),
            "precision": share_covered(fake, real, 3),
            "recall": share_covered(real, fake, 3),
            "density": density(real, fake, 5),
            "coverage": coverage(real, fake, 5),
            "class_kl": class_kl(logits.argmax(1), real_labels, classes),
            "intra_class_frechet": float(np.mean([
                frechet_distance(real[real_labels == c], fake[fake_labels == c])
                for c in range(classes)])),
            "memorization": memorization(real, held_out, fake),
            "t_quantiles": {str(n): stats.t.ppf(0.975, n) for n in (1, 5, 9, 20, 21, 40, 1000)},
        }}))


if __name__ == "__main__":
    main()
