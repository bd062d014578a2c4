"""What the monitor holds beside its view: its partitions and their files, the archive, the baselines, the keeper of
goals, the notifiers that are installed."""

from fairlead_chassis.chassis import Chassis
from fairlead_contracts import plugins
from fairlead_contracts.notifiers import Reach
from fairlead_drift.detectors import detectors

from fairlead_monitor.archive.closing import Closing
from fairlead_monitor.archive.store import ArchiveStore
from fairlead_monitor.goals.keeper import Keeper
from fairlead_monitor.intake.baselines import Baselines
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.owning import Owning
from fairlead_monitor.partitions.snapshots import Snapshots


class Own:
    """Made once; handlers and tasks find it as `chassis.own`."""

    def __init__(self, chassis: Chassis) -> None:
        detectors()  # a plugin that cannot be used stops the start, rather than the first report
        self.baselines = Baselines(chassis.objects)
        self.files = Files(chassis.home)
        self.archive = ArchiveStore(chassis.objects)
        self.closing = Closing(self.files, self.archive)
        self.snapshots = Snapshots(chassis.objects, chassis.home)
        self.owning = Owning(self.files, self.snapshots, chassis.bus, chassis.settings.instance)
        self.keeper = Keeper(chassis)
        self.notifiers = plugins.notifiers(Reach(chassis.settings.notifier_networks))
