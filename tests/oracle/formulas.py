"""Every formula that the oracle has: (metric, variant) -> Formula; a variant without a name is ""."""
import calls
import retention
import roi

MODULES = (calls, retention, roi)


def of(log):
    return {column: formula for module in MODULES for column, formula in module.formulas(log)}
