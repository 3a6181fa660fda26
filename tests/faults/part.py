"""One part of Faro as its container runs it, with short leases, so that a test need not wait for those of a killed one.

python -m tests.faults.part web --port 8080
"""

from bot import cli, delivery, inbox

if __name__ == "__main__":
    inbox.LEASE_SECONDS = delivery.LEASE_SECONDS = 3
    cli.main()
