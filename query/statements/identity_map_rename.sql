RENAME TABLE clientele.{{from}} TO clientele.{{to}}
