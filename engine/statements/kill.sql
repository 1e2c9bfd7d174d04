KILL QUERY WHERE Settings['log_comment'] = {query_id:String} ASYNC
