"""The line across the whole width: said when what is on the screen is not what is."""

from __future__ import annotations

from console.link.interface import Connection, Picture, Waiting
from console.locale import _, ngettext
from console.locale.words import notice_word, trouble_word
from console.tui.changed_file import changed_files
from console.tui.glance import Glance
from console.tui.measures import age, clock_time
from console.tui.pane import Pane, one_line, styled
from console.tui.unanswered import escalated


class Banner(Pane):
    """Lies over the titles of the regions, takes no focus, and is not there when all is well."""

    def show(self, glance: Glance) -> None:
        """Appear, say it, or go."""
        self.glance = glance
        said, grave = trouble(glance)
        self.display = bool(said)
        self.set_class(grave, "-grave")
        if said:
            width = max(self.app.size.width, 1)
            self.paint(one_line(styled(f" {said}"), width).pad_right(width))


def trouble(glance: Glance) -> tuple[str, bool]:
    """The gravest thing to say of the link, and whether it is grave: then nothing here is sent."""
    picture = glance.picture
    held = [one for one in picture.pending.values() if one.waiting is not Waiting.SENT]
    waiting, unknown = len(held), sum(one.went_out for one in held)
    unsent = ""
    if waiting > unknown:
        unsent += "  " + ngettext("{n} command NOT SENT", "{n} commands NOT SENT", waiting - unknown)
    if unknown:
        unsent += "  " + ngettext(
            "{n} command: NOT KNOWN whether done", "{n} commands: NOT KNOWN whether done", unknown
        )
    if waiting and picture.own_trouble:
        unsent += "  " + _("NOT KEPT ON DISK: {why}", why=picture.own_trouble)
    silent = age(glance.silent_s)
    last = clock_time(picture.clock.now) if picture.clock else "–"
    match glance.connection:
        case Connection.LOST:
            return _(
                "✖ LINK LOST for {silent} – this is the picture of {time} – USE RADIO",
                silent=silent,
                time=last,
            ) + unsent, True
        case Connection.CLOSED:
            why = f": {picture.why}" if picture.why else ""
            return _("✖ LINK CLOSED{why} – USE RADIO", why=why) + unsent, True
        case Connection.STALE:
            return _(
                "▲ STALE – nothing heard for {silent} – this is the picture of {time}",
                silent=silent,
                time=last,
            ) + unsent, True
        case Connection.CONNECTING | Connection.LOGIN_NEEDED if picture.room.seen or waiting:
            return _("▲ NOT CONNECTED – this is the picture of {time} – USE RADIO", time=last) + unsent, True
    changed = changed_files(glance)
    said = [one for one in (escalated(glance), changed and f"▲ {changed}", _of_the_backend(picture)) if one]
    return "  ".join(said), False


def _of_the_backend(picture: Picture) -> str:
    """What is wrong though the link is live, the gravest first."""
    said = []
    if picture.gap:
        said.append(
            ngettext(
                "▲ {n} event missing – it is being fetched",
                "▲ {n} events missing – they are being fetched",
                picture.gap,
            )
        )
    if picture.trouble:
        codes = ", ".join(map(trouble_word, picture.trouble))
        said.append("▲ " + _("trouble at the backend: {codes}", codes=codes))
    if picture.own_trouble:
        why = picture.own_trouble
        said.append("▲ " + _("commands that wait cannot be kept on this machine: {why}", why=why))
    if picture.room.missing:
        said.append(
            ngettext(
                "▲ {n} intervention is not shown whole",
                "▲ {n} interventions are not shown whole",
                len(picture.room.missing),
            )
        )
    if picture.notice is not None:
        facts = ", ".join(picture.notice.facts.values())
        said.append("▲ " + notice_word(picture.notice.code) + (f": {facts}" if facts else ""))
    if picture.sound_trouble:
        why = picture.sound_trouble
        said.append("▲ " + _("the sound command fails ({why}): the bell rings instead", why=why))
    return "  ".join(said)
