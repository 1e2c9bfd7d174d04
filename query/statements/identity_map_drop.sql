DROP TABLE IF EXISTS clientele.{map:Identifier}
