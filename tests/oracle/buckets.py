"""Civil time: the moments at which the buckets of a range begin, by the machine's zone database."""
import datetime
import zoneinfo

import numpy

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = datetime.timedelta(microseconds=1)


def micros(moment):
    """Microseconds since the epoch, of a moment with a zone."""
    return (moment.astimezone(UTC) - EPOCH) // MICROSECOND


def moment_of(at, zone):
    return (EPOCH + at * MICROSECOND).astimezone(zoneinfo.ZoneInfo(zone))


def instant(civil, zone):
    """Of a civil time: skipped by the clocks it is the moment of the change, shown twice the first."""
    zone = zoneinfo.ZoneInfo(zone)
    before, after = civil.replace(tzinfo=zone, fold=0), civil.replace(tzinfo=zone, fold=1)
    if before.utcoffset() >= after.utcoffset():
        return micros(before)
    low, high = micros(after), micros(before)  # the change lies between
    while high - low > 1:
        middle = (low + high) // 2
        if (EPOCH + middle * MICROSECOND).astimezone(zone).utcoffset() == before.utcoffset():
            low = middle
        else:
            high = middle
    return high


def following(day, grain):
    if grain == "month":
        return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    return day + datetime.timedelta(days=7 if grain == "week" else 1)


def starts(begin, end, grain, zone):
    """Of the buckets that the days [begin, end) touch, and the end of the last one, microseconds."""
    day = begin
    if grain == "month":
        day = begin.replace(day=1)
    elif grain == "week":
        day = begin - datetime.timedelta(days=begin.weekday())
    elif not grain:
        return numpy.array([of_day(begin, zone), of_day(end, zone)])
    found = []
    while day < end:
        found.append(of_day(day, zone))
        day = following(day, grain)
    return numpy.array([*found, of_day(day, zone)])


def period_before(starts, grain, zone):
    """When the period before the first bucket began: the bucket before it or, of a range of its own, as
    many calendar months where it is whole ones, else as many days."""
    first, end = (moment_of(int(at), zone).date() for at in (starts[0], starts[-1]))
    if grain == "month":
        day = (first - datetime.timedelta(days=1)).replace(day=1)
    elif grain:
        day = first - datetime.timedelta(days=7 if grain == "week" else 1)
    elif first.day == end.day == 1:
        months = 2 * (12 * first.year + first.month - 1) - (12 * end.year + end.month - 1)
        day = datetime.date(months // 12, months % 12 + 1, 1)
    else:
        day = first - (end - first)
    return of_day(day, zone)


def of_day(day, zone):
    return instant(datetime.datetime.combine(day, datetime.time()), zone)
