"""The replica's own confinement: its folder, libraries, and the bus; nothing else of the machine."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from fairlead_chassis.natsd.credentials import Credentials
from fairlead_chassis.sandbox import landlock
from fairlead_chassis.sandbox.confine import Confinement, confine
from fairlead_contracts.bundle import CREDENTIALS_FILE, Bundle

log = structlog.get_logger()
_DESCRIPTORS = 65_536
_NATS = 4222


def taken_credentials(folder: Path) -> Credentials:
    """The replica's credentials, which are on the disk no longer: what runs beside it as the same user finds none."""
    path = folder / CREDENTIALS_FILE
    credentials = Credentials.load(path)
    path.unlink()
    return credentials


def confine_replica(folder: Path, bundle: Bundle) -> None:
    """Give up what serving does not need. The owner of the folder is who the replica becomes, when root started it."""
    owner = folder.stat().st_uid
    environment = (Path(bundle.environment),) if bundle.environment else ()
    copied = [0, *(each.size for each in bundle.files)]
    missing = confine(
        Confinement(
            readable=(Path("/proc"),), runnable=environment, writable=(folder,),
            connect=_ports(bundle.nats_url), descriptors=_DESCRIPTORS,
            memory=bundle.plan.limits.memory, file_size=max(bundle.plan.limits.file_size, *copied),
            listen=bundle.serving.grpc, user=owner if os.geteuid() == 0 and owner != 0 else None,
        )
    )  # fmt: skip
    log.info("confined", landlock=landlock.abi(), uid=os.geteuid(), not_available=missing)


def _ports(urls: str) -> tuple[int, ...]:
    return tuple(urlsplit(each if "//" in each else f"nats://{each}").port or _NATS for each in urls.split(","))
