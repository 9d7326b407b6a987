"""The map on the screen: a line-API widget over a still and a moving layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from console.domain.location import bearing_deg, distance_m, heading_words
from console.locale import N_, _, current
from console.locale.words import compass
from console.tui.keymap import key_of, keys_of, shown
from console.tui.map.braille import DOTS_X, DOTS_Y, Canvas, Run
from console.tui.map.ground import Ground
from console.tui.map.ink import COMPONENTS, Ink
from console.tui.map.legend import OFF, Entry, caption, entries, key_line, sentence
from console.tui.map.marks import draw_marks
from console.tui.map.measure import Measuring, under
from console.tui.map.projection import Bounds, View
from console.tui.map.scene import OTHER_FIX_MARK, VICTIM_MARK, Scene
from console.tui.measures import distance
from console.wire.failure import note_failure

ZOOM_STEP = 1.5
"""A step closer by key; the wheel takes the same."""

PAN_SHARE = 6
"""A step by key moves the window by this part of its size: one sixth."""

MIDDLE = 0.25
"""While following, the window moves when the victim leaves its middle: what is a quarter from each edge."""

FAR_OFF: Final = 3.0
"""A window that was fitted and left alone is fitted again when it shows more than so many times what it needs."""

FITS: Final = ("map.fit", "map.patrols", "map.country")
ZOOMS: Final = ("map.closer", "map.farther")
MOVES: Final = ("map.west", "map.south", "map.north", "map.east")
"""Keys that are named together in the line under the map."""

ROWS_FOR_CAPTION = 5
"""A pane lower than this has no row to spare for the line under the map."""


class MapView(Widget, can_focus=True):
    """Map of zones with victim, patrols and addresses: `show` a scene, the rest is keys and mouse.

    Give it its `Ground` at any time (`lay`): until then it is blank. ``approximate`` says beside the scale
    that the borders are no official ones.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    DEFAULT_CSS = """
    MapView {
        width: 1fr;
        height: 1fr;
        & > .map--ground { color: $foreground; }
        & > .map--border { color: $foreground 50%; }
        & > .map--outline { color: $foreground 70%; }
        & > .map--zone { color: $primary; text-style: bold; }
        & > .map--place { color: $foreground 68%; }
        & > .map--city { color: $foreground 88%; }
        & > .map--zone-name { color: $foreground 68%; text-style: italic; }
        & > .map--zone-name-sent { color: $primary; text-style: bold; }
        & > .map--trail { color: $error 80%; }
        & > .map--reach { color: $error 80%; }
        & > .map--circle { color: $error; }
        & > .map--doubt { color: $warning; }
        & > .map--address { color: $foreground; text-style: bold; }
        & > .map--threat { color: $warning; text-style: bold; }
        & > .map--patrol-busy { color: $foreground 68%; }
        & > .map--patrol { color: $foreground; text-style: bold; }
        & > .map--patrol-sent { color: $success; text-style: bold; }
        & > .map--victim { color: $error; text-style: bold reverse; }
        & > .map--note { color: $foreground 68%; }
        & > .map--letter { color: $background; background: $foreground; text-style: bold; }
        & > .map--ruler { color: $foreground; text-style: bold; }
        & > .map--alert { color: $background; background: $error; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "shift+left,h",
            "pan(-1, 0)",
            N_("west"),
            show=False,
            id="map.west",
            tooltip=N_("Move the map west"),
        ),
        Binding(
            "shift+down,j",
            "pan(0, 1)",
            N_("south"),
            show=False,
            id="map.south",
            tooltip=N_("Move the map south"),
        ),
        Binding(
            "shift+up,k",
            "pan(0, -1)",
            N_("north"),
            show=False,
            id="map.north",
            tooltip=N_("Move the map north"),
        ),
        Binding(
            "shift+right,l",
            "pan(1, 0)",
            N_("east"),
            show=False,
            id="map.east",
            tooltip=N_("Move the map east"),
        ),
        Binding(
            "plus,equals_sign",
            "zoom(1)",
            N_("closer"),
            show=False,
            id="map.closer",
            tooltip=N_("Show less, larger"),
        ),
        Binding(
            "minus", "zoom(-1)", N_("farther"), show=False, id="map.farther", tooltip=N_("Show more, smaller")
        ),
        Binding(
            "f",
            "follow",
            N_("follow"),
            id="map.follow",
            tooltip=N_("Keep the victim in the middle of the map, or stop doing so"),
        ),
        Binding(
            "0",
            "fit('alarm')",
            N_("fit"),
            show=False,
            id="map.fit",
            tooltip=N_("Show the victim, her circle and the patrols"),
        ),
        Binding(
            "1",
            "fit('patrols')",
            N_("patrols"),
            show=False,
            id="map.patrols",
            tooltip=N_("Show all patrols"),
        ),
        Binding(
            "2",
            "fit('country')",
            N_("all of Belgium"),
            show=False,
            id="map.country",
            tooltip=N_("Show the whole country"),
        ),
        Binding(
            "M",
            "measure",
            N_("measure"),
            id="map.measure",
            tooltip=N_("Distance and bearing between two things: their letters, or two clicks"),
        ),
        Binding("L", "legend", N_("signs"), id="map.legend", tooltip=N_("All signs of the map")),
    ]

    class LegendAsked(Message):
        """All signs are to be shown."""

    scene: reactive[Scene] = reactive(Scene(), repaint=False)
    following: reactive[bool] = reactive(True, repaint=False)

    def __init__(
        self,
        ground: Ground | None = None,
        *,
        approximate: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.ground = ground
        self.approximate = approximate
        self._view = View(0.0, 0.0, 1.0, 0, 0)
        self._language = current()
        self._fitted = ""
        self._measuring: Measuring | None = None
        self._held: Offset | None = None
        self._still = self._moving = Canvas(0, 0)
        self._strips: dict[int, Strip] = {}
        self._styles_of: list[Style] = []

    @property
    def window(self) -> View:
        """What the map shows now."""
        return self._view

    def lay(self, ground: Ground, *, approximate: bool) -> None:
        """Give the map its zones and places, or others."""
        self.ground, self.approximate = ground, approximate
        self.action_fit()

    def show(self, scene: Scene) -> None:
        """Show a scene. A new subject is fitted into the window; else the operator's window stays."""
        self.scene = scene
        if current() != self._language:
            self._language = current()
            self._redraw_marks(everything=True)

    # What happens to it

    def watch_scene(self, before: Scene, scene: Scene) -> None:
        """Repaint what changed: rows under a mark that moved, or all where the window moves."""
        if (scene.subject, scene.hold) != (before.subject, before.hold):
            self.following = True
            self._measuring = None  # letters of another intervention would choose something else
            self.action_fit()
        elif self._far_off():
            self.action_fit()
        elif not self._follow():
            self._redraw_marks(everything=scene.zone != before.zone)

    def _far_off(self) -> bool:
        """Whether a fit that nobody changed since shows far more than it needs: patrols have come much nearer.

        Where the first positions of patrols come after the press, the nearest three of those few may be a
        province away, and the house she is in would stay a dot.
        """
        bounds = self._bounds("alarm") if self.scene.victim is not None else None
        if bounds is None or not self.following or self._fitted != "alarm":
            return False
        needed = View.fit(bounds, self._view.columns, self._view.rows).metres_per_dot
        return self._view.metres_per_dot > FAR_OFF * needed

    def watch_following(self, following: bool) -> None:
        """Say below the map whether it follows."""
        if not (following and self._follow()):
            self._repaint_caption()

    def on_resize(self) -> None:
        """Keep what was fitted fitted; else keep centre and scale."""
        columns, rows = self._map_size()
        if self._fitted or not self._view.columns:
            self.action_fit(self._fitted or "alarm")
        else:
            self._look(self._view.resized(columns, rows))

    def notify_style_update(self) -> None:
        """Take the colours of another theme."""
        super().notify_style_update()
        self._styles_of.clear()
        self._strips.clear()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the map; while something is to be chosen, choose what is under the pointer."""
        at = event.get_content_offset(self)
        if (
            self._measuring is not None
            and self._measuring.choosing
            and at is not None
            and at.y < self._view.rows
        ):
            self._measure(self._measuring.with_thing(under(self._view, self.scene, at.x, at.y)))
            event.stop()
            return
        self._held = event.screen_offset
        self.capture_mouse()
        event.stop()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of it."""
        self.release_mouse()
        event.stop()

    def on_mouse_release(self) -> None:
        """Forget the hold, whoever ended it."""
        self._held = None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._held is not None and event.screen_offset != self._held:
            right, down = event.screen_offset - self._held
            self._held = event.screen_offset
            self._pan(-right * DOTS_X, -down * DOTS_Y)
            event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Come closer to what is under the pointer."""
        self._wheel(event, ZOOM_STEP)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go away from what is under the pointer."""
        self._wheel(event, 1 / ZOOM_STEP)

    def _wheel(self, event: events.MouseScrollUp | events.MouseScrollDown, factor: float) -> None:
        event.stop()
        at = event.get_content_offset(self)
        if at is not None:
            self._fitted = ""
            self._look(self._view.zoomed(factor, (at.x + 0.5) * DOTS_X, (at.y + 0.5) * DOTS_Y))

    # What it can be told

    def action_pan(self, right: int, down: int) -> None:
        """Move the window by a sixth of its size; it no longer follows."""
        step_x, step_y = self._view.columns // PAN_SHARE, self._view.rows // PAN_SHARE
        self._pan(right * max(1, step_x) * DOTS_X, down * max(1, step_y) * DOTS_Y)

    def action_zoom(self, steps: int) -> None:
        """Come closer, or go farther for steps below 0; while it follows, towards the victim."""
        self._fitted = ""
        factor, victim = ZOOM_STEP**steps, self.scene.victim
        if victim is not None and self.following and self._view.contains(victim.lon, victim.lat):
            self._look(self._view.zoomed(factor, *self._view.to_dots(victim.lon, victim.lat)))
        else:
            self._look(self._view.zoomed(factor))

    def action_follow(self) -> None:
        """Follow the victim, or stop following."""
        self.following = not self.following

    def action_fit(self, what: str = "alarm") -> None:
        """Show the alarm (her circle and the patrols; else the zone), all ``patrols``, or the whole ``country``."""
        columns, rows = self._map_size()
        bounds = self._bounds(what)
        if bounds is None:
            self._look(self._view.resized(columns, rows))
            return
        self._fitted = what
        if what != "alarm":
            self.following = False
        self._look(View.fit(bounds, columns, rows))

    def _bounds(self, what: str) -> Bounds | None:
        borders = self.ground.borders if self.ground is not None else None
        country = borders.bounds if borders is not None else None
        if what == "country":
            return country
        bounds = self.scene.patrol_bounds() if what == "patrols" else self.scene.bounds()
        shape = borders.zones.get(self.scene.zone or "") if borders is not None else None
        return bounds or (shape.bounds if shape is not None else country)

    def action_measure(self) -> None:
        """Begin to measure anew, or end it while nothing has been chosen."""
        idle = self._measuring is not None and not self._measuring.chosen
        self._measure(None if idle else Measuring.among(self.scene))

    def action_legend(self) -> None:
        """Have all signs shown."""
        self.post_message(self.LegendAsked())

    def takes(self, key: str) -> bool:
        """Whether a key is one of the letters by which something is chosen now."""
        return self._measuring is not None and self._measuring.takes(key)

    def on_key(self, event: events.Key) -> None:
        """A letter chooses what is measured; escape ends it."""
        if self._measuring is None:
            return
        if event.key == "escape":
            self._measure(None)
        elif self.takes(event.key):
            self._measure(self._measuring.with_letter(event.key, self.scene))
        else:
            return
        event.stop()
        event.prevent_default()

    def _measure(self, measuring: Measuring | None) -> None:
        self._measuring = measuring
        self._redraw_marks(everything=True)

    def _pan(self, dots_x: int, dots_y: int) -> None:
        self._fitted = ""
        self.following = False
        self._look(self._view.panned(dots_x, dots_y))

    def _follow(self) -> bool:
        """Bring the victim back to the middle if she left it; say whether the window moved."""
        victim = self.scene.victim
        if victim is None or not self.following or self._view.contains(victim.lon, victim.lat, inset=MIDDLE):
            return False
        self._look(self._view.centred(victim.lon, victim.lat))
        return True

    # How it is painted

    def _map_size(self) -> tuple[int, int]:
        columns, rows = self.size
        return columns, rows - 1 if rows >= ROWS_FOR_CAPTION else rows

    def _look(self, view: View) -> None:
        self._view = view
        self._redraw_marks(everything=True)

    def _redraw_marks(self, everything: bool) -> None:
        still = self.ground.layer(self._view, self.scene.zone) if self.ground is not None else None
        self._still = still.canvas if still is not None else Canvas(self._view.columns, self._view.rows)
        before, self._moving = self._moving, draw_marks(self.scene, self._view, still, self._measuring)
        if everything or (before.columns, before.rows) != (self._moving.columns, self._moving.rows):
            self._strips.clear()
            self.refresh()
            return
        rows = [row for row in range(before.rows) if not before.same_row(self._moving, row)]
        for row in rows:
            self._strips.pop(row, None)
        if rows:
            self.refresh(*(Region(0, row, before.columns, 1) for row in rows))
        self._repaint_caption()

    def _repaint_caption(self) -> None:
        row = self._view.rows
        strip = self._strips.pop(row, None)
        if strip is not None and strip != self.render_line(row):
            self.refresh(Region(0, row, self._view.columns, 1))

    def render_line(self, y: int) -> Strip:
        """Render a row: the layers joined, or the line under the map."""
        if (strip := self._strips.get(y)) is None:
            try:
                strip = self._paint(self._runs(y))
            except (
                Exception
            ) as wrong:  # a map that cannot be painted must not take the alarms from the screen
                note_failure("a line of the map", wrong)
                said = _("✖ this pane failed – the others go on") if y == 0 else ""
                strip = Strip([Segment(said)]).adjust_cell_length(self.size.width)
            self._strips[y] = strip
        return strip

    def _runs(self, y: int) -> list[Run]:
        view = self._view
        if y < view.rows:
            return self._still.render_line(y, over=self._moving)
        if y == view.rows and view.columns:
            if self._measuring is not None:
                return sentence(view, self._measuring.words(self.scene))
            if self.has_focus:
                return key_line(view, self._keys(), self._off(), self._is_approximate)
            return caption(view, entries(self.scene), self._remarks())
        return [Run(" " * view.columns, Ink.GROUND)]

    def _keys(self) -> Iterator[Entry]:
        """The map's own keys, those first that are least like the keys of other maps."""
        following = _("following") if self.following else _("not following")
        for name, said in (("measure", _("measure")), ("legend", _("signs")), ("follow", following)):
            yield Entry(key_of(f"map.{name}"), said, Ink.PATROL)
        # To move there are two sets of keys; the letters are shorter.
        for names, which, said in ((FITS, 0, _("fit")), (ZOOMS, 0, _("zoom")), (MOVES, -1, _("move"))):
            yield Entry("".join(shown(keys_of(name)[which]) for name in names), said, Ink.PATROL)

    def _off(self) -> str:
        """Where what must not be overlooked lies, if it is outside the window: seen from its middle. "": inside."""
        scene, view = self.scene, self._view
        marks = [(VICTIM_MARK, scene.victim.lon, scene.victim.lat)] if scene.victim is not None else []
        marks += [(OTHER_FIX_MARK, fix.lon, fix.lat) for fix in scene.other_fixes]
        off = []
        for mark, lon, lat in marks:
            if not view.contains(lon, lat):
                far = distance(distance_m(view.lon, view.lat, lon, lat))
                off.append(
                    f"{mark} {far} {compass(heading_words(bearing_deg(view.lon, view.lat, lon, lat)))}"
                )
        return f"{OFF} {', '.join(off)}" if off else ""

    @property
    def _is_approximate(self) -> bool:
        return self.approximate and self.ground is not None

    def on_focus(self) -> None:
        """The line under the map now names its keys."""
        self._repaint_caption()

    def on_blur(self) -> None:
        """The line under the map says again what the marks mean."""
        self._repaint_caption()

    def _remarks(self) -> list[str]:
        remarks = [off] if (off := self._off()) else []
        remarks += [_("approximate map")] if self._is_approximate else []
        if self.scene.victim is not None:
            remarks.append(_("following") if self.following else _("not following"))
        return remarks

    def _paint(self, runs: list[Run]) -> Strip:
        if not self._styles_of:
            self._styles_of = [self.get_component_rich_style(ink.component) for ink in Ink]
        styles = self._styles_of
        return Strip([Segment(text, styles[ink]) for text, ink in runs], self._view.columns)
