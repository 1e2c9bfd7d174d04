(
    -- Every pseudonym that belongs to another one is that one.
    SELECT {{columns}}
    FROM clientele.{table:Identifier}
)
