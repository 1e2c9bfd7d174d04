"""95 % intervals, by packages that know nothing of the product. Arrays in, arrays out; NaN where there
is none.
"""
import bisect
import functools
import math

import numpy
from scipy import stats
from statsmodels.stats import proportion

LEVEL = 0.95
POWER = 0.8
MOST_NEEDED = 10 ** 12
Z = stats.norm.ppf((1 + LEVEL) / 2)


def wilson(k, n):
    """Of k of n."""
    k, n = numpy.asarray(k, float), numpy.asarray(n, float)
    some = n > 0
    low, high = proportion.proportion_confint(k, numpy.where(some, n, 1), 1 - LEVEL, "wilson")
    return numpy.where(some, low, numpy.nan), numpy.where(some, high, numpy.nan)


def student(mean, deviation, n):
    """Of a mean of n observations with this sample standard deviation."""
    mean, n = numpy.asarray(mean, float), numpy.asarray(n, float)
    some = n > 1
    degrees = numpy.where(some, n - 1, 1)
    half = stats.t.ppf((1 + LEVEL) / 2, degrees) * deviation / numpy.sqrt(degrees + 1)
    return numpy.where(some, mean - half, numpy.nan), numpy.where(some, mean + half, numpy.nan)


def squared_half(deviations, n):
    """Of Student's interval of a mean, squared: of n observations with this sum of squared deviations."""
    degrees = numpy.maximum(numpy.asarray(n, float) - 1, 1)
    return stats.t.ppf((1 + LEVEL) / 2, degrees) ** 2 * deviations / degrees / n


def adjusted(promoters, detractors, n):
    """Rocks 2016: net score and its variance, with 3/4 of an answer added to both ends and 3 to all."""
    n = numpy.asarray(n, float) + 3
    up, down = (numpy.asarray(promoters) + 0.75) / n, (numpy.asarray(detractors) + 0.75) / n
    return up - down, (up + down - (up - down) ** 2) / n


def adjusted_wald(promoters, detractors, n):
    """Of a net promoter score, within [-1, 1]."""
    score, variance = adjusted(promoters, detractors, n)
    half = Z * numpy.sqrt(variance)
    some = numpy.asarray(n) > 0
    return (numpy.where(some, numpy.maximum(score - half, -1), numpy.nan),
            numpy.where(some, numpy.minimum(score + half, 1), numpy.nan))


@functools.cache
def order_statistics(n, quantile):
    """Between which two of n observations in rising order the quantile lies, ranks from 1; None if n
    is too small: at most 2.5 % of the binomial distribution lie beyond either end."""
    tail = (1 - LEVEL) / 2
    low = int(stats.binom.ppf(tail, n, quantile))
    high = int(stats.binom.ppf(1 - tail, n, quantile)) + 1
    return (low, high) if 1 <= low and high <= n else None


def proportion_difference(first, second):
    """Of k/n less k/n: Newcombe's hybrid score."""
    (k1, n1), (k2, n2) = first, second
    return proportion.confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff",
                                                 alpha=1 - LEVEL)


def score_difference(first, second):
    """Of two net promoter scores, each (promoters less detractors, n, low, high of adjusted_wald): z of
    the adjusted ones. An interval is cut at one of -1 and 1 at most."""
    (score1, half1), (score2, half2) = (
        (net / (n + 3), max(high - net / (n + 3), net / (n + 3) - low))
        for net, n, low, high in (first, second))
    half = numpy.hypot(half1, half2)
    return score1 - score2 - half, score1 - score2 + half


def mean_difference(first, second):
    """Of the means of two samples, each (mean, standard deviation, n): Welch."""
    (mean1, deviation1, n1), (mean2, deviation2, n2) = first, second
    error, degrees = welch(deviation1, n1, deviation2, n2)
    half = stats.t.ppf((1 + LEVEL) / 2, degrees) * error if error else 0
    return mean1 - mean2 - half, mean1 - mean2 + half


def welch(deviation1, n1, deviation2, n2):
    """Standard error of a difference of means, and its degrees of freedom."""
    part1, part2 = deviation1 ** 2 / n1, deviation2 ** 2 / n2
    if part1 + part2 == 0:
        return 0, math.inf
    return (math.sqrt(part1 + part2),
            (part1 + part2) ** 2 / (part1 ** 2 / (n1 - 1) + part2 ** 2 / (n2 - 1)))


def more_to_tell_apart(first, second, difference):
    """How many more observations of each of two samples, each (mean, standard deviation, n), until Welch's
    test tells a difference of this size with the power; None where none do."""
    (_, deviation1, n1), (_, deviation2, n2) = first, second

    def tells(more):
        error, degrees = welch(deviation1, n1 + more, deviation2, n2 + more)
        return not error or bool(
            abs(difference) / error >= sum(stats.t.ppf(((1 + LEVEL) / 2, POWER), degrees)))

    if not difference or not tells(MOST_NEEDED):
        return None
    return bisect.bisect_left(range(MOST_NEEDED), True, key=tells)


def deviation_of(low, high, n):
    """The standard deviation that Student's interval of a mean was made with."""
    return (high - low) / 2 * numpy.sqrt(n) / stats.t.ppf((1 + LEVEL) / 2, n - 1)
