"""The composition root hands each setting on."""

from studio_export import wiring
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.export.freshness import Freshness
from studio_export.model import Credentials
from studio_export.settings import read_studio
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

KEY = {"TWILIO_API_KEY": "SK" + "a" * 32, "TWILIO_API_SECRET": "made-up"}


def test_the_exporter_has_the_freshness_of_the_settings() -> None:
    studio = read_studio({**KEY, "FRESHNESS": "always"})
    credentials = StaticCredentials(Credentials(*KEY.values()))
    made = wiring.exporter(studio, credentials, MemoryStore(), MemoryCheckpoints(), VirtualClock())
    assert made.freshness == Freshness(requests_an_hour=None)
