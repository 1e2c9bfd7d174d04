-- Held in memory, as joinGet reads it; written once, before it gets its name.
CREATE TABLE clientele.{{map}}
(
    pseudonym UUID,
    representative UUID
)
ENGINE = Join(ANY, LEFT, pseudonym)
