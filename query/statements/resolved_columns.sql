* REPLACE (
        coalesce(
            nullIf(joinGet({identity_map:String}, 'representative', customer),
                   toUUID('00000000-0000-0000-0000-000000000000')),
            customer) AS customer)
