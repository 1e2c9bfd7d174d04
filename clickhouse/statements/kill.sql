-- Asynchronously: a synchronous KILL can wait for ever for a statement that waits for the client.
KILL QUERY WHERE query_id = {query_id:String} ASYNC
