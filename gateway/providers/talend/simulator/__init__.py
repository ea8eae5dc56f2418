"""A simulator of the vendor's Orchestration, Processing and OAuth interfaces over a made-up tenant.

What no source settles is marked ASSUMED, with what would disprove it.
"""

from gateway.providers.talend.simulator.app import TalendSimulator
from gateway.providers.talend.simulator.definition import SIMULATOR, simulator

__all__ = ["SIMULATOR", "TalendSimulator", "simulator"]
