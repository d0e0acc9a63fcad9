"""The peer, run by its own interpreter: OpenFisca-France's AT/MP contribution of one employee, one situation at a time.

It reads a rate from an exposure class and multiplies wages by it: no tariff unit, no claims, no cap, no trace. Context,
not a race. Prints its version, the number of situations and the seconds they took.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_france import CountryTaxBenefitSystem

MONTH = "2024-01"


def contribution(system: CountryTaxBenefitSystem, wages: float) -> float:
    """AT/MP contribution of a month, as a situation posted alone."""
    situation = {
        "individus": {
            "A": {
                "salaire_de_base": {MONTH: wages},
                "exposition_accident": {MONTH: "moyen"},
                "categorie_salarie": {MONTH: "prive_non_cadre"},
                "accident_du_travail": {MONTH: None},
            }
        },
        "menages": {"M": {"personne_de_reference": ["A"]}},
        "familles": {"F": {"parents": ["A"]}},
        "foyers_fiscaux": {"D": {"declarants": ["A"]}},
    }
    simulation = SimulationBuilder().build_from_entities(system, situation)
    return float(simulation.calculate("accident_du_travail", MONTH)[0])


def main(count: int) -> None:
    """Time `count` situations after a first one that warms the caches."""
    system = CountryTaxBenefitSystem()
    contribution(system, 2500.0)
    start = time.perf_counter()
    for at in range(count):
        contribution(system, 2500.0 + at)
    seconds = time.perf_counter() - start
    print(json.dumps({"version": version("openfisca-france"), "count": count, "seconds": seconds}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
