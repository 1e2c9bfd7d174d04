DROP TABLE IF EXISTS clientele.{table:Identifier}
