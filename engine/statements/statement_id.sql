Settings['log_comment']
