-- At once: the engine would else keep what is dropped in memory for some minutes.
DROP TABLE IF EXISTS clientele.{map:Identifier} SYNC
