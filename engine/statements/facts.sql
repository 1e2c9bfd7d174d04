SELECT version(), timezone(), displayName()
