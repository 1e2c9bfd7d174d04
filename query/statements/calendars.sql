-- The calendars of a tenant at one mark, netted: one row a version of a calendar, open hours of a
-- weekday of it, or a day of it that differs. Weekday 0 and an empty day: it is not told of them.
SELECT
    calendar_id AS id,
    calendar_version AS version,
    time_zone AS zone,
    toUnixTimestamp64Micro(valid_from) AS valid_from_micros,
    toUInt8(0) AS open_weekday,
    '' AS differing_day,
    toUInt16(0) AS opens_minute,
    toUInt16(0) AS closes_minute
FROM clientele.{calendars:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND purpose != 'TEST'
GROUP BY calendar_id, calendar_version, time_zone, valid_from
HAVING sum(sign) > 0
UNION ALL
SELECT
    calendar_id AS id,
    calendar_version AS version,
    time_zone AS zone,
    toUnixTimestamp64Micro(valid_from) AS valid_from_micros,
    weekday AS open_weekday,
    '' AS differing_day,
    from_minute AS opens_minute,
    to_minute AS closes_minute
FROM clientele.{calendar_hours:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND purpose != 'TEST'
GROUP BY calendar_id, calendar_version, time_zone, valid_from, weekday, from_minute, to_minute
HAVING sum(sign) > 0
UNION ALL
SELECT
    calendar_id AS id,
    calendar_version AS version,
    time_zone AS zone,
    toUnixTimestamp64Micro(valid_from) AS valid_from_micros,
    toUInt8(0) AS open_weekday,
    day AS differing_day,
    from_minute AS opens_minute,
    to_minute AS closes_minute
FROM clientele.{calendar_holidays:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND purpose != 'TEST'
GROUP BY calendar_id, calendar_version, time_zone, valid_from, day, from_minute, to_minute
HAVING sum(sign) > 0
