-- Microseconds; without a next step, until_next is longer than any norm.
WITH
    -- Versions of models, each until the next one of its model is valid.
    versions AS
    (
        SELECT
            model_id,
            newest_version,
            begins,
            leadInFrame(begins, 1, toInt64(4611686018427387904)) OVER (
                PARTITION BY model_id
                ORDER BY begins
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS ends
        FROM
        (
            SELECT
                model_id,
                max(model_version) AS newest_version,
                toUnixTimestamp64Micro(valid_from) AS begins
            FROM
            (
                SELECT model_id, model_version, valid_from
                FROM {{journey_steps}}
                WHERE purpose != 'TEST'
                GROUP BY model_id, model_version, valid_from
                HAVING sum(sign) > 0
            )
            GROUP BY model_id, begins
        )
    ),
    -- What is which step, and when.
    fits AS
    (
        SELECT
            versions.model_id AS model_id,
            versions.begins AS begins,
            versions.ends AS ends,
            named.step AS number,
            named.depth AS depth,
            named.step_name AS step_name,
            named.owner_role AS owner_role,
            named.norm_ms AS norm_ms,
            fit.event_kind AS event_kind,
            fit.kind_name AS wanted_kind,
            fit.channel_name AS wanted_channel,
            fit.topic AS wanted_topic,
            fit.pair AS wanted_pair
        FROM versions
        INNER JOIN
        (
            SELECT
                model_id, model_version, step, depth, CAST(step_id AS String) AS step_name,
                owner_role, norm_ms
            FROM {{journey_steps}}
            WHERE purpose != 'TEST'
            GROUP BY model_id, model_version, step, depth, step_id, owner_role, norm_ms
            HAVING sum(sign) > 0
        ) AS named
        ON named.model_id = versions.model_id AND named.model_version = versions.newest_version
        INNER JOIN
        (
            SELECT
                model_id,
                model_version,
                step,
                event_kind,
                toString(touchpoint_kind) AS kind_name,
                toString(channel) AS channel_name,
                topic,
                if(attribute = '', '', concat(attribute, '=', attribute_value)) AS pair
            FROM {{journey_matches}}
            WHERE purpose != 'TEST'
            GROUP BY
                model_id, model_version, step, event_kind, touchpoint_kind, channel, topic,
                attribute, attribute_value
            HAVING sum(sign) > 0
        ) AS fit
        ON fit.model_id = named.model_id
            AND fit.model_version = named.model_version
            AND fit.step = named.step
    ),
    known AS
    (
        SELECT
            customer,
            occurred_at,
            toUnixTimestamp64Micro(occurred_at) AS micros,
            kind,
            toString(kind) AS kind_name,
            -- The number of the payload in Event.
            if(kind = 'CALL', 21, 20) AS payload,
            contact_id,
            channel,
            toString(channel) AS channel_name,
            topic,
            employee_id,
            team_id,
            attributes
        FROM {{contacts}}
        WHERE purpose = 'REAL'
          AND customer != toUUID('00000000-0000-0000-0000-000000000000')
          -- The longest norm lies after.
          AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
          AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 366 DAY
          AND sign > 0
          AND (src_partition, src_offset) NOT IN
          (
              SELECT src_partition, toUInt64(retires - 1)
              FROM {{contacts}}
              WHERE sign < 0
                AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
                AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 366 DAY
          )
    ),
    taken AS
    (
        SELECT
            known.customer AS customer,
            known.occurred_at AS occurred_at,
            known.micros AS micros,
            known.kind AS kind,
            known.contact_id AS contact_id,
            known.channel AS channel,
            known.employee_id AS employee_id,
            known.team_id AS team_id,
            fits.model_id AS model_id,
            fits.step_name AS step_name,
            fits.owner_role AS owner_role,
            fits.norm_ms AS norm_ms
        FROM known
        CROSS JOIN fits
        WHERE known.micros >= fits.begins
          AND known.micros < fits.ends
          AND (fits.event_kind = 0 OR fits.event_kind = known.payload)
          AND (fits.wanted_kind = 'UNSPECIFIED' OR fits.wanted_kind = known.kind_name)
          AND (fits.wanted_channel = 'UNSPECIFIED' OR fits.wanted_channel = known.channel_name)
          AND (fits.wanted_topic = '' OR fits.wanted_topic = known.topic)
          AND (fits.wanted_pair = '' OR has(known.attributes, fits.wanted_pair))
        ORDER BY fits.depth DESC, fits.number
        LIMIT 1 BY customer, model_id, kind, contact_id
    ),
    -- Whether it is another step than the one before it.
    changing AS
    (
        SELECT
            *,
            step_name != lagInFrame(step_name, 1, '') OVER (
                PARTITION BY customer, model_id
                ORDER BY micros, kind, contact_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS changes
        FROM taken
    )
SELECT
    taking.customer AS customer,
    taking.occurred_at AS occurred_at,
    taking.channel AS channel,
    taking.employee_id AS employee_id,
    taking.team_id AS team_id,
    taking.model_id AS model_id,
    taking.step_name AS step_id,
    taking.owner_role AS owner_role,
    taking.norm_ms * 1000 AS norm_micros,
    {known_at:Int64} - taking.micros AS age,
    -- Within the longest norm.
    taking.next_micros > 0 AND taking.next_micros - taking.micros <= 366 * 86400000000 AS followed,
    if(followed, taking.next_micros - taking.micros, toInt64(4611686018427387904)) AS until_next,
    toInt8(1) AS sign
FROM
(
    SELECT
        *,
        -- Of the nearest one after it that is another step; 0: there is none.
        anyLastIf(micros, changes) OVER (
            PARTITION BY customer, model_id
            ORDER BY micros DESC, kind DESC, contact_id DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS next_micros
    FROM changing
) AS taking
WHERE taking.norm_ms > 0
