-- A table of the same columns and engine.
CREATE TABLE clientele.{{table}} AS clientele.{{like}}
