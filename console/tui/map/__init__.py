"""The map of the console: braille borders under what moves. See `widget.MapView` and `scene.Scene`."""

from console.tui.map.borders import Borders
from console.tui.map.ground import Ground
from console.tui.map.places import Place, read_places
from console.tui.map.scene import AddressMark, OtherFix, PatrolMark, Scene, Victim, Whose
from console.tui.map.widget import MapView

__all__ = [
    "AddressMark",
    "Borders",
    "Ground",
    "MapView",
    "OtherFix",
    "PatrolMark",
    "Place",
    "Scene",
    "Victim",
    "Whose",
    "read_places",
]
