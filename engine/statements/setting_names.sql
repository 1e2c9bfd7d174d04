SELECT arrayJoin([name, alias_for]) AS setting
FROM system.settings
WHERE setting != ''
