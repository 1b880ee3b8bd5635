"""Guests who spend views without a pause, while something else happens: `python -m bench.guests` under a site's settings.

Each view is a new guest's, bought as the site buys it: where the guest stands, then the spending with its count of the
network. Ended by SIGTERM; prints the seconds that each has waited, as a JSON list.
"""

import json
import signal
import threading
import time

import django

PAUSE = 0.01
NETWORK = "the network of all of them"


def main() -> None:
    """Spend, until told to end."""
    django.setup()
    from quotas import meter

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    waits: list[float] = []
    print("ready", flush=True)
    while not ended.wait(PAUSE):
        holder, item = meter.Holder(visitor=f"e{len(waits):031x}"), f"cpt/{len(waits) % 20_000:05}"
        begun = time.monotonic()
        bought = meter.spend(holder, meter.standing(holder, item), item, network=NETWORK)
        waits.append(time.monotonic() - begun)
        if not bought:
            raise RuntimeError("a view was not spent")
    print(json.dumps(waits))


if __name__ == "__main__":
    main()
