-- Microseconds; without an order or purchase after it, until_bought is longer than any window.
SELECT
    customer,
    occurred_at,
    channel,
    campaign,
    {known_at:Int64} - micros AS age,
    if(bought = 0, toInt64(4611686018427387904), bought - micros) AS until_bought,
    toInt8(1) AS sign
FROM
(
    SELECT
        customer,
        occurred_at,
        kind,
        channel,
        campaign,
        toUnixTimestamp64Micro(occurred_at) AS micros,
        -- The nearest one, of the same moment too.
        anyLastIf(micros, kind != 'CART') OVER
        (
            PARTITION BY customer
            ORDER BY occurred_at DESC, kind DESC, contact_id DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS bought
    FROM {{contacts}}
    WHERE purpose = 'REAL'
      AND kind IN ('CART', 'ORDER', 'ORDER_CONFIRMED', 'PURCHASE')
      AND customer != toUUID('00000000-0000-0000-0000-000000000000')
      -- The longest window lies after.
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 30 DAY
      AND sign > 0
      AND (src_partition, src_offset) NOT IN
      (
          SELECT src_partition, toUInt64(retires - 1)
          FROM {{contacts}}
          WHERE sign < 0
            AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 30 DAY
      )
)
WHERE kind = 'CART'
