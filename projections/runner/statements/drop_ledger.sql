-- Of a version whose tables go.
ALTER TABLE clientele.ledger
DELETE WHERE projection = {projection:String} AND version = {version:UInt32}
