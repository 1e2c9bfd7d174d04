"""Every formula that the oracle has: (metric, variant) -> Formula; a variant without a name is ""."""
import calls
import cases
import evaluated
import journeys
import norms
import periods
import quality
import reaching
import retention
import risks
import roi
import targets
import voice
import workforce

MODULES = (calls, cases, evaluated, journeys, norms, periods, quality, reaching, retention, risks, roi,
           targets, voice, workforce)


def of(log):
    return {column: formula for module in MODULES for column, formula in module.formulas(log)}
