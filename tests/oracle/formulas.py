"""Every formula that the oracle has: (metric, variant) -> Formula; a variant without a name is ""."""
import calls
import cases
import journeys
import periods
import quality
import reaching
import retention
import roi
import voice
import workforce

MODULES = (calls, cases, journeys, periods, quality, reaching, retention, roi, voice, workforce)


def of(log):
    return {column: formula for module in MODULES for column, formula in module.formulas(log)}
